"""The commands `list`, `search` and `show`: items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import click

import flowhost
from flowhost_plugins.catalogue.commands.choosing import takes_catalogue, to_read
from flowhost_plugins.catalogue.commands.showing import moment, size
from flowhost_plugins.catalogue.records import ArchivedShape, CatalogueItem, Group

NUMBER = click.option(
    "-n", "--number", type=click.IntRange(1), default=100, show_default=True, help="How many at most."
)
TRASHED = click.option("--trashed", is_flag=True, help="Also those in the recycle bin.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command("list")
@click.argument("text", default="")
@NUMBER
@TRASHED
@AS_JSON
@takes_catalogue
def list_command(text: str, number: int, *, trashed: bool, as_json: bool) -> None:
    """List items, the oldest first.

    With TEXT only those that have its words.
    """
    with to_read() as catalogue:
        _show(
            _gathered(lambda cursor: catalogue.items(text=text, cursor=cursor, trashed=trashed), number),
            as_json=as_json,
        )


@click.command("search")
@click.argument("query")
@NUMBER
@TRASHED
@AS_JSON
@takes_catalogue
def search_command(query: str, number: int, *, trashed: bool, as_json: bool) -> None:
    """List the items for which QUERY holds.

    For instance 'title:news AND width:[1920 TO *]'.
    """
    with to_read() as catalogue:
        _show(
            _gathered(lambda cursor: catalogue.search(query, cursor=cursor, trashed=trashed), number),
            as_json=as_json,
        )


def _gathered(page: Callable[[str | None], flowhost.Page], number: int) -> list[flowhost.Item]:
    found: list[flowhost.Item] = []
    cursor = None
    while len(found) < number:
        got = page(cursor)
        found += got.items
        cursor = got.cursor
        if cursor is None:
            break
    return found[:number]


def _show(items: list[flowhost.Item], *, as_json: bool) -> None:
    if as_json:
        flowhost.print_json(items)
        return
    rows = [
        (one.id, one.title, one.media_type or "placeholder", one.external_id, one.created) for one in items
    ]
    flowhost.print_table(("Item", "Title", "Media", "External id", "Made"), rows)


@click.command("show")
@click.argument("item")
@AS_JSON
@takes_catalogue
def show_command(item: str, *, as_json: bool) -> None:
    """Show an item, by id or external id.

    Its metadata, shapes with their files, access entries, and copies in the archive.
    """
    with to_read() as catalogue:
        record, archived = catalogue.record(item), catalogue.archived_shapes(item)
        names = {one.id: one.name for one in catalogue.storages()}
    if as_json:
        flowhost.print_json({"item": record, "archive": archived})
    else:
        _show_item(record, archived, names)


def _show_item(record: CatalogueItem, archived: tuple[ArchivedShape, ...], names: dict[str, str]) -> None:
    about = [
        ("title", record.title),
        ("media type", record.media_type or "placeholder"),
        ("made", moment(record.created)),
        ("changed", f"{moment(record.updated)} (revision {record.revision})"),
        ("external ids", ", ".join(record.external_ids)),
        ("archive", record.archive_status),
        ("recycle bin", f"deleted on {moment(record.purge_at)}" if record.purge_at else ""),
    ]
    flowhost.print_table((record.id, ""), [row for row in about if row[1]])
    _section("Field", "Values", list(_fields(record.fields.items(), record.groups)))
    files = [
        (
            one.id,
            ", ".join(one.tags),
            file.id,
            file.state,
            size(file.size),
            f"{names.get(file.storage, file.storage)}:{file.path}",
        )
        for one in record.shapes
        for file in one.files
    ]
    if files:
        click.echo()
        flowhost.print_table(("Shape", "Tags", "File", "State", "Size", "Where"), files)
    if record.access:
        click.echo()
        rows = [
            (
                one.entry.kind,
                one.entry.grantee,
                one.entry.permission,
                one.entry.priority,
                one.scope,
                one.origin,
            )
            for one in record.access
        ]
        flowhost.print_table(("Access", "Name", "Permission", "Priority", "Scope", "Origin"), rows)
    if archived:
        click.echo()
        copies = [(one.shape, one.status, one.policy, one.archived, one.restored) for one in archived]
        flowhost.print_table(("Archived shape", "Status", "Policy", "Archived", "Restored"), copies)


def _section(left: str, right: str, rows: list[tuple[str, str]]) -> None:
    if rows:
        click.echo()
        flowhost.print_table((left, right), rows)


def _fields(
    fields: Iterable[tuple[str, tuple[str, ...]]], groups: tuple[Group, ...], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    for name, values in fields:
        yield prefix + name, "; ".join(values)
    for one in groups:
        yield from _fields(one.fields.items(), one.groups, f"{prefix}{one.name}/")
