"""The commands `storages ...`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_change, to_read
from flowhost_plugins.catalogue.commands.items import AS_JSON
from flowhost_plugins.catalogue.commands.showing import size
from flowhost_plugins.catalogue.records import StorageKind


@click.group("storages", invoke_without_command=True)
@AS_JSON
@takes_catalogue
@click.pass_context
def storages_command(context: click.Context, *, as_json: bool) -> None:
    """List the storages, and what fills them."""
    if context.invoked_subcommand:
        return
    with to_read() as catalogue:
        found = catalogue.storages()
    if as_json:
        flowhost.print_json(found)
        return
    rows = [
        (one.id, one.name, one.kind, size(one.used), size(one.capacity), size(one.high_watermark), one.path)
        for one in found
    ]
    flowhost.print_table(("Storage", "Name", "Kind", "Used", "Capacity", "High watermark", "Folder"), rows)


@storages_command.command("add")
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(get_args(StorageKind)),
    default="LOCAL",
    show_default=True,
    help="What it is for.",
)
@click.option(
    "--capacity", type=int, metavar="BYTES", help="What it may hold; as much as the disk by default."
)
@click.option("--high-watermark", type=int, metavar="BYTES", help="Jobs do not fill it beyond.")
@click.option("--low-watermark", type=int, metavar="BYTES", help="Where making room ends.")
@takes_catalogue
def add_command(
    name: str,
    folder: Path,
    kind: StorageKind,
    capacity: int | None,
    high_watermark: int | None,
    low_watermark: int | None,
) -> None:
    """Let a FOLDER that exists be a storage."""
    with to_change() as catalogue:
        made = catalogue.add_storage(
            name,
            folder,
            kind=kind,
            capacity=capacity,
            high_watermark=high_watermark,
            low_watermark=low_watermark,
        )
    click.echo(f"{made.id} {made.name}: {made.path}")


@storages_command.command("remove")
@click.argument("storage")
@takes_catalogue
def remove_command(storage: str) -> None:
    """Forget a storage, by id or name.

    Its folder stays as it is.
    """
    with to_change() as catalogue:
        catalogue.remove_storage(storage)


@storages_command.command("scan")
@click.argument("storage")
@takes_catalogue
def scan_command(storage: str) -> None:
    """Compare a storage's folder with what is known of it."""
    with to_change() as catalogue:
        changes = catalogue.scan(storage)
        rows = [(one.action, one.id, one.item) for one in changes]
    flowhost.print_table(("Change", "File", "Item"), rows)
