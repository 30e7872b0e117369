"""Marks: what changes were made for, as whoever makes them said.

Vidispine keeps none, but names each change of an item's metadata (its change set), and each access entry, and tells
these names with its notifications. So what was changed under a mark is remembered by that name for as long as its
notification may take: in this process, and in the store for others. The notification can come before the answer that
tells us the name; who asks for the mark of something unknown then waits for the answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import flowhost
from flowhost_plugins.vidispine.kept_marks import KeptMarks

LIFETIME = 3600.0
"""Seconds a mark is remembered: what comes later than this was redelivered, and is told apart by its id."""

MOST = 50_000
"""Changes remembered at once; the oldest are forgotten first."""

PATIENCE = 10.0
"""Seconds a question waits for writes of the same item that are on their way."""

LONGEST = 500
"""Characters in a mark."""

NEW = ""
"""Stands for the id of an item that is being made."""

_mark: ContextVar[str] = ContextVar("vidispine_mark", default="")


def current() -> str:
    """The mark of what this thread changes now; empty: none."""
    return _mark.get()


@contextmanager
def marked(mark: str) -> Iterator[None]:
    """Let what this thread changes carry a mark; empty: none, also within another's.

    Raises:
        Permanent: it is too long.
    """
    if len(mark) > LONGEST:
        raise flowhost.Permanent(
            f"the mark is {mark[:40]!r}, expected a text of at most {LONGEST} characters"
        )
    token = _mark.set(mark)
    try:
        yield
    finally:
        _mark.reset(token)


class Marks:
    """The marks of what was changed by this process, and by others that share its store.

    Args:
        clock: the time.
        site: URL of the site's API, which tells its items from those of others on the same store.
        notes: the store; None: only what this process changed is known.
    """

    def __init__(self, clock: flowhost.Clock, site: str, notes: flowhost.Store | None = None) -> None:
        self._clock = clock
        self._kept = KeptMarks(notes, clock, LIFETIME, site)
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()
        self._under_way: dict[str, list[threading.Event]] = {}

    @contextmanager
    def writing(self, item_id: str = NEW) -> Iterator[Written]:
        """While something of an item, or a new one, is written under the current mark, tell what that was called."""
        mark, done = current(), threading.Event()
        if mark:
            with self._lock:
                self._under_way.setdefault(item_id, []).append(done)
        written = Written()
        try:
            yield written
        finally:
            if mark:
                # this process knows it first, however slow the store is; both before the caller goes on
                self._finish(item_id, done, mark, written.names)
                self._kept.keep(mark, written.names)

    def of(self, item_id: str, name: str) -> str:
        """The mark of a change; empty: it has none, or somebody else made it.

        Args:
            item_id: of the item.
            name: id of the change set or access entry; empty: of what made the item.

        Raises:
            Unavailable: this process did not make it, and the store cannot be read.
        """
        known, under_way = self._look(item_id, name)
        deadline = self._clock.monotonic() + PATIENCE
        for done in under_way:  # those of now only: others that begin meanwhile made something else
            left = deadline - self._clock.monotonic()
            if known or left <= 0:
                break
            self._clock.wait(done, left)
            known, _ = self._look(item_id, name)
        return known or self._kept.of(item_id, name)

    def _look(self, item_id: str, name: str) -> tuple[str, list[threading.Event]]:
        """The mark, if it is known, and the writes that may make it known."""
        with self._lock:
            self._forget()
            mark, _ = self._known.get((item_id, name), ("", 0.0))
            return mark, [*self._under_way.get(item_id, ()), *self._under_way.get(NEW, ())]

    def _finish(
        self, item_id: str, done: threading.Event, mark: str, names: Iterable[tuple[str, str]]
    ) -> None:
        with self._lock:
            until = self._clock.monotonic() + LIFETIME
            for name in names:
                self._known[name] = (mark, until)
                self._known.move_to_end(name)
            self._forget()
            waiting = self._under_way[item_id]
            waiting.remove(done)
            if not waiting:
                del self._under_way[item_id]
        done.set()

    def _forget(self) -> None:
        now = self._clock.monotonic()
        while self._known:
            first = next(iter(self._known))
            if len(self._known) <= MOST and self._known[first][1] > now:
                return
            del self._known[first]


class Written:
    """What one write turned out to be called."""

    def __init__(self) -> None:
        self.names: set[tuple[str, str]] = set()

    def made(self, item_id: str) -> None:
        """It made this item."""
        self.names.add((item_id, ""))

    def called(self, item_id: str, names: Iterable[str]) -> None:
        """The ids of the change sets or entries of an item that it made."""
        self.names.update((item_id, name) for name in names if name)
