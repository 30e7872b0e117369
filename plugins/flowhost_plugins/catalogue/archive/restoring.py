"""The work of restore jobs: copy from the archive back to where the files were, and verify."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import select, update

from flowhost_plugins.catalogue.archive.archived import online_files, place
from flowhost_plugins.catalogue.archive.making import Making, begin, clear, ended, lock_item, make, under_way
from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import files, items, shapes, storages
from flowhost_plugins.catalogue.database.schema_lifecycle import archived
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.jobs.working import Course, Done
from flowhost_plugins.catalogue.machine.copying import CopyFailed, look
from flowhost_plugins.catalogue.storages import storages as storage_reading
from flowhost_plugins.catalogue.storages.planning import check_growth, require_room, reserve


class Restoring:
    """Does the work of jobs of the kind ``RESTORE``; see `Work`."""

    def do(self, course: Course) -> Done:
        """Bring back each archived shape that is not online."""
        copies = course.transactions.write(lambda transaction: _copies(transaction, course))
        count = sum(self._bring_back(course, copy) for copy in copies)
        return Done(f"{count} files restored" if count else "all files are online, nothing was restored")

    def _bring_back(self, course: Course, copy: Any) -> int:
        """Restore the files of one shape that are not online; return how many."""
        count = 0
        while (
            row := course.transactions.write(lambda transaction: _away(transaction, course, copy))
        ) is not None:
            self._restore(course, copy, row or None)
            count += 1
        course.transactions.write(lambda transaction: _mark(transaction, course, copy))
        return count

    def undo(self, course: Course) -> None:
        """See `Work`."""
        clear(course, keep=False)

    def pause(self, course: Course) -> None:
        """See `Work`."""
        clear(course, keep=True)

    def _restore(self, course: Course, copy: Any, row: Any) -> None:
        making = under_way(course)
        if making is None or making.shape != copy.shape or (row and making.file != row.number):
            clear(course, keep=False)
            making = course.transactions.write(lambda transaction: _reserve(course, transaction, copy, row))
        make(course, Path(copy.folder, copy.path), making)
        course.transactions.write(lambda transaction: _store(course, transaction, making))
        course.orders.pop("making", None)


def _copies(transaction: Transaction, course: Course) -> list[Any]:
    item = lock_item(transaction, course)
    wanted = (
        select(
            archived.c.number,
            archived.c.shape,
            archived.c.sha1,
            files.c.hash,
            files.c.size,
            files.c.state,
            files.c.path,
            storages.c.path.label("folder"),
        )
        .join_from(archived, files, archived.c.file == files.c.number)
        .join(storages, storages.c.number == files.c.storage)
        .where(archived.c.item == item)
        .order_by(archived.c.number)
    )
    found = list(transaction.connection.execute(wanted).all())
    if not found:
        raise CopyFailed("the item is not in the archive any more")
    return found


def _away(transaction: Transaction, course: Course, copy: Any) -> Any:
    """A file of the shape that is to come back; an empty one when there is none at all; None when all are there."""
    item = lock_item(transaction, course)
    rows = transaction.connection.execute(online_files(item, "CLOSED", "ARCHIVED")).all()
    mine = [row for row in rows if row.shape == copy.shape]
    if away := [row for row in mine if row.state == "ARCHIVED"]:
        return away[0]
    return None if mine else ()


def _reserve(course: Course, transaction: Transaction, copy: Any, row: Any) -> Making:
    if copy.state != "CLOSED":
        raise CopyFailed(f"the copy in the archive {Path(copy.folder, copy.path)} is {copy.state}")
    item = lock_item(transaction, course)
    if row:
        number = transaction.site.id(row.storage)
        require_room(storage_reading.find(transaction.connection, transaction.site, number), copy.size)
        making = Making(copy.shape, row.number, row.folder, str(place(row)), copy.hash, fresh=False)
    else:
        name = _original_name(copy.path, transaction.site.id(item), copy.sha1)
        made, target = reserve(transaction, item, name, copy.size, None, None)
        folder = select(storages.c.path).join_from(files, storages).where(files.c.number == made)
        where = transaction.connection.execute(folder).scalar_one()
        making = Making(copy.shape, made, where, str(target), copy.hash)
    begin(course, transaction, making)
    return making


def _original_name(path: str, item: str, sha1: str) -> str:
    name = PurePosixPath(path).name
    return name.replace(f"_{item}_{sha1}", "", 1)


def _store(course: Course, transaction: Transaction, making: Making) -> None:
    ended(course, transaction)
    item = lock_item(transaction, course)
    seen = look(Path(making.target))
    connection = transaction.connection
    if connection.execute(select(shapes.c.number).where(shapes.c.number == making.shape)).scalar() is None:
        raise CopyFailed("the shape was deleted while it was restored")
    check_growth(transaction, making.file, seen.size)  # others may have come back meanwhile
    before = "TO_APPEAR" if making.fresh else "ARCHIVED"
    values: dict[str, Any] = {"state": "CLOSED", "shape": making.shape, "hash": making.sha256}
    values |= {"size": seen.size, "modified": seen.modified}
    back = update(files).where(files.c.number == making.file, files.c.state == before)
    if not connection.execute(back.values(values)).rowcount:
        raise CopyFailed(f"the file {making.target} was removed meanwhile")
    action = "CREATE" if making.fresh else "MODIFY"
    transaction.note("file", action, making.file, item=item, details={"state": "CLOSED"})  # type: ignore[arg-type]  # one of the words
    raise_revision(transaction, items, item, None)


def _mark(transaction: Transaction, course: Course, copy: Any) -> None:
    """Keep that a shape came back."""
    item = lock_item(transaction, course)
    back = update(archived).where(archived.c.number == copy.number)
    values = {"status": "RESTORED", "restored": transaction.now}
    if transaction.connection.execute(back.values(values)).rowcount:
        details = {"archiveStatus": "RESTORED"}
        transaction.note("shape", "MODIFY", copy.shape, item=item, details=details)
        raise_revision(transaction, items, item, None)
