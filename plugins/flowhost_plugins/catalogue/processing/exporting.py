"""Works on jobs that deliver a shape of an item into a storage of the kind ``EXPORT``."""

from __future__ import annotations

from pathlib import Path

from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs import writing
from flowhost_plugins.catalogue.jobs.working import Course, Done
from flowhost_plugins.catalogue.jobs.writing import target_of
from flowhost_plugins.catalogue.machine.copying import CopyFailed, copy, look
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.processing.rendering import render
from flowhost_plugins.catalogue.shapes.copies import path_of, source_of
from flowhost_plugins.catalogue.storages.planning import check_growth


class Exporting:
    """Does the work of ``EXPORT`` jobs: copies what there is, and transcodes what there is not.

    Args:
        transactions: the database.
        ffmpeg: the programs.
    """

    def __init__(self, transactions: Transactions, ffmpeg: Ffmpeg) -> None:
        self._transactions = transactions
        self._ffmpeg = ffmpeg

    def do(self, course: Course) -> Done:
        """Deliver the file."""
        if course.orders.get("stored"):
            return Done()
        assert course.item is not None, "the item is in the orders of every such job"
        item, tag = course.item, course.orders["source_tag"]
        site = self._transactions.site
        found = self._transactions.read(lambda connection: source_of(connection, site, item, tag))
        source = path_of(found)
        writing.refuse_link(target_of(course))
        if course.orders["preset"]:
            render(course, self._ffmpeg, source)
        else:
            copied(course, source, found.hash)
        self._transactions.write(lambda transaction: self._store(transaction, course))
        return Done()

    def _store(self, transaction: Transaction, course: Course) -> None:
        seen = look(target_of(course))
        assert course.file is not None, "it is reserved with the order"
        check_growth(transaction, course.file, seen.size)
        writing.store(transaction, course, seen, item=None)  # what was delivered is others'

    def undo(self, course: Course) -> None:
        """Leave nothing."""
        writing.undo(course)

    def pause(self, course: Course) -> None:
        """Leave nothing half."""
        writing.pause(course)


def copied(course: Course, source: Path, known: str) -> None:
    """Copy a file to where the orders say, verified by its checksum.

    Args:
        course: the job.
        source: the file.
        known: the checksum it had when it came; empty when nobody knows.

    Raises:
        CopyFailed: it could not be copied, or is not what it was.
    """
    if writing.has_its_name(course):
        return
    temporary = writing.temporary_for(course)
    course.progress.expect(2 * look(source).size)  # it is read, and the copy is read
    course.keep("copying")
    digest = copy(source, temporary, course.progress.advance)
    check_same(source, digest, known)
    writing.give_name(course, temporary, digest)


def check_same(source: Path, digest: str, known: str) -> None:
    """Make sure that a file is what it was.

    Raises:
        CopyFailed: it is not.
    """
    if known not in ("", digest):
        what = f"its checksum is {digest}, and was {known} when it came"
        raise CopyFailed(f"{source} is damaged: {what}; take another copy of it, or import it again")
