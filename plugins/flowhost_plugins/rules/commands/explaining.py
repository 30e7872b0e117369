"""The command `rules explain`: why a rule does or does not start for an item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

import flowhost
from flowhost_plugins.rules.administration import caused
from flowhost_plugins.rules.commands.choosing import AS_JSON, administration, read_moment, takes_profile
from flowhost_plugins.rules.commands.showing import MARKS, plain
from flowhost_plugins.rules.matching import Explanation
from flowhost_plugins.rules.records import Check, Decision

SHOWN_DECISIONS = 10


@click.command("explain")
@click.argument("rule")
@click.argument("item")
@click.option(
    "--at",
    metavar="TIME",
    callback=read_moment,
    help='What was decided at that time, e.g. "2026-11-21 14:00", in UTC.',
)
@AS_JSON
@takes_profile
def explain_command(rule: str, item: str, at: datetime | None, *, as_json: bool) -> None:
    """Explain why a rule does or does not start for an item.

    What blocks it first stands at the top. Then a line for everything that is looked at before a run starts, with the
    actual values: ✓ it lets the run pass, ✗ it does not, and a dash: it could not be looked at, or does not count.
    """
    with administration() as opened:
        found = opened.explain(rule, item, at=at)
    if as_json:
        flowhost.print_json(found)
    else:
        _show(found)


def _show(found: Explanation) -> None:
    when = "now" if found.now else f"at {plain(found.moment)} UTC"
    click.echo(f"{flowhost.harmless(found.rule)}, item {flowhost.harmless(found.item)}, {when}")
    click.echo(flowhost.harmless(_verdict(found)))
    if found.checks:
        click.echo()
        lines(found.checks)
    for finding in found.findings:
        click.echo("\nWhat became of the query:")
        for line in _of_finding(finding, 1):
            click.echo(flowhost.harmless(line))
    decisions = found.decisions[:SHOWN_DECISIONS]
    if decisions:
        click.echo("\nDecided, the newest first (UTC)")
        flowhost.print_table(("Since", "Until", "Times", "Because of", "What"), map(_row, decisions))


def lines(checks: tuple[Check, ...], indent: str = "") -> None:
    """Print a line for each check."""
    width = max((len(check.what) for check in checks), default=0)
    for check in checks:
        line = f"{indent}{MARKS[check.held]} {check.what:<{width}}  {check.reason}"
        click.echo(flowhost.harmless(line).rstrip())


def _verdict(found: Explanation) -> str:
    blocked, run = found.blocked_by, found.run
    if blocked:
        return f"Blocked by: {blocked.what}: {blocked.reason}"
    if not found.now and not found.checks:
        return "Nothing was decided about this item by then, or it is forgotten."
    if not found.now and run:
        return f"Started: run {run.id}, which is {run.state} ({caused(run)})"
    return "Blocked by: nothing"


def _of_finding(finding: flowhost.Finding, depth: int) -> Iterator[str]:
    actual = f"  (it has {', '.join(finding.actual) or 'nothing'})" if not finding.parts else ""
    yield f"{'  ' * depth}{MARKS[finding.held]} {finding.condition}{actual}"
    for part in finding.parts:
        yield from _of_finding(part, depth + 1)


def _row(one: Decision) -> tuple[object, ...]:
    blocked = one.blocked_by
    what = f"{blocked.what}: {blocked.reason}" if blocked else f"run {one.run}" if one.run else "passed"
    return one.since, one.until if one.until != one.since else None, one.times, one.trigger, what
