"""Deleting items and files. A file's row stays until the file is gone from the disk, so that none is forgotten."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete, select, update

import flowhost
from flowhost_plugins.catalogue import files as file_reading
from flowhost_plugins.catalogue.files import Files
from flowhost_plugins.catalogue.locating import item_number, raise_revision, row_number
from flowhost_plugins.catalogue.records import NotFound
from flowhost_plugins.catalogue.runner import Runner
from flowhost_plugins.catalogue.schema import collections, files, items, jobs, members, shapes
from flowhost_plugins.catalogue.transactions import Transaction, Transactions

log = logging.getLogger(__name__)


class Deletion:
    """Deletes items and files. See `item_methods` and `media_methods` for what the methods promise."""

    def __init__(self, transactions: Transactions, runner: Runner) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._runner = runner
        self._files = Files(transactions)

    def delete_item(self, item_id: str, *, keep_files: bool) -> bool:
        """Delete an item."""
        try:
            doomed, stopped = self._transactions.write(
                lambda transaction: self._forget_item(transaction, item_id, keep_files)
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
        self, transaction: Transaction, item_id: str, keep_files: bool
    ) -> tuple[list[int], list[int]]:
        """Remove an item from the tables; return the files to delete and the jobs to stop, by number."""
        connection = transaction.connection
        item = item_number(connection, self._site, item_id)
        raise_revision(transaction, items, item, None, by_one=False)  # nobody else changes it any more
        running = select(jobs.c.number).where(jobs.c.item == item, jobs.c.live.is_(True))
        stopped = list(connection.execute(running).scalars())
        connection.execute(update(jobs).where(jobs.c.number.in_(stopped)).values(cancelled=True))
        held = select(files.c.number).where(files.c.item == item, files.c.state != "TO_APPEAR")
        numbers = list(connection.execute(held).scalars())
        released = {"item": None, "shape": None} | ({} if keep_files else {"state": "TO_BE_DELETED"})
        connection.execute(update(files).where(files.c.number.in_(numbers)).values(released))
        if keep_files:
            for number in numbers:
                transaction.note("file", "MODIFY", number)
        for number in (
            connection.execute(select(shapes.c.number).where(shapes.c.item == item)).scalars().all()
        ):
            transaction.note("shape", "DELETE", number, item=item)
        self._leave_collections(transaction, item)
        connection.execute(delete(items).where(items.c.number == item))
        transaction.note("item", "DELETE", item, item=item)
        return ([] if keep_files else numbers), stopped

    def _leave_collections(self, transaction: Transaction, item: int) -> None:
        wanted = select(members.c.collection).where(members.c.item == item)
        for number in transaction.connection.execute(wanted).scalars().all():
            raise_revision(transaction, collections, number, None)
            transaction.note("collection", "MODIFY", number, item=item)

    def delete_file(self, file_id: str) -> bool:
        """Delete a file."""

        def work(transaction: Transaction) -> int:
            number = row_number(self._site, "file", file_id)
            file = file_reading.find(transaction.connection, self._site, file_id)
            if file.state == "TO_APPEAR":
                raise flowhost.Permanent(
                    f"the file {file_id} is being written by a job; cancel that job instead"
                )
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


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:  # a file took the place of its folder: it is gone
        return
    except OSError as error:
        what = f"the file {path} cannot be deleted: {error.strerror or error}"
        raise flowhost.Unavailable(f"{what}; check owner and mode of its folder") from error
