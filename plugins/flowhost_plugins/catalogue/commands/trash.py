"""The commands `trash ...`: the recycle bin."""

from __future__ import annotations

from datetime import timedelta

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change, to_read, user_of
from flowhost_plugins.catalogue.commands.items import AS_JSON, NUMBER
from flowhost_plugins.catalogue.commands.showing import moment


@click.group("trash", invoke_without_command=True)
@NUMBER
@AS_JSON
@takes_catalogue
@click.pass_context
def trash_command(context: click.Context, number: int, *, as_json: bool) -> None:
    """List what is in the recycle bin, soonest due first."""
    if context.invoked_subcommand:
        return
    with to_read() as catalogue:
        found = catalogue.trash(number=number)
    if as_json:
        flowhost.print_json(found)
        return
    rows = [(one.item, one.title, one.trashed, one.purge_at, one.user) for one in found]
    flowhost.print_table(("Item", "Title", "Trashed", "Deleted on", "By"), rows)


@trash_command.command("put")
@click.argument("items", nargs=-1, required=True)
@click.option(
    "--grace",
    type=click.FloatRange(0),
    metavar="HOURS",
    help="For so long they can be fetched back; as the catalogue has it by default.",
)
@click.option(
    "--keep-shape-tag", "tags", multiple=True, metavar="TAG", help="Keep files of such shapes; * for all."
)
@click.option("--keep-storage", "storages", multiple=True, help="Keep files in this storage; * for all.")
@takes_catalogue
def put_command(
    items: tuple[str, ...], grace: float | None, tags: tuple[str, ...], storages: tuple[str, ...]
) -> None:
    """Put ITEMS into the recycle bin.

    They are deleted when the grace has passed.
    """
    with to_change() as catalogue:
        length = None if grace is None else timedelta(hours=grace)
        for item in items:
            trashed = catalogue.put_in_trash(
                item, length, user=user_of(), keep_shape_tags=tags, keep_storages=storages
            )
            click.echo(f"{trashed.item} is deleted on {moment(trashed.purge_at)} UTC")


@trash_command.command("restore")
@click.argument("items", nargs=-1, required=True)
@takes_catalogue
def restore_command(items: tuple[str, ...]) -> None:
    """Fetch ITEMS back from the recycle bin."""
    with to_change() as catalogue:
        for item in items:
            if not catalogue.restore_item(item):
                raise flowhost.Permanent(f"the item {item} is not in the recycle bin")
            click.echo(f"{item} is back")


@trash_command.command("purge")
@takes_catalogue
def purge_command() -> None:
    """Delete what is due now, instead of within a minute."""
    with to_change() as catalogue:
        purged = catalogue.purge()
    click.echo(f"{len(purged)} deleted" + (": " + " ".join(purged) if purged else ""))
