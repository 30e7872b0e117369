"""The item that each thread read last: who changes what it just read need not be sent it again."""

from __future__ import annotations

import threading

from flowhost_plugins.vidispine.documents import Item


class LastRead:
    """Remembers one item for each thread. Its metadata at one revision are the same whenever they are read."""

    def __init__(self) -> None:
        self._thread = threading.local()

    def remember(self, asked: str, document: Item | None) -> None:
        """This thread read this.

        Args:
            asked: the id it asked for, maybe an external one.
            document: what is there; None: nothing.
        """
        self._thread.read = (asked, document)

    def at(self, asked: str, revision: str | None) -> Item | None:
        """What this thread read last, if it was this item at this revision; then it is forgotten."""
        before, document = getattr(self._thread, "read", ("", None))
        self._thread.read = ("", None)
        metadata = document.metadata if document and before == asked else None
        return document if metadata and revision and metadata.revision == revision else None
