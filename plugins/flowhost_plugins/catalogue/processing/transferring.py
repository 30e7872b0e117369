"""Works on jobs that copy or move a file to another place in the storages."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Row, select, update

import flowhost
from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import files, items
from flowhost_plugins.catalogue.database.schema import storages as storage_table
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs import writing
from flowhost_plugins.catalogue.jobs.working import Course, Done
from flowhost_plugins.catalogue.jobs.writing import target_of
from flowhost_plugins.catalogue.machine.copying import CopyFailed, checksum, look
from flowhost_plugins.catalogue.processing.exporting import check_same, copied
from flowhost_plugins.catalogue.trash.deletion import Deletion


class Transferring:
    """Does the work of ``COPY_FILE`` and ``MOVE_FILE`` jobs.

    The source of a move goes only after its copy is verified and in the tables. Within one storage a move gives the
    file another name, and needs no room.

    Args:
        transactions: the database.
        deletion: removes the source of a move.
    """

    def __init__(self, transactions: Transactions, deletion: Deletion) -> None:
        self._transactions = transactions
        self._deletion = deletion

    def do(self, course: Course) -> Done:
        """Copy or move the file."""
        moving, number = course.kind == "MOVE_FILE", course.orders["source_file"]
        if not course.orders.get("stored"):
            source = self._source(number)
            writing.refuse_link(target_of(course))
            if course.orders["rename"]:
                self._linked(course, Path(source.folder, source.path), source.hash)
            else:
                copied(course, Path(source.folder, source.path), source.hash)
            self._transactions.write(lambda transaction: self._store(transaction, course, source, moving))
        return Done(warning=self._deletion.finish_all([number]) if moving else "")

    def _source(self, number: int) -> Row[tuple[object, ...]]:
        wanted = select(files, storage_table.c.path.label("folder")).join_from(
            files, storage_table, files.c.storage == storage_table.c.number
        )
        row = self._transactions.read(
            lambda connection: connection.execute(wanted.where(files.c.number == number)).one_or_none()
        )
        if row is None or row.state != "CLOSED":
            what = "was removed" if row is None else f"is {row.state}"
            raise CopyFailed(f"the file {self._transactions.site.id(number)} {what} meanwhile")
        return row

    def _linked(self, course: Course, source: Path, known: str) -> None:
        """Give the file a second name; the first goes when the tables know the second."""
        if writing.has_its_name(course):
            return
        temporary = writing.temporary_for(course)
        course.progress.expect(look(source).size)
        course.keep("verifying")
        digest = checksum(source, course.progress.advance)
        check_same(source, digest, known)
        try:
            temporary.hardlink_to(source)
        except OSError:  # a file system without links: it is copied, as between storages
            copied(course, source, known)
        else:
            writing.give_name(course, temporary, digest)

    def _store(
        self, transaction: Transaction, course: Course, source: Row[tuple[object, ...]], moving: bool
    ) -> None:
        """Let the copy be the shape's, too, and with it the source of a move go."""
        if source.item is not None:
            raise_revision(transaction, items, source.item, None)
        same = (
            files.c.number == source.number,
            files.c.state == "CLOSED",
            files.c.item.is_not_distinct_from(source.item),
            files.c.shape.is_not_distinct_from(source.shape),
        )
        values = {"state": "TO_BE_DELETED"} if moving else {"state": "CLOSED"}
        if not transaction.connection.execute(update(files).where(*same).values(values)).rowcount:
            what = f"the file {transaction.site.id(source.number)} was removed or given to another item"
            raise flowhost.Permanent(f"{what} while it was copied")
        writing.store(transaction, course, look(target_of(course)), item=source.item, shape=source.shape)

    def undo(self, course: Course) -> None:
        """Leave nothing."""
        writing.undo(course)

    def pause(self, course: Course) -> None:
        """Leave nothing half."""
        writing.pause(course)
