"""The catalogue's face: the log of changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from flowhost_plugins.catalogue.changes.notifications import NAMES
from flowhost_plugins.catalogue.changes.watching import Listening
from flowhost_plugins.catalogue.database import marks
from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import Change, Consumer

KEPT_CHANGES = 10_000
"""Changes that stay in the log for whoever looks without keeping a position: some minutes of a busy system."""

MOST_CHANGES = 1_000_000
"""Changes that the log holds at most, about 200 MB: a consumer that never comes back must not fill the disk."""


class ChangeMethods(Opened):
    """The log of changes."""

    def changes(self, after: int = 0, number: int = 1000) -> list[Change]:
        """What changed, in the order it was committed.

        Args:
            after: only what has a sequence number above this.
            number: how many at most.
        """
        return self._open.log.after(after, number)

    def last_change(self) -> int:
        """The sequence number of the newest change; 0 when there is none."""
        return self._open.log.last()

    def position(self, consumer: str) -> int | None:
        """The sequence number a consumer said it has seen; None when it never said one."""
        return self._open.readers.position(consumer)

    def advance(self, consumer: str, sequence: int) -> None:
        """Keep that a consumer has seen the changes up to this number; it never goes back.

        The log keeps, for each consumer, what it has not seen, within the limit of `prune_changes`.
        """
        self._open.readers.advance(consumer, sequence)

    def consumers(self) -> list[Consumer]:
        """Everybody who keeps a position, by name."""
        return self._open.readers.all()

    def forget_consumer(self, consumer: str) -> bool:
        """Forget a position, so that the log is not kept for it; return whether there was one."""
        return self._open.readers.forget(consumer)

    def prune_changes(self, *, keep: int = KEPT_CHANGES, limit: int = MOST_CHANGES) -> int:
        """Remove old changes from the log; return how many.

        An open catalogue does this by itself once a minute.

        Args:
            keep: this many of the newest stay, whoever has seen them.
            limit: what every consumer has seen goes beyond `keep`; without a consumer, and for one that has not come
                that far, all beyond this goes. Who missed something sees it in the numbers: the first after its
                position is not the next one.
        """
        return self._open.readers.prune(keep, limit)

    def listen(self, callback: Callable[[Change], object]) -> Listening:
        """Call `callback` with each change from now on, once it is committed, one by one and in order.

        The calls come from a thread of the catalogue. What the callback raises is logged.
        """
        return self._open.watcher.listen(callback)

    def notification_names(self) -> frozenset[str]:
        """See `flowhost.MediaLibrary`."""
        return frozenset(NAMES)

    def marked(self, mark: str) -> AbstractContextManager[None]:
        """See `flowhost.MediaLibrary`: `Change.details` and notifications have the mark under ``mark``.

        What a job changes carries the mark of its order, also when another process goes on with it. A mark within
        another one replaces it; an empty one is none.

        Raises:
            Permanent: on entering it, when no database can keep this text.
        """
        return marks.marked(mark)
