"""Works on jobs that give an item one more shape, made by ffmpeg."""

from __future__ import annotations

import logging

from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.items.giving import Giving
from flowhost_plugins.catalogue.jobs import writing
from flowhost_plugins.catalogue.jobs.working import Course, Done
from flowhost_plugins.catalogue.jobs.writing import target_of
from flowhost_plugins.catalogue.machine.copying import look
from flowhost_plugins.catalogue.media.examining import Examined
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.processing.rendering import render
from flowhost_plugins.catalogue.records import ShapeExists
from flowhost_plugins.catalogue.shapes import shapes
from flowhost_plugins.catalogue.shapes.copies import path_of, source_of, tagged
from flowhost_plugins.catalogue.storages.planning import check_growth
from flowhost_plugins.catalogue.trash.deletion import Deletion

log = logging.getLogger(__name__)


class Transcoding:
    """Does the work of ``TRANSCODE`` and ``THUMBNAIL`` jobs.

    Args:
        transactions: the database.
        ffmpeg: the programs.
        deletion: removes the files of a shape that is replaced.
    """

    def __init__(self, transactions: Transactions, ffmpeg: Ffmpeg, deletion: Deletion) -> None:
        self._transactions = transactions
        self._ffmpeg = ffmpeg
        self._deletion = deletion
        self._giving = Giving(transactions)

    def do(self, course: Course) -> Done:
        """Transcode, and give the item the shape."""
        if course.orders.get("stored"):
            return Done()
        assert course.item is not None, "the item is in the orders of every such job"
        item, source_tag = course.item, course.orders["source_tag"]
        site = self._transactions.site
        source = self._transactions.read(lambda connection: source_of(connection, site, item, source_tag))
        examined = render(course, self._ffmpeg, path_of(source))
        doomed = self._transactions.write(
            lambda transaction: self._store(transaction, course, item, examined)
        )
        return Done(warning=self._deletion.finish_all(doomed))

    def _store(self, transaction: Transaction, course: Course, item: int, examined: Examined) -> list[int]:
        """Give the item the shape in the place of those it replaces; return the files of these."""
        seen, tag = look(target_of(course)), course.orders["tag"]
        raise_revision(transaction, items, item, None, by_one=False)  # nobody else changes it any more
        assert course.file is not None, "it is reserved with the order"
        check_growth(transaction, course.file, seen.size)
        old = tagged(transaction.connection, item, tag)
        if old and not course.orders["replace"]:
            raise ShapeExists(f"the item {transaction.site.id(item)} got a shape {tag!r} meanwhile")
        file = writing.store(transaction, course, seen, item=item)
        doomed = shapes.remove(transaction, item, old)
        self._giving.give(transaction, item, file, tag, examined, target_of(course).name)
        return doomed

    def undo(self, course: Course) -> None:
        """Leave nothing."""
        writing.undo(course)

    def pause(self, course: Course) -> None:
        """Leave nothing half."""
        writing.pause(course)
