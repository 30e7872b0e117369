"""The command `rules test`: a draft on recorded events, beside the deployed revision."""

from __future__ import annotations

from datetime import datetime

import click

import flowhost
from flowhost_plugins.rules.administration import Trial
from flowhost_plugins.rules.commands.choosing import AS_JSON, administration, read_since, takes_profile
from flowhost_plugins.rules.commands.explaining import lines
from flowhost_plugins.rules.commands.showing import counted, plain
from flowhost_plugins.rules.matching import Outlook, Replayed


@click.command("test")
@click.argument("rule", metavar="RULE|FILE")
@click.option(
    "--since",
    metavar="TIME",
    default="7d",
    show_default=True,
    callback=read_since,
    help="So long ago, e.g. 7d or 12h, or a time in UTC.",
)
@click.option("--differences", is_flag=True, help="Only events for which the two differ.")
@AS_JSON
@takes_profile
def test_command(rule: str, since: datetime, *, differences: bool, as_json: bool) -> None:
    """Try a draft of a rule on recorded events; nothing is done.

    What it would have done stands beside what the deployed revision of the same name would have. Of a RULE the draft
    is its file as it is now. Items are looked at as they are today. For instance:
    flowhost rules test drafts/publish.yaml --since 2d
    """
    with administration() as opened:
        trial = opened.test(rule, since)
    shown = [one for one in trial.replays if not differences or _differs(one)]
    if as_json:
        flowhost.print_json({**_header(trial), "replays": shown})
        return
    click.echo(flowhost.harmless(_introduction(trial)))
    for one in shown:
        _show(one, trial)
    click.echo(f"\n{_result(trial)}")


def _header(trial: Trial) -> dict[str, object]:
    return {
        "rule": trial.rule,
        "file": trial.file,
        "revision": trial.revision,
        "same": trial.same,
        "since": trial.since,
    }


def _introduction(trial: Trial) -> str:
    beside = f"revision {trial.revision}" if trial.revision else "nothing: the rule is not deployed"
    same = ", which has the same text" if trial.same else ""
    return f"{trial.rule}: the draft {trial.file} beside {beside}{same}"


def _show(one: Replayed, trial: Trial) -> None:
    item = f" {one.item}" if one.item else ""
    click.echo()
    click.echo(flowhost.harmless(f"{plain(one.event.time)} UTC  {one.event.type}{item}"))
    if trial.revision:
        _side(f"revision {trial.revision}", one.deployed)
    _side("draft", one.draft)


def _side(name: str, outlook: Outlook | None) -> None:
    if outlook is None:
        click.echo(f"  {name}: it does not concern it")
        return
    if not outlook.starts:
        click.echo(f"  {name}: does not start")
        lines(tuple(one for one in outlook.checks if one.held is False), "    ")
        return
    click.echo(f"  {name}: starts")
    for step in outlook.steps:
        mark = "✓" if step.taken else "✗"
        click.echo(flowhost.harmless(f"    {mark} {step.number} {step.action}: {step.does}"))


def _result(trial: Trial) -> str:
    if not trial.replays:
        return (
            f"No event since {plain(trial.since)} UTC concerns it. Events are kept while a daemon runs the rules;"
            " schedules, and what is started by hand, are not tried."
        )
    draft = sum(bool(one.draft and one.draft.starts) for one in trial.replays)
    looked_at = f"{counted(len(trial.replays), 'event')} since {plain(trial.since)} UTC"
    said = f"{looked_at}: the draft would start {counted(draft, 'run')}"
    if trial.revision is None:
        return said
    deployed = sum(bool(one.deployed and one.deployed.starts) for one in trial.replays)
    differing = counted(sum(map(_differs, trial.replays)), "event")
    beside = f"revision {trial.revision} would start {counted(deployed, 'run')}"
    return f"{said}, {beside}; they differ for {differing}"


def _differs(one: Replayed) -> bool:
    return _essence(one.draft) != _essence(one.deployed)


def _essence(outlook: Outlook | None) -> object:
    """What would be done; why it is not is no difference."""
    return outlook.steps if outlook and outlook.starts else None
