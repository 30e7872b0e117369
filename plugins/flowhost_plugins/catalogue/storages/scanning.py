"""Compares the folder of a storage with what is known of it."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Row, delete, insert, select, update

import flowhost
from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import files, items
from flowhost_plugins.catalogue.database.text import index_key, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.machine.copying import last_change
from flowhost_plugins.catalogue.records import Change, Storage
from flowhost_plugins.catalogue.storages.storages import Storages

log = logging.getLogger(__name__)

BATCH = 200
"""Differences written in one transaction: a big folder does not keep other writers waiting."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file in the folder."""

    path: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class _Difference:
    """What is there (None: nothing any more) and the row that knows it (None: none)."""

    found: Found | None
    row: Row[tuple[object, ...]] | None


class Deleting(Protocol):
    """Goes on with deletions that a disk refused."""

    def unfinished(self, storage: int) -> list[int]:
        """The files of a storage that are still to be deleted."""

    def finish(self, number: int) -> None:
        """Delete one of them.

        Raises:
            Unavailable: the disk does not let it go.
        """


class Scanning:
    """Scans storages. See `storages.methods` for what the method promises."""

    def __init__(self, transactions: Transactions, storages: Storages, deletion: Deleting) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._storages = storages
        self._deletion = deletion

    def scan(self, id_or_name: str) -> list[Change]:
        """Compare, and write the differences down."""
        storage = self._storages.get(id_or_name)
        number = self._site.number(storage.id)
        assert number is not None, "it is one of our own ids"
        with flowhost.Locked(f"scan of {storage.path}"):  # two at once would take turns undoing each other
            self._finish_deletions(number)
            return self._compare(storage, number)

    def _finish_deletions(self, storage: int) -> None:
        for number in self._deletion.unfinished(storage):
            try:
                self._deletion.finish(number)
            except flowhost.Unavailable as error:
                log.warning("%s; the next scan tries again", error)

    def _compare(self, storage: Storage, number: int) -> list[Change]:
        wanted = select(files).where(files.c.storage == number)
        # first the rows: what a job makes a file of meanwhile is known then as one that shall appear
        rows = self._transactions.read(lambda connection: connection.execute(wanted).all())
        known = {row.path: row for row in rows}
        there = {one.path: one for one in walk(Path(storage.path))}
        changed: list[Change] = []
        for batch in _batched(list(_differences(there, known)), BATCH):
            _, logged = self._transactions.logged(
                lambda transaction, batch=batch: self._write(transaction, storage, number, batch)  # type: ignore[misc]  # mypy infers no type for the bound default
            )
            changed += logged
        return changed

    def _write(
        self, transaction: Transaction, storage: Storage, number: int, batch: list[_Difference]
    ) -> None:
        for one in batch:
            if one.row is None:
                assert one.found, "a difference has one of the two"
                _add(transaction, number, one.found)
            elif one.found is None:
                _lose(transaction, one.row, Path(storage.path, one.row.path))
            else:
                _change(transaction, one.row, one.found)


def walk(folder: Path) -> Iterator[Found]:
    """The regular files below a folder; names that begin with a dot are skipped.

    Raises:
        Unavailable: the folder, or one within, cannot be read.
    """
    waiting = [""]
    while waiting:
        within = waiting.pop()
        try:
            with os.scandir(folder / within) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    path = f"{within}/{entry.name}" if within else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                    elif found := _file(entry, path):
                        yield found
        except FileNotFoundError as error:
            if not within or not folder.is_dir():  # a folder within may go while we walk
                raise flowhost.Unavailable(
                    f"the folder of the storage is gone: {folder}; mount it, or make it"
                ) from error
        except OSError as error:
            what = f"{error.filename}: {error.strerror or error}"
            raise flowhost.Unavailable(f"the storage in {folder} cannot be read: {what}") from error


def _file(entry: os.DirEntry[str], path: str) -> Found | None:
    try:
        seen = entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # it went while we walked
        return None
    if not stat.S_ISREG(seen.st_mode):
        return None
    if not is_storable(path):
        log.warning("the file %r is skipped: its name is no UTF-8; rename it", path)
        return None
    return Found(path, seen.st_size, last_change(seen))


def _differences(
    there: Mapping[str, Found], known: Mapping[str, Row[tuple[object, ...]]]
) -> Iterator[_Difference]:
    for path in sorted(there):
        row, found = known.get(path), there[path]
        if row is None:
            yield _Difference(found, None)
        elif row.state in ("OPEN", "LOST") or (
            row.state == "CLOSED" and (row.size, row.modified) != (found.size, found.modified)
        ):
            yield _Difference(found, row)
    for path, row in known.items():
        if path not in there and row.state in ("OPEN", "CLOSED"):
            yield _Difference(None, row)


def _add(transaction: Transaction, storage: int, found: Found) -> None:
    key = index_key(found.path)
    same = select(files.c.number).where(files.c.storage == storage, files.c.path_key == key)
    if transaction.connection.execute(same).scalar() is not None:  # a job or another scan was faster
        return
    row = {
        "storage": storage,
        "path": found.path,
        "path_key": key,
        "state": "OPEN",
        "size": found.size,
        "modified": found.modified,
        "hash": "",
        "created": transaction.now,
    }
    result = transaction.connection.execute(insert(files).values(row))
    assert result.inserted_primary_key, "an INSERT of one row has its key"
    transaction.note("file", "CREATE", result.inserted_primary_key[0])


def _change(transaction: Transaction, row: Row[tuple[object, ...]], found: Found) -> None:
    """A known file was looked at again: it changed, or did not and so is complete."""
    same = (row.size, row.modified) == (found.size, found.modified)
    state = "CLOSED" if same else "OPEN"
    values: dict[str, object] = {"state": state, "size": found.size, "modified": found.modified}
    if not same:
        values["hash"] = ""
    wanted = update(files).where(files.c.number == row.number, files.c.state == row.state)
    if transaction.connection.execute(wanted.values(values)).rowcount:
        _note(transaction, "MODIFY", row, state)


def _lose(transaction: Transaction, row: Row[tuple[object, ...]], path: Path) -> None:
    """A known file was not seen: it may have come since, or was noted before it is there."""
    if os.path.lexists(path) or row.modified is None:
        return
    which = (files.c.number == row.number, files.c.state == row.state)
    if row.item is None:
        gone = delete(files).where(*which, files.c.item.is_(None))
        if transaction.connection.execute(gone).rowcount:
            _note(transaction, "DELETE", row, "")
    elif transaction.connection.execute(update(files).where(*which).values(state="LOST")).rowcount:
        _note(transaction, "MODIFY", row, "LOST")


def _note(transaction: Transaction, action: str, row: Row[tuple[object, ...]], state: str) -> None:
    if row.item is not None:
        raise_revision(transaction, items, row.item, None)
    details = {"state": state} if state else None
    transaction.note("file", action, row.number, item=row.item, details=details)  # type: ignore[arg-type]  # one of the words


def _batched(differences: list[_Difference], size: int) -> Iterator[list[_Difference]]:
    for start in range(0, len(differences), size):
        yield differences[start : start + size]
