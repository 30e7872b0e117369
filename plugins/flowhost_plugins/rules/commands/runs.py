"""The commands `runs list|show|cancel|retry`."""

from __future__ import annotations

from typing import get_args

import click

import flowhost
from flowhost_plugins.rules.administration import RunDetails, caused
from flowhost_plugins.rules.commands.choosing import (
    AS_JSON,
    administration,
    ends_with,
    takes_profile,
    tell_if_nobody_runs,
)
from flowhost_plugins.rules.commands.showing import facts
from flowhost_plugins.rules.records import ENDED, Run, RunState, Step
from flowhost_plugins.rules.timing import length


@click.group("runs")
@takes_profile
def runs_commands() -> None:
    """Look at runs of rules, end them, or try them again.

    A run is one rule applied to one item. Times are in UTC.
    """


@runs_commands.command("list")
@click.option("--rule", metavar="RULE", help="Only runs of this rule.")
@click.option("--item", metavar="ITEM", help="Only runs for this item.")
@click.option("--state", type=click.Choice(get_args(RunState)), help="Only runs in this state.")
@click.option("--before", type=int, metavar="RUN", help="Only runs with a lower number: the next page.")
@click.option(
    "-n", "--number", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at most."
)
@AS_JSON
@takes_profile
def list_command(
    rule: str | None,
    item: str | None,
    state: RunState | None,
    before: int | None,
    number: int,
    *,
    as_json: bool,
) -> None:
    """List runs, the newest first."""
    with administration() as opened:
        found = opened.runs(rule=rule, item=item, state=state, before=before, number=number)
    if as_json:
        flowhost.print_json(found)
    elif found:
        columns = ("Run", "Rule", "Item", "State", "Step", "Asked for", "Took", "Errors")
        flowhost.print_table(columns, map(_row, found))
    else:
        click.echo("There are no such runs.")
    if len(found) >= number:
        click.echo(f"Perhaps there are more: --before {found[-1].id}.", err=True)


def _row(run: Run) -> tuple[object, ...]:
    took = (run.ended - run.started).total_seconds() if run.ended and run.started else None
    step = None if run.state in ENDED else run.step
    return run.id, run.rule, run.item, run.state, step, run.created, length(took), "; ".join(run.errors)


@runs_commands.command("show")
@click.argument("run", type=int)
@AS_JSON
@takes_profile
def show_command(run: int, *, as_json: bool) -> None:
    """Show a run with its steps."""
    with administration() as opened:
        details = opened.run(run)
    if as_json:
        flowhost.print_json(details)
    else:
        _show(details)


def _show(details: RunDetails) -> None:
    run = details.run
    click.echo(f"Run {run.id}: {run.state}{', is to end' if run.cancel and run.state not in ENDED else ''}")
    facts(
        [
            ("rule", f"{run.rule}, revision {run.revision}"),
            ("item", run.item),
            ("because of", caused(run)),
            ("asked for", run.created),
            ("started", run.started),
            ("ended", run.ended),
            ("took" if run.ended else "takes so far", length(details.seconds)),
            ("not before", run.wake if run.state == "pending" else None),
            ("waits until", run.wake if run.state == "waiting" else None),
            ("waits for", ", ".join(run.jobs)),
            ("tries of this step", run.attempt if run.attempt > 1 else None),
            ("owner", run.owner),
        ]
    )
    for error in run.errors:
        click.echo(f"✗ {flowhost.harmless(error)}")
    rows: list[tuple[object, ...]] = [
        (one.number, one.action, one.state, one.reason, ", ".join(one.jobs), one.started, _took(one))
        for one in details.steps
    ]
    rows += [
        (len(rows) + n, action, "ahead", None, None, None, None) for n, action in enumerate(details.ahead, 1)
    ]
    if rows:
        click.echo()
        flowhost.print_table(("Step", "Action", "State", "What", "Jobs", "Started", "Took"), rows)


def _took(step: Step) -> str:
    return length((step.ended - step.started).total_seconds()) if step.started and step.ended else ""


@runs_commands.command("cancel")
@click.argument("runs", nargs=-1, type=int, required=True, metavar="RUN...")
@takes_profile
def cancel_command(runs: tuple[int, ...]) -> None:
    """Let runs end before they are done.

    A pending one ends at once. What an action has begun, such as a job, is asked to stop.
    """
    problems: list[str] = []
    with administration() as opened:
        asked = False
        for number in runs:
            try:
                state = opened.cancel(number).state
            except flowhost.Permanent as error:
                problems.append(str(error))
                continue
            asked = asked or state != "cancelled"
            click.echo(f"Run {number} is {state}" + (", and asked to end." if state != "cancelled" else "."))
        if asked:
            tell_if_nobody_runs(opened)
    _end(problems, runs)


@runs_commands.command("retry")
@click.argument("runs", nargs=-1, type=int, required=True, metavar="RUN...")
@takes_profile
def retry_command(runs: tuple[int, ...]) -> None:
    """Let failed or cancelled runs go on where they failed.

    Each begins with its first step that failed; those that were done are not done again.
    """
    problems: list[str] = []
    with administration() as opened:
        for number in runs:
            try:
                again = opened.retry(number)
            except flowhost.Permanent as error:
                problems.append(str(error))
            else:
                click.echo(f"Run {number} is {again.state}, at step {again.step}.")
        if len(problems) < len(runs):
            tell_if_nobody_runs(opened)
    _end(problems, runs)


def _end(problems: list[str], runs: tuple[int, ...]) -> None:
    if len(runs) == 1 and problems:
        raise flowhost.ConfigError(problems[0])
    ends_with(problems)
