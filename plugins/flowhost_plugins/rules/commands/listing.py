"""The commands `rules list` and `rules show`."""

from __future__ import annotations

import click

import flowhost
from flowhost_plugins.rules.administration import Administration, RuleDetails, RuleStatus, caused
from flowhost_plugins.rules.commands.choosing import AS_JSON, administration, takes_profile
from flowhost_plugins.rules.commands.showing import counted, facts, plain, window
from flowhost_plugins.rules.records import ItemRecord
from flowhost_plugins.rules.timing import length

COLUMNS = ("Name", "Description", "Handled items", "Dynamic access", "Last handled", "Issues", "Deployed")
"""The name, and the columns of the admin view of Rules Engine 3."""

WIDE = 120
"""Columns; on a terminal that has fewer, the list of rules is paragraphs."""

UNKNOWN = "?"
"""Shown for a number that only the asset system knows, when it cannot be asked."""


@click.command("list")
@click.option("--deleted", is_flag=True, help="Also rules that were deleted.")
@AS_JSON
@takes_profile
def list_command(*, deleted: bool, as_json: bool) -> None:
    """List the deployed rules.

    For each how many items it has handled, how many have access from it that ends with the rule, when it last handled
    one, what hinders it, and when it was deployed. Times are in UTC.
    """
    with administration() as opened:
        found = opened.rules(deleted=deleted)
        if as_json:
            flowhost.print_json(found)
        elif found:
            _list(found)
        else:
            said = f"No rules are deployed. The daemon deploys the files in {opened.directory} when it starts"
            click.echo(f"{said}; so does: flowhost rules redeploy --all")
        _tell_what_is_unknown(opened, found)


def _list(found: list[RuleStatus]) -> None:
    """A table; on a narrow terminal, where its columns would break words, a paragraph for each rule."""
    width = window()
    if width is None or width >= WIDE:
        flowhost.print_table(COLUMNS, map(_row, found), every_column=True)
    else:
        click.echo("\n\n".join(_paragraph(one, width) for one in found))


def _paragraph(one: RuleStatus, width: int) -> str:
    name, description, handled, access, last, issues, deployed = map(plain, _row(one))
    lines = [
        description,
        f"Handled items {handled}, dynamic access {access}",
        f"Last handled {last or 'never'}, deployed {deployed}",
        f"✗ {issues}" if issues else "",
    ]
    shown = [click.wrap_text(line, width, "  ", "  ") for line in lines if line]
    return "\n".join([click.style(name, bold=True), *shown])


def _tell_what_is_unknown(opened: Administration, found: list[RuleStatus]) -> None:
    if any(one.dynamic_access is None for one in found):
        why = flowhost.harmless(opened.assets_problem() or "it does not answer")
        click.echo(f"Who has dynamic access is not known; the asset system cannot be asked: {why}", err=True)
    if found and not opened.daemons():
        click.echo("No daemon runs these rules now.", err=True)


def _row(one: RuleStatus) -> tuple[object, ...]:
    return (
        one.name,
        described(one),
        one.handled,
        UNKNOWN if one.dynamic_access is None else one.dynamic_access,
        one.last_handled,
        hindered(one),
        one.deployed,
    )


def described(one: RuleStatus) -> str:
    """What a rule is for, and what it reacts to."""
    source = "; ".join(one.source)
    return ". ".join(filter(None, [one.description.rstrip(". \n"), source[:1].upper() + source[1:]]))


def hindered(one: RuleStatus) -> str:
    """Why a rule does not do what its file says, or not for all items."""
    return "; ".join([*([one.state] if one.state != "active" else []), *one.issues])


@click.command("show")
@click.argument("rule")
@click.option(
    "-n",
    "--number",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="How many items of each list at most.",
)
@AS_JSON
@takes_profile
def show_command(rule: str, number: int, *, as_json: bool) -> None:
    """Show a rule: its diagram, its state, its items, its errors.

    For instance: flowhost rules show "Archive by night" -c ingest.ini
    """
    with administration() as opened:
        details = opened.rule(rule, number=number)
    if as_json:
        flowhost.print_json(details)
    else:
        _show(details, number)


def _show(details: RuleDetails, number: int) -> None:
    status = details.status
    click.echo(f"{flowhost.harmless(status.name)}: {status.state}")
    if status.description:
        click.echo(plain(status.description.rstrip()))
    click.echo()
    facts(_about(details))
    for issue in status.issues:
        click.echo(f"✗ {flowhost.harmless(issue)}")
    if details.diagram:
        click.echo(f"\n{plain(details.diagram)}")
    _items("Processing", details.processing, status.processing)
    _items("Handled items", details.handled, status.handled)
    _items("Failed items", details.failed, status.failed)
    if details.dynamic_access:
        shown = details.dynamic_access[:number]
        click.echo(f"\nDynamic access ({_of(len(shown), len(details.dynamic_access))}): {' '.join(shown)}")
    if details.newest_runs:
        click.echo("\nNewest runs")
        flowhost.print_table(
            ("Run", "Item", "State", "Asked for", "Because of"),
            [(one.id, one.item, one.state, one.created, caused(one)) for one in details.newest_runs],
        )


def _about(details: RuleDetails) -> list[tuple[str, object]]:
    status = details.status
    took = f", took {length(details.last_duration)}" if details.last_duration is not None else ""
    oldest = f", the oldest since {plain(details.oldest_pending)}" if details.oldest_pending else ""
    others = [f"{one.number} ({plain(one.deployed)})" for one in details.revisions[1:]]
    given = details.dynamic_access
    return [
        ("reacts to", "; ".join(status.source)),
        ("file", details.file),
        ("deployed", f"{plain(status.deployed)}, revision {status.revision}"),
        ("earlier revisions", ", ".join(others)),
        ("last handled", f"{plain(status.last_handled)}{took}" if status.last_handled else "never"),
        ("runs", f"{status.pending} pending{oldest}; {status.running} under way"),
        (
            "at once",
            f"{details.max_concurrency}, priority {details.priority}" if details.max_concurrency else "",
        ),
        ("polled every", length(details.polling_interval)),
        ("dynamic access", UNKNOWN if given is None else counted(len(given), "item")),
        ("wait to be approved", f"{details.held} new items" if details.held else ""),
        ("approved until", details.approved),
    ]


def _items(title: str, shown: tuple[ItemRecord, ...], whole: int) -> None:
    if not shown:
        return
    click.echo(f"\n{title} ({_of(len(shown), whole)})")
    if any(one.errors for one in shown):
        rows = [(one.item, one.since, one.run, "; ".join(one.errors)) for one in shown]
        flowhost.print_table(("Item", "Since", "Run", "Errors"), rows)
    else:
        flowhost.print_table(("Item", "Since", "Run"), [(one.item, one.since, one.run) for one in shown])


def _of(shown: int, whole: int) -> str:
    return str(whole) if shown >= whole else f"{shown} of {whole}"
