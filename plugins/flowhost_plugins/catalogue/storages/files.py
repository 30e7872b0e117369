"""Files: what is in the storages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Row, select

from flowhost_plugins.catalogue.database.ids import Site, checked_number, cursor_number
from flowhost_plugins.catalogue.database.locating import item_number, row_number
from flowhost_plugins.catalogue.database.schema import files
from flowhost_plugins.catalogue.database.schema import storages as storage_table
from flowhost_plugins.catalogue.database.text import index_key, is_storable
from flowhost_plugins.catalogue.database.transactions import Transactions, moment
from flowhost_plugins.catalogue.records import File, FilePage, NotFound
from flowhost_plugins.catalogue.storages import storages


class Files:
    """The files of a catalogue. See `storages.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def get(self, file_id: str) -> File:
        """The file with this id."""
        return self._transactions.read(lambda connection: find(connection, self._site, file_id))

    def at(self, storage: str, path: str) -> File | None:
        """The file at this path."""
        if not is_storable(path):
            return None

        def work(connection: Connection) -> list[File]:
            number = self._site.number(storages.find(connection, self._site, storage).id)
            same = files.c.path_key == index_key(path)
            return read(connection, self._site, files.c.storage == number, same)

        return next(iter(self._transactions.read(work)), None)

    def page(
        self, storage: str | None, item: str | None, unmanaged: bool | None, cursor: str | None, number: int
    ) -> FilePage:
        """Some of the files."""
        number, last = checked_number(number), cursor_number(cursor)

        def work(connection: Connection) -> list[File]:
            where: list[ColumnElement[bool]] = [files.c.number > last]
            if storage is not None:
                found = storages.find(connection, self._site, storage)
                where.append(files.c.storage == self._site.number(found.id))
            if item is not None:
                where.append(files.c.item == item_number(connection, self._site, item))
            if unmanaged is not None:
                where.append(files.c.item.is_(None) if unmanaged else files.c.item.is_not(None))
            return read(connection, self._site, *where, limit=number + 1)

        found = self._transactions.read(work)
        more = str(self._site.number(found[number - 1].id)) if len(found) > number else None
        return FilePage(tuple(found[:number]), more)

    def path_of(self, file_id: str) -> Path:
        """Where a file lies on this machine."""
        number = row_number(self._site, "file", file_id)
        wanted = select(storage_table.c.path, files.c.path).join_from(files, storage_table)
        row = self._transactions.read(
            lambda connection: connection.execute(wanted.where(files.c.number == number)).one_or_none()
        )
        if row is None:
            raise NotFound("file", file_id)
        return Path(row[0], row[1])


def read(
    connection: Connection, site: Site, *where: ColumnElement[bool], limit: int | None = None
) -> list[File]:
    """Files, the oldest first."""
    wanted = select(files).where(*where).order_by(files.c.number).limit(limit)
    return [file_of(site, row) for row in connection.execute(wanted)]


def find(connection: Connection, site: Site, file_id: str) -> File:
    """The file with this id.

    Raises:
        NotFound: there is none.
    """
    number = row_number(site, "file", file_id)
    if not (found := read(connection, site, files.c.number == number)):
        raise NotFound("file", file_id)
    return found[0]


def file_of(site: Site, row: Row[tuple[object, ...]]) -> File:
    """The file in a row."""
    return File(
        site.id(row.number),
        site.id(row.storage),
        row.path,
        row.size,
        row.state,
        row.hash,
        _time(row.modified),
        site.maybe(row.item),
        site.maybe(row.shape),
        moment(row.created),
    )


def _time(nanoseconds: int | None) -> datetime | None:
    return None if nanoseconds is None else moment(nanoseconds // 1000)
