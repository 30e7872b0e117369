"""The library's face: what the source `vidispine-notifications` needs of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.opened import Opened

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client
    from flowhost_plugins.vidispine.notifications.counts import Counts


class ListeningMethods(Opened):
    """Being told."""

    _heard: tuple[Counts, ...] = ()
    _listeners: frozenset[str] = frozenset()
    _listeners_lock = threading.Lock()

    @property
    def notification_client(self) -> Client:
        """The client that registers, and asks what was not told."""
        return self._client

    def mark_of(self, item_id: str, name: str) -> str:
        """The mark of a change that this library made; empty: it has none, or somebody else made it.

        Args:
            item_id: of the item.
            name: id of the change set or access entry; empty: of what made the item.

        Raises:
            Unavailable: the store with the marks of other processes cannot be read.
        """
        return self._marks.of(item_id, name)

    @contextmanager
    def told_to(self, daemon: str) -> Iterator[None]:
        """Let one source of a daemon be told: two would remove what the other one registered, again and again.

        Raises:
            Unavailable: there is another one.
        """
        with self._listeners_lock:
            if daemon in self._listeners:
                raise flowhost.Unavailable(
                    f"another source vidispine-notifications of {daemon!r} runs already; "
                    "keep one of them, with the options of both"
                )
            self._listeners |= {daemon}
        try:
            yield
        finally:
            with self._listeners_lock:
                self._listeners -= {daemon}

    def count_heard(self, counts: Counts) -> None:
        """Show these numbers in the monitoring."""
        self._heard = (*self._heard, counts)

    def heard_metrics(self) -> Iterable[flowhost.Metric]:
        """What was heard of the site, in how many ways, and whether it has to be asked."""
        if not self._heard:
            return
        for way in ("told", "found"):
            yield flowhost.Metric(
                "flowhost_vidispine_notifications",
                sum(getattr(counts, way) for counts in self._heard),
                "changes that the site told of, and those that were found by asking",
                {"way": way},
                counter=True,
            )
        yield flowhost.Metric(
            "flowhost_vidispine_polling",
            sum(counts.polling for counts in self._heard),
            "sources that ask for changes because the site does not tell them",
        )
