"""Storages: the folders that hold media, and which of them has room."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.schema import files, storages
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.records import NotFound, Storage, StorageKind

KINDS = get_args(StorageKind)


class Storages:
    """The storages of a catalogue. See `storages.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def add(
        self,
        name: str,
        path: Path,
        kind: StorageKind,
        capacity: int | None,
        high_watermark: int | None,
        low_watermark: int | None,
    ) -> Storage:
        """Let a folder be a storage."""
        folder = _checked_folder(path)
        _check(self._site, name, kind)
        _check_sizes(name, capacity, high_watermark, low_watermark)
        row = {
            "name": name,
            "path": str(folder),
            "kind": kind,
            "capacity": capacity,
            "high_watermark": high_watermark,
            "low_watermark": low_watermark,
        }

        def work(transaction: Transaction) -> Storage:
            for other in read(transaction.connection, self._site):
                _check_beside(name, folder, other)
            result = transaction.connection.execute(insert(storages).values(created=transaction.now, **row))
            assert result.inserted_primary_key, "an INSERT of one row has its key"
            number = result.inserted_primary_key[0]
            transaction.note("storage", "CREATE", number)
            return read(transaction.connection, self._site, storages.c.number == number)[0]

        return self._transactions.write(work)

    def change(
        self,
        id_or_name: str,
        name: str,
        path: Path,
        kind: StorageKind,
        capacity: int | None,
        high_watermark: int | None,
        low_watermark: int | None,
    ) -> Storage:
        """Let a storage be so from now on."""
        folder = _checked_folder(path)
        _check(self._site, name, kind)
        _check_sizes(name, capacity, high_watermark, low_watermark)
        row = {
            "name": name,
            "path": str(folder),
            "kind": kind,
            "capacity": capacity,
            "high_watermark": high_watermark,
            "low_watermark": low_watermark,
        }

        def work(transaction: Transaction) -> Storage:
            known = find(transaction.connection, self._site, id_or_name)
            for other in read(transaction.connection, self._site):
                if other.id != known.id:
                    _check_beside(name, folder, other)
            same = storages.c.number == self._site.number(known.id)
            transaction.connection.execute(update(storages).where(same).values(row))
            transaction.note("storage", "MODIFY", self._site.number(known.id) or 0)
            return read(transaction.connection, self._site, same)[0]

        return self._transactions.write(work)

    def all(self) -> list[Storage]:
        """All storages."""
        return self._transactions.read(lambda connection: read(connection, self._site))

    def get(self, id_or_name: str) -> Storage:
        """The storage with this id or name."""
        return self._transactions.read(lambda connection: find(connection, self._site, id_or_name))

    def remove(self, id_or_name: str) -> None:
        """Forget a storage."""

        def work(transaction: Transaction) -> None:
            storage = find(transaction.connection, self._site, id_or_name)
            number = self._site.number(storage.id)
            busy = select(func.count()).where(
                files.c.storage == number, files.c.item.is_not(None) | (files.c.state == "TO_APPEAR")
            )
            if count := transaction.connection.execute(busy).scalar_one():
                advice = "delete those items or move their files first"
                raise flowhost.Permanent(
                    f"the storage {storage.name!r} holds {count} files of items, it cannot be removed; {advice}"
                )
            transaction.connection.execute(delete(files).where(files.c.storage == number))
            transaction.connection.execute(delete(storages).where(storages.c.number == number))
            transaction.note("storage", "DELETE", number or 0)

        self._transactions.write(work)


def read(connection: Connection, site: Site, *where: ColumnElement[bool]) -> list[Storage]:
    """Storages with their use, the oldest first."""
    used = select(func.coalesce(func.sum(files.c.size), 0)).where(
        files.c.storage == storages.c.number,
        files.c.state != "ARCHIVED",  # which is not there
    )
    wanted = select(storages, used.scalar_subquery().label("used")).where(*where).order_by(storages.c.number)
    return [_storage(site, row) for row in connection.execute(wanted)]


def find(connection: Connection, site: Site, id_or_name: str) -> Storage:
    """The storage with this id or name.

    Raises:
        NotFound: there is none.
    """
    number = site.number(id_or_name)
    which = storages.c.name == id_or_name if number is None else storages.c.number == number
    found = read(connection, site, which) if is_storable(id_or_name) else []
    if not found:
        raise NotFound("storage", id_or_name)
    return found[0]


def _storage(site: Site, row: Row[tuple[object, ...]]) -> Storage:
    return Storage(
        site.id(row.number),
        row.name,
        row.path,
        row.kind,
        row.capacity,
        row.high_watermark,
        row.low_watermark,
        int(row.used),  # PostgreSQL sums to a Decimal
    )


def _checked_folder(path: Path) -> Path:
    folder = path.expanduser().absolute()
    if not folder.is_dir():
        raise flowhost.Permanent(f"the folder of the storage is {folder}, which is no folder; make it first")
    if not is_storable(str(folder.resolve())):
        raise flowhost.Permanent(f"the folder of the storage is {folder!r}, which is no UTF-8; rename it")
    return folder.resolve()


def _check(site: Site, name: str, kind: str) -> None:
    if not 0 < len(name) <= LONGEST_INDEXED or not is_storable(name) or site.number(name) is not None:
        what = f"expected 1 to {LONGEST_INDEXED} characters that are no id of the catalogue"
        raise flowhost.Permanent(f"the name of the storage is {name[:40]!r}, {what}")
    if kind not in KINDS:
        expected = f"one of {', '.join(KINDS)}{flowhost.nearest(kind, KINDS)}"
        raise flowhost.Permanent(f"the kind of the storage {name!r} is {kind!r}, expected {expected}")


def _check_sizes(name: str, capacity: int | None, high: int | None, low: int | None) -> None:
    sizes = [size for size in (low, high, capacity) if size is not None]
    if sizes != sorted(sizes) or (sizes and sizes[0] < 0):
        seen = f"low_watermark {low}, high_watermark {high}, capacity {capacity}"
        raise flowhost.Permanent(
            f"the storage {name!r} has {seen}, expected none below the one before, and no minus"
        )


def _check_beside(name: str, folder: Path, other: Storage) -> None:
    if other.name == name:
        raise flowhost.Conflict(f"there is a storage {name!r} already, with the folder {other.path}")
    if folder.is_relative_to(other.path) or Path(other.path).is_relative_to(folder):
        what = f"the folder {folder} overlaps with {other.path} of the storage {other.name!r}"
        raise flowhost.Conflict(f"{what}; each file must be in one storage")
