"""The commands `collections ...`."""

from __future__ import annotations

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_read
from flowhost_plugins.catalogue.commands.items import AS_JSON


@click.group("collections", invoke_without_command=True)
@click.option("--name", help="Only those of exactly this name.")
@AS_JSON
@takes_catalogue
@click.pass_context
def collections_command(context: click.Context, name: str | None, *, as_json: bool) -> None:
    """List the collections, the oldest first."""
    if context.invoked_subcommand:
        return
    with to_read() as catalogue:
        found = catalogue.collections(name=name)
    if as_json:
        flowhost.print_json(found)
        return
    rows = [(one.id, one.name, one.kind, ", ".join(one.parents), one.created) for one in found]
    flowhost.print_table(("Collection", "Name", "Kind", "In", "Made"), rows)


@collections_command.command("show")
@click.argument("collection")
@AS_JSON
@takes_catalogue
def show_collection_command(collection: str, *, as_json: bool) -> None:
    """List the members of a collection, in their order."""
    with to_read() as catalogue:
        members = catalogue.members(collection)
        called = [
            (one, catalogue.collection(one.id).name)
            if one.kind == "collection"
            else (one, getattr(catalogue.item(one.id), "title", ""))
            for one in members
        ]
    if as_json:
        flowhost.print_json([{"id": one.id, "kind": one.kind, "title": title} for one, title in called])
    else:
        flowhost.print_table(
            ("Member", "Kind", "Title"), [(one.id, one.kind, title) for one, title in called]
        )
