"""Deleting items and files. A file's row stays until the file is gone from the disk, so that none is forgotten."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

import flowhost
from flowhost_plugins.catalogue.collections.memberships import note_member
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision, row_number
from flowhost_plugins.catalogue.database.schema import (
    collections,
    files,
    items,
    jobs,
    members,
    shape_tags,
    shapes,
    storages,
)
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.index import indexing
from flowhost_plugins.catalogue.jobs.runner import Runner
from flowhost_plugins.catalogue.records import ANY, Keep, NotFound
from flowhost_plugins.catalogue.shapes.copies import refuse_last
from flowhost_plugins.catalogue.shapes.shapes import remove as remove_shapes
from flowhost_plugins.catalogue.storages import files as file_reading
from flowhost_plugins.catalogue.storages.files import Files
from flowhost_plugins.catalogue.trash.locks import refuse_locked

log = logging.getLogger(__name__)


class Deletion:
    """Deletes items and files. See `items.methods`, `shapes.methods` and `storages.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions, runner: Runner) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._runner = runner
        self._files = Files(transactions)

    def delete_item(self, item_id: str, *, keep: Keep, due: int | None = None) -> bool:
        """Delete an item; with `due` only if it is due in the recycle bin at that moment."""
        if due is None:
            self._transactions.read(lambda connection: check_storages(connection, self._site, keep))
        try:
            doomed, stopped = self._transactions.write(
                lambda transaction: self._forget_item(transaction, item_id, keep, due)
            )
        except NotFound:
            return False
        self._runner.stop(stopped)
        for number in doomed:
            try:
                self.finish(number)
            except flowhost.Unavailable as error:
                log.warning("%s; the next scan tries again", error)
        return True

    def _forget_item(
        self, transaction: Transaction, item_id: str, keep: Keep, due: int | None
    ) -> tuple[list[int], list[int]]:
        """Remove an item from the tables; return the files to delete and the jobs to stop, by number."""
        connection = transaction.connection
        item = item_number(connection, self._site, item_id)
        raise_revision(transaction, items, item, None, by_one=False)  # nobody else changes it any more
        if due is not None and not self._is_due(transaction, item, due):
            raise NotFound("item to purge", item_id)
        refuse_locked(transaction, item)
        running = select(jobs.c.number).where(jobs.c.item == item, jobs.c.live.is_(True))
        stopped = list(connection.execute(running).scalars())
        connection.execute(update(jobs).where(jobs.c.number.in_(stopped)).values(cancelled=True))
        doomed, kept = self._sorted(transaction, item, keep)
        released = {"item": None, "shape": None}
        connection.execute(
            update(files).where(files.c.number.in_(doomed)).values(released | {"state": "TO_BE_DELETED"})
        )
        connection.execute(update(files).where(files.c.number.in_(kept)).values(released))
        for number in kept:
            transaction.note("file", "MODIFY", number)
        for number in (
            connection.execute(select(shapes.c.number).where(shapes.c.item == item)).scalars().all()
        ):
            transaction.note("shape", "DELETE", number, item=item)
        self._leave_collections(transaction, item)
        indexing.forget(connection, item)
        connection.execute(delete(items).where(items.c.number == item))
        transaction.note("item", "DELETE", item, item=item)
        return doomed, stopped

    def _is_due(self, transaction: Transaction, item: int, now: int) -> bool:
        wanted = select(items.c.purge_at).where(items.c.number == item)
        purge_at = transaction.connection.execute(wanted).scalar()
        return purge_at is not None and purge_at <= now

    def _sorted(self, transaction: Transaction, item: int, keep: Keep) -> tuple[list[int], list[int]]:
        """The files of an item to delete, and those to keep, by number; those that are not there are forgotten."""
        connection = transaction.connection
        away = list(
            connection.execute(
                select(files.c.number).where(files.c.item == item, files.c.state == "ARCHIVED")
            ).scalars()
        )
        connection.execute(delete(files).where(files.c.number.in_(away)))
        for number in away:
            transaction.note("file", "DELETE", number, item=item)
        tagged: dict[int, list[str]] = {}
        for row in connection.execute(
            select(shape_tags).join_from(shape_tags, shapes).where(shapes.c.item == item)
        ):
            tagged.setdefault(row.shape, []).append(row.tag)
        wanted = (
            select(files.c.number, files.c.shape, files.c.storage, storages.c.name)
            .join_from(files, storages)
            .where(files.c.item == item, files.c.state != "TO_APPEAR")
        )
        doomed, kept = list[int](), list[int]()
        for row in connection.execute(wanted).all():
            where = (self._site.id(row.storage), row.name)
            stays = keep.holds(tuple(tagged.get(row.shape, ())), where)
            (kept if stays else doomed).append(row.number)
        return doomed, kept

    def _leave_collections(self, transaction: Transaction, item: int) -> None:
        wanted = select(members.c.collection).where(members.c.item == item)
        for number in transaction.connection.execute(wanted).scalars().all():
            raise_revision(transaction, collections, number, None)
            note_member(transaction, number, item, "item", "remove")

    def delete_shape(self, shape_id: str) -> bool:
        """Delete a shape with its files."""

        def work(transaction: Transaction) -> list[int]:
            number = row_number(self._site, "shape", shape_id)
            wanted = select(shapes.c.item).where(shapes.c.number == number)
            item = transaction.connection.execute(wanted).scalar()
            if item is None:
                raise NotFound("shape", shape_id)
            raise_revision(transaction, items, item, None)
            refuse_locked(transaction, item)
            return remove_shapes(transaction, item, [number])

        try:
            doomed = self._transactions.write(work)
        except NotFound:
            return False
        if left := self.finish_all(doomed):
            raise flowhost.Unavailable(left)
        return True

    def finish_all(self, numbers: list[int]) -> str:
        """Delete several files that are to be deleted; return why some are still there, empty when none is."""
        left = []
        for number in numbers:
            try:
                self.finish(number)
            except flowhost.Unavailable as error:
                left.append(f"{error}; the next scan tries again")
        return "; ".join(left)

    def delete_file(self, file_id: str, *, last_copy: bool) -> bool:
        """Delete a file."""

        def work(transaction: Transaction) -> int:
            number = row_number(self._site, "file", file_id)
            file = file_reading.find(transaction.connection, self._site, file_id)
            if file.state == "TO_APPEAR":
                raise flowhost.Permanent(
                    f"the file {file_id} is being written by a job; cancel that job instead"
                )
            if file.item is not None and not last_copy:
                raise_revision(
                    transaction, items, row_number(self._site, "item", file.item), None, by_one=False
                )
                refuse_last(transaction.connection, self._site, number)
            marked = update(files).where(files.c.number == number, files.c.state != "TO_APPEAR")
            transaction.connection.execute(marked.values(state="TO_BE_DELETED"))
            return number

        try:
            number = self._transactions.write(work)
        except NotFound:
            return False
        self.finish(number)
        return True

    def finish(self, number: int) -> None:
        """Delete from the disk, and then from the tables, a file that is to be deleted.

        Raises:
            Unavailable: the disk does not let it go.
        """
        with flowhost.Locked(f"deletion of the file {self._site.id(number)}"):  # its name is free afterwards
            try:
                path = self._files.path_of(self._site.id(number))
            except NotFound:  # somebody else did it
                return
            _unlink(path)
            if self._site.number(path.parent.name) is not None:  # a folder the catalogue made for an item
                with suppress(OSError):  # there is more in it
                    path.parent.rmdir()
            self._transactions.write(lambda transaction: self._forget_file(transaction, number))

    def _forget_file(self, transaction: Transaction, number: int) -> None:
        found = file_reading.read(transaction.connection, self._site, files.c.number == number)
        transaction.connection.execute(delete(files).where(files.c.number == number))
        for file in found:
            item = self._site.number(file.item)
            if item is not None:
                raise_revision(transaction, items, item, None)
            transaction.note("file", "DELETE", number, item=item)

    def unfinished(self, storage: int) -> list[int]:
        """The files of a storage that are still to be deleted."""
        wanted = select(files.c.number).where(files.c.storage == storage, files.c.state == "TO_BE_DELETED")
        return self._transactions.read(lambda connection: list(connection.execute(wanted).scalars()))


def check_storages(connection: Connection, site: Site, keep: Keep) -> None:
    """Raise Permanent when there is no storage of one of these ids or names."""
    if not keep.storages:
        return
    rows = connection.execute(select(storages.c.number, storages.c.name)).all()
    known = [ANY, *(site.id(row.number) for row in rows), *(row.name for row in rows)]
    for one in keep.storages:
        if one not in known:
            hint = flowhost.nearest(one, known)
            raise flowhost.Permanent(f"there is no storage {one!r} whose files could be kept{hint}")


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:  # a file took the place of its folder: it is gone
        return
    except OSError as error:
        what = f"the file {path} cannot be deleted: {error.strerror or error}"
        raise flowhost.Unavailable(f"{what}; check owner and mode of its folder") from error
