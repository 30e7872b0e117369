"""Removes the online copies of archived shapes. Their rows stay as ``ARCHIVED``: where a restore brings them back to.

First the row says that the file is not there any more, then the file goes. A job that dies between finds it again by
its size and time when it goes on.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from flowhost_plugins.catalogue.archive.archived import online_files, place
from flowhost_plugins.catalogue.archive.making import lock_item
from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import files, items, storages
from flowhost_plugins.catalogue.database.schema_lifecycle import archived
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.jobs.working import Course
from flowhost_plugins.catalogue.machine.copying import CopyFailed, checksum, look


class Purging:
    """Purges for one job.

    Args:
        course: the job.
        verified: the shapes whose copy in the archive it has just read; those of others are read once more.
    """

    def __init__(self, course: Course, verified: Set[int]) -> None:
        self._course = course
        self._verified = set(verified)

    def purge(self, shapes: Set[int]) -> list[str]:
        """Remove the online copies of these shapes; return what could not be removed, and why."""
        problems = []
        for row in self._files():
            if row.shape not in shapes:
                continue
            self._course.look()
            try:
                if row.state == "CLOSED":
                    self._check(row)
                    self._course.transactions.write(lambda transaction, row=row: self._mark(transaction, row))  # type: ignore[misc]  # mypy infers no type for the bound default
                elif not _is_same(row):  # it went before, and what is there now is not ours
                    continue
                place(row).unlink(missing_ok=True)
            except CopyFailed as error:
                problems.append(f"a copy stays online: {error}")
            except OSError as error:
                problems.append(f"a copy stays online: cannot remove {place(row)}: {error.strerror or error}")
        return problems

    def _files(self) -> list[Any]:
        def work(transaction: Transaction) -> list[Any]:
            item = lock_item(transaction, self._course)
            return list(transaction.connection.execute(online_files(item, "CLOSED", "ARCHIVED")).all())

        return self._course.transactions.write(work)

    def _check(self, row: Any) -> None:
        """Raise CopyFailed unless the file is what is in the archive."""
        kept = self._verified_copy(row.shape)
        if not _is_same(row):
            raise CopyFailed(f"{place(row)} is not what it was any more")
        digest = row.hash or checksum(place(row), self._course.progress.advance)
        if digest != kept.hash:
            raise CopyFailed(f"{place(row)} is not what was archived")

    def _verified_copy(self, shape: int) -> Any:
        kept, path = self._copy_of(shape)
        same = look(path).size == kept.size
        if same and shape not in self._verified:
            self._course.progress.expect(kept.size)
            same = checksum(path, self._course.progress.advance, from_disk=True) == kept.hash
        if not same:
            raise CopyFailed(f"the copy in the archive {path} is not what was written there")
        self._verified.add(shape)
        return kept

    def _copy_of(self, shape: int) -> tuple[Any, Path]:
        wanted = (
            select(files.c.hash, files.c.size, files.c.path, storages.c.path.label("folder"))
            .join_from(archived, files, archived.c.file == files.c.number)
            .join(storages, storages.c.number == files.c.storage)
            .where(archived.c.shape == shape, files.c.state == "CLOSED")
        )
        row = self._course.transactions.read(lambda connection: connection.execute(wanted).first())
        if row is None:
            raise CopyFailed("the copy in the archive is gone")
        return row, Path(row.folder, row.path)

    def _mark(self, transaction: Transaction, row: Any) -> None:
        item = lock_item(transaction, self._course)  # nobody deletes from the archive meanwhile
        kept = (
            select(files.c.number)
            .join_from(archived, files, archived.c.file == files.c.number)
            .where(archived.c.shape == row.shape, files.c.state == "CLOSED")
        )
        if transaction.connection.execute(kept).scalar() is None:
            raise CopyFailed("the copy in the archive is gone")
        away = update(files).where(files.c.number == row.number, files.c.state == "CLOSED")
        if not transaction.connection.execute(away.values(state="ARCHIVED")).rowcount:
            raise CopyFailed(f"{place(row)} was changed or removed meanwhile")
        self._course.go_on(transaction, step="purging")
        transaction.note("file", "MODIFY", row.number, item=item, details={"state": "ARCHIVED"})
        raise_revision(transaction, items, item, None)


def _is_same(row: Any) -> bool:
    """Whether the file on the disk is the one this row is about."""
    path = place(row)
    if not path.exists():
        return False
    seen = look(path)
    return (seen.size, seen.modified) == (row.size, row.modified)
