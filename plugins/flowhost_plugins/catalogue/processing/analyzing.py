"""Works on jobs that look into the media of a shape once more."""

from __future__ import annotations

from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.items.giving import Giving
from flowhost_plugins.catalogue.jobs.working import Course, Done
from flowhost_plugins.catalogue.media.examining import Examined
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.media.probing import probe
from flowhost_plugins.catalogue.shapes.copies import path_of, source_of


class Analyzing:
    """Does the work of ``SHAPE_UPDATE`` jobs.

    Args:
        transactions: the database.
        ffmpeg: the programs.
    """

    def __init__(self, transactions: Transactions, ffmpeg: Ffmpeg) -> None:
        self._transactions = transactions
        self._ffmpeg = ffmpeg
        self._giving = Giving(transactions)

    def do(self, course: Course) -> Done:
        """Look, and write down what was seen."""
        assert course.item is not None, "the item is in the orders of every such job"
        item, tag = course.item, course.orders["tag"]
        site = self._transactions.site
        source = self._transactions.read(lambda connection: source_of(connection, site, item, tag))
        path = path_of(source)
        probed = probe(path, path.name, self._ffmpeg, course.look)
        examined = Examined(probed.mime_type, probed.media_type, probed)

        def work(transaction: Transaction) -> None:
            course.go_on(transaction, step="keeping")
            raise_revision(transaction, items, item, None, by_one=False)
            self._giving.update(transaction, item, source.shape, tag, examined)

        self._transactions.write(work)
        return Done()

    def undo(self, course: Course) -> None:
        """Nothing was made."""

    def pause(self, course: Course) -> None:
        """Nothing was made."""
