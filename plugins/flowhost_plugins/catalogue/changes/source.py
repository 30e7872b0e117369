"""The source `catalogue-changes`: what changed in the catalogue, as events."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Annotated, ClassVar, Literal

import flowhost
from flowhost_plugins.catalogue.changes.notifications import NAMES, notification
from flowhost_plugins.catalogue.records import Change
from flowhost_plugins.catalogue.resource import Catalogue

log = logging.getLogger(__name__)

BATCH = 500
"""Changes read at once."""

LOOK_SECONDS = 0.5
"""How long a stop, the end of work, or a change of another process may go unnoticed."""


class CatalogueChanges:
    """Emits an event for each change in the catalogue, in their order: its type is Vidispine's name of the notification.

    The types are ``item_create``, ``metadata_modify``, ``job_finish`` ... A change that has several names has the
    narrowest as its type, and all of them in the header ``notifications``, divided by commas. The data is a mapping
    of texts: the variables of the notification, such as ``itemId``, ``action``, ``status``. The key is the item's
    id, so that changes of one item are worked on one after another; the id is the change's number.

    How far it has come is kept in the catalogue: changes made while the daemon was down are found. Each change is
    handled once by a daemon with a ledger; after a ``kill -9`` the work that was under way then is done again.
    A source that was away for so long that the log was pruned says how many changes it missed.

    Args:
        notifications: only changes with one of these names; without any all.
        start: where the first start of all begins: with the changes from ``now`` on, or with the ``oldest`` in the log.
        consumer: under which name the position is kept; empty: the daemon's. Sources of one name share it.
        catalogue: the catalogue.
        clock: the time.
        info: the daemon.

    Raises:
        ValueError: a name of a notification is unknown.
    """

    name: ClassVar[str] = "catalogue-changes"

    def __init__(
        self,
        *,
        notifications: Annotated[tuple[str, ...], "only these, e.g. item_create, job_finish"] = (),
        start: Annotated[Literal["now", "oldest"], "where the first start of all begins"] = "now",
        consumer: Annotated[str, "name the position is kept by; the daemon's"] = "",
        catalogue: Catalogue,
        clock: flowhost.Clock,
        info: flowhost.DaemonInfo,
    ) -> None:
        for one in notifications:
            if one not in NAMES:
                hint = flowhost.nearest(one, NAMES)
                raise ValueError(f"there is no notification {one!r}{hint}; there are {', '.join(NAMES)}")
        self._wanted = frozenset(notifications)
        self._start = start
        self._consumer = consumer or info.name
        self._catalogue = catalogue
        self._clock = clock

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit changes until `stop` is set.

        Raises:
            Unavailable: the database cannot be used, or an event was safe nowhere.
        """
        wake = threading.Event()
        listening = self._catalogue.listen(lambda _change: wake.set())
        try:
            _Run(self._catalogue, self._consumer, self._begin()).follow(
                self._events(emit), stop, wake, self._clock
            )
        finally:
            listening.close()

    def probe(self) -> None:
        """Look whether the log can be read."""
        self._catalogue.last_change()

    def _begin(self) -> int:
        position = self._catalogue.position(self._consumer)
        if position is None:
            position = self._catalogue.last_change() if self._start == "now" else 0
            self._catalogue.advance(self._consumer, position)
        return position

    def _events(self, emit: flowhost.Emit) -> _Emitting:
        return _Emitting(emit, self._wanted, self._catalogue.location)


class _Emitting:
    """Makes events of changes."""

    def __init__(self, emit: flowhost.Emit, wanted: frozenset[str], location: str) -> None:
        self._emit = emit
        self._wanted = wanted
        self._location = location

    def emitted(self, change: Change) -> Future[flowhost.Receipt] | None:
        """The Future of a change's work; None when nobody wants it."""
        told = notification(change)
        if self._wanted and self._wanted.isdisjoint(told.names):
            return None
        return self._emit(
            flowhost.Event(
                told.name,
                dict(told.variables),
                source=self._location,
                subject=change.item or change.id,
                id=str(change.sequence),
                key=change.item or change.id,
                time=change.time,
                headers={"notifications": ",".join(told.names)},
            )
        )


class _Run:
    """One run of the source: what is under way, and how far it has come."""

    def __init__(self, catalogue: Catalogue, consumer: str, position: int) -> None:
        self._catalogue = catalogue
        self._consumer = consumer
        self._kept = self._read = self._done = position
        self._under_way: deque[tuple[int, Future[flowhost.Receipt] | None]] = deque()

    def follow(
        self, events: _Emitting, stop: threading.Event, wake: threading.Event, clock: flowhost.Clock
    ) -> None:
        try:
            while not stop.is_set():
                wake.clear()
                changes = self._catalogue.changes(self._read, BATCH)
                self._look_for_gap(changes)
                self._hand_over(changes, events, stop)
                self._settle()
                if len(changes) < BATCH and not stop.is_set():
                    clock.wait(wake, LOOK_SECONDS)
        finally:
            self._finish(stop)

    def _look_for_gap(self, changes: Iterable[Change]) -> None:
        for first in changes:
            missed = first.sequence - self._read - 1
            if missed and self._read and self._catalogue.changes(0, 1) == [first]:
                log.warning(
                    "%d changes of the catalogue were pruned before %r saw them", missed, self._consumer
                )
            return

    def _hand_over(self, changes: Iterable[Change], events: _Emitting, stop: threading.Event) -> None:
        for change in changes:
            if stop.is_set():
                return
            try:
                future = events.emitted(change)
            except RuntimeError:  # the daemon stops; the change is emitted at the next start
                if not stop.is_set():
                    raise
                return
            self._read = change.sequence
            if future is None and self._under_way and self._under_way[-1][1] is None:
                self._under_way.pop()  # one entry for all in a row that nobody wants
            self._under_way.append((change.sequence, future))
            if len(self._under_way) % BATCH == 0:
                self._settle()

    def _settle(self) -> None:
        """Keep how far the work is done without a gap.

        Raises:
            Unavailable: an event is safe nowhere.
        """
        while self._under_way and _is_done(self._under_way[0][1]):
            sequence, future = self._under_way[0]
            if _failed(future):
                raise flowhost.Unavailable(f"change {sequence} of the catalogue could not be kept safe")
            self._under_way.popleft()
            self._done = sequence
        if self._done > self._kept:
            self._catalogue.advance(self._consumer, self._done)
            self._kept = self._done

    def _finish(self, stop: threading.Event) -> None:
        """At the end of the daemon, wait for the work that it finishes or parks; what it gives up comes again."""
        if not stop.is_set():
            return
        wait([future for _, future in self._under_way if future is not None])
        while self._under_way and not _failed(self._under_way[0][1]):
            self._done = self._under_way.popleft()[0]
        with suppress(flowhost.Unavailable):  # the first that failed comes again at the next start
            self._settle()


def _failed(future: Future[flowhost.Receipt] | None) -> bool:
    return future is not None and (future.cancelled() or future.exception() is not None)


def _is_done(future: Future[flowhost.Receipt] | None) -> bool:
    return future is None or future.done()
