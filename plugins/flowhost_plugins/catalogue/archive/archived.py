"""Reading what is in the archive."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Row, Select, select

from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.schema import files, storages
from flowhost_plugins.catalogue.database.schema_lifecycle import archived
from flowhost_plugins.catalogue.database.transactions import moment
from flowhost_plugins.catalogue.records import ArchivedShape


def read(connection: Connection, site: Site, item: int) -> tuple[ArchivedShape, ...]:
    """The copies of an item, the oldest first."""
    wanted = (
        select(archived, files.c.path)
        .join_from(archived, files)
        .where(archived.c.item == item)
        .order_by(archived.c.number)
    )
    online: dict[int, list[str]] = {}
    for row in connection.execute(online_files(item)):
        online.setdefault(row.shape, []).append(str(place(row)))
    return tuple(
        ArchivedShape(
            site.id(row.shape),
            site.id(row.file),
            row.policy,
            row.status,
            row.sha1,
            (row.path,),
            tuple(online.get(row.shape, ())),
            None if row.archived is None else moment(row.archived),
            None if row.restored is None else moment(row.restored),
        )
        for row in connection.execute(wanted)
    )


def online_files(item: int, *states: str) -> Select[tuple[int, int, int, str, int, int, str, str, str]]:
    """The files of an item outside the archive that are in one of these states, by default complete ones."""
    return (
        select(
            files.c.number,
            files.c.shape,
            files.c.storage,
            files.c.hash,
            files.c.size,
            files.c.modified,
            files.c.state,
            files.c.path,
            storages.c.path.label("folder"),
        )
        .join_from(files, storages)
        .where(
            files.c.item == item,
            files.c.shape.is_not(None),
            files.c.state.in_(states or ("CLOSED",)),
            storages.c.kind != "ARCHIVE",
        )
        .order_by(files.c.number)
    )


def place(row: Row[tuple[int, int, int, str, int, int, str, str, str]]) -> Path:
    """Where one of these files lies on this machine."""
    return Path(row.folder, row.path)
