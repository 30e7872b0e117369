"""The command `item`: everything that ever happened to an item, on one time line."""

from __future__ import annotations

from datetime import datetime

import click

import flowhost
from flowhost_plugins.rules.administration import Entry, TimeLine
from flowhost_plugins.rules.commands.choosing import AS_JSON, administration, read_since, takes_profile
from flowhost_plugins.rules.commands.showing import plain


@click.command("item")
@click.argument("item")
@click.option(
    "--since",
    metavar="TIME",
    callback=read_since,
    help="Only what happened since: so long ago, e.g. 2d, or a time in UTC.",
)
@click.option("--all", "everything", is_flag=True, help="Also decisions not to start a rule.")
@AS_JSON
@takes_profile
def item_command(item: str, since: datetime | None, *, everything: bool, as_json: bool) -> None:
    """Show everything that ever happened to an item.

    Runs of rules with their steps, changes and jobs that the asset system tells of: on one time line, the oldest
    first, in UTC. With --all, and as JSON, also each decision not to start a rule. The item may be gone. For instance:
    flowhost item VX-17 --since 2d
    """
    with administration() as opened:
        line = opened.item(item, since=since)
    if as_json:
        flowhost.print_json(line)
    else:
        _show(line, everything=everything)


def _show(line: TimeLine, *, everything: bool) -> None:
    shown = [one for one in line.entries if everything or one.kind != "decision"]
    hidden = sum(one.times for one in line.entries) - sum(one.times for one in shown)
    click.echo(flowhost.harmless(f"{line.id}: {_said(line)}"))
    if shown:
        flowhost.print_table(("Time", "Rule", "What"), map(_row, shown))
    elif not hidden:
        click.echo("Nothing is known to have happened to it.")
    if hidden:
        decisions = "1 decision" if hidden == 1 else f"{hidden} decisions"
        click.echo(f"{decisions} not to start a rule left out; --all shows what and why.", err=True)
    if line.problem:
        click.echo(f"The asset system cannot be asked: {flowhost.harmless(line.problem)}", err=True)
    if line.from_change:
        click.echo("Of the asset system's log only the newest part was looked through.", err=True)


def _said(line: TimeLine) -> str:
    if line.item is None:
        return "not known whether it is there" if line.problem else "it is gone"
    media = line.item.media_type or "placeholder"
    return f"{line.item.title} ({media})" if line.item.title else media


def _row(one: Entry) -> tuple[object, ...]:
    often = f" ({one.times} times, until {plain(one.until)})" if one.times > 1 and one.until else ""
    return one.time, one.rule, one.text + often
