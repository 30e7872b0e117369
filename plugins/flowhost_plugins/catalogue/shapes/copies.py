"""The copies of shapes: which there are, and that the last one stays."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Row, select

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.schema import files, shape_tags, shapes
from flowhost_plugins.catalogue.database.schema import storages as storage_table
from flowhost_plugins.catalogue.records import LastCopy


def of_shape(connection: Connection, shape: int) -> list[Row[tuple[object, ...]]]:
    """The complete files of a shape: number, size, hash, storage and where; the oldest first."""
    wanted = (
        select(files, storage_table.c.path.label("folder"))
        .join_from(files, storage_table, files.c.storage == storage_table.c.number)
        .where(files.c.shape == shape, files.c.state == "CLOSED")
        .order_by(files.c.number)
    )
    return list(connection.execute(wanted))


def path_of(row: Row[tuple[object, ...]]) -> Path:
    """Where such a file lies on this machine."""
    return Path(row.folder, row.path)


def is_there(row: Row[tuple[object, ...]]) -> bool:
    """Whether such a file is on its disk, with the size it has to have."""
    try:
        return bool(path_of(row).stat().st_size == row.size)
    except OSError:
        return False


def refuse_last(connection: Connection, site: Site, file: int) -> None:
    """Make sure that a shape has another copy than this file.

    Raises:
        LastCopy: it has none.
    """
    row = connection.execute(select(files.c.shape, files.c.state).where(files.c.number == file)).one_or_none()
    if row is None or row.shape is None or row.state in ("LOST", "TO_BE_DELETED"):
        return
    others = [one for one in of_shape(connection, row.shape) if one.number != file and is_there(one)]
    if not others:
        what = f"the file {site.id(file)} is the last copy of the shape {site.id(row.shape)}"
        raise LastCopy(f"{what}; delete the shape or the item, or say that the last copy may go")


def tagged(connection: Connection, item: int, tag: str) -> list[int]:
    """The numbers of the shapes of an item with this tag, the oldest first."""
    wanted = (
        select(shapes.c.number)
        .join_from(shapes, shape_tags)
        .where(shapes.c.item == item, shape_tags.c.tag == tag)
        .order_by(shapes.c.number)
    )
    return list(connection.execute(wanted).scalars())


def source_of(connection: Connection, site: Site, item: int, tag: str) -> Row[tuple[object, ...]]:
    """A complete file of the item's shape with this tag.

    Raises:
        Permanent: it has no such shape, or none of its files is there.
    """
    found = [row for shape in tagged(connection, item, tag) for row in of_shape(connection, shape)]
    for row in found:
        if is_there(row):
            return row
    what = f"of the shape {tag!r} of the item {site.id(item)}"
    if not found:
        raise flowhost.Permanent(
            f"there is no complete file {what}; import its media, or restore it from the archive"
        )
    raise flowhost.Permanent(f"no file {what} is on its disk: {path_of(found[0])}; scan its storage")
