"""Files: what is in the storages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

import flowhost
from flowhost_plugins.catalogue.database.ids import Site, checked_number, cursor_number
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision, row_number
from flowhost_plugins.catalogue.database.schema import files, items
from flowhost_plugins.catalogue.database.schema import storages as storage_table
from flowhost_plugins.catalogue.database.text import index_key, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.machine.copying import last_change
from flowhost_plugins.catalogue.records import File, FilePage, FileState, NotFound, Storage
from flowhost_plugins.catalogue.storages import storages
from flowhost_plugins.catalogue.storages.target_paths import checked_path


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

    def add(self, storage: str, path: str, state: FileState) -> File:
        """Note a file."""

        def work(transaction: Transaction) -> File:
            place = storages.find(transaction.connection, self._site, storage)
            where = checked_path(place, path)
            if found := self._at(transaction.connection, place, where):
                raise flowhost.Conflict(
                    f"there is a file {where!r} in the storage {place.name!r}: {found.id}"
                )
            row = {
                "storage": self._site.number(place.id),
                "path": where,
                "path_key": index_key(where),
                "state": state,
                "hash": "",
                "created": transaction.now,
                **_seen(Path(place.path, where)),
            }
            result = transaction.connection.execute(insert(files).values(row))
            assert result.inserted_primary_key, "an INSERT of one row has its key"
            number = result.inserted_primary_key[0]
            transaction.note("file", "CREATE", number)
            return find(transaction.connection, self._site, self._site.id(number))

        return self._transactions.write(work)

    def change(self, file_id: str, state: FileState | None, path: str | None) -> File:
        """Correct what is known of a file."""

        def work(transaction: Transaction) -> File:
            file = find(transaction.connection, self._site, file_id)
            values: dict[str, object] = {} if state is None else {"state": state}
            if path is not None:
                place = storages.find(transaction.connection, self._site, file.storage)
                where = checked_path(place, path)
                other = self._at(transaction.connection, place, where)
                if other and other.id != file.id:
                    raise flowhost.Conflict(
                        f"there is a file {where!r} in the storage {place.name!r}: {other.id}"
                    )
                values |= {"path": where, "path_key": index_key(where)}
            return self._changed(transaction, file, values)

        return self._transactions.write(work)

    def release(self, file_id: str) -> File:
        """Let a file belong to no item."""

        def work(transaction: Transaction) -> File:
            file = find(transaction.connection, self._site, file_id)
            return self._changed(transaction, file, {"item": None, "shape": None})

        return self._transactions.write(work)

    def _at(self, connection: Connection, storage: Storage, path: str) -> File | None:
        number, same = self._site.number(storage.id), files.c.path_key == index_key(path)
        return next(iter(read(connection, self._site, files.c.storage == number, same)), None)

    def _changed(self, transaction: Transaction, file: File, values: dict[str, object]) -> File:
        number, item = row_number(self._site, "file", file.id), self._site.number(file.item)
        if values:
            if item is not None:
                raise_revision(transaction, items, item, None)
            transaction.connection.execute(update(files).where(files.c.number == number).values(values))
            details = {"state": str(values["state"])} if "state" in values else None
            transaction.note("file", "MODIFY", number, item=item, details=details)
        return find(transaction.connection, self._site, file.id)

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


def _seen(path: Path) -> dict[str, int | None]:
    """Size and time of a file, when it is there."""
    try:
        seen = path.stat(follow_symlinks=False)
    except OSError:  # it shall come later
        return {"size": 0, "modified": None}
    return {"size": seen.st_size, "modified": last_change(seen)}


def _time(nanoseconds: int | None) -> datetime | None:
    return None if nanoseconds is None else moment(nanoseconds // 1000)
