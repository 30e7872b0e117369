"""Keeps events and decisions for a moment, so that an event that no rule cares for costs next to nothing.

They are for people who ask later: a crash may take the last second of them. Runs are never kept here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.records import Decision

T = TypeVar("T")

log = logging.getLogger(__name__)

SOON = 1.0
"""Seconds that something is kept here at most, while more comes or somebody calls `flush`."""

MANY = 500
"""Things written at once."""

MOST = 20_000
"""Things kept while the journal cannot write; older ones are forgotten then."""


class Recorder:
    """Writes events and decisions to a journal, many at once.

    Args:
        journal: where.
        clock: the time.
    """

    def __init__(self, journal: Journal, clock: flowhost.Clock) -> None:
        self._journal = journal
        self._clock = clock
        self._lock = threading.Lock()
        self._writing = threading.Lock()  # so that decisions about one item are written in their order
        self._events: list[tuple[flowhost.Event, str | None]] = []
        self._decisions: list[Decision] = []
        self._newest: dict[tuple[str, str], int] = {}
        self._since: float | None = None

    def keep(self, event: flowhost.Event, item: str | None) -> None:
        """Keep an event that is about this item."""
        with self._lock:
            self._events.append((notified.keepable(event), item))
        self._look()

    def decide(self, decision: Decision) -> None:
        """Keep a decision; one that is equal to the newest about its rule and item prolongs that one."""
        with self._lock:
            key = (decision.rule, decision.item)
            place = self._newest.get(key)
            if place is not None and _same(self._decisions[place], decision):
                before = self._decisions[place]
                self._decisions[place] = replace(
                    before, until=decision.until, times=before.times + decision.times
                )
            else:
                self._newest[key] = len(self._decisions)
                self._decisions.append(decision)
        self._look()

    def flush(self) -> None:
        """Write what is kept here.

        Raises:
            StateUnavailable: the journal cannot; it is kept for the next time.
        """
        with self._writing:
            with self._lock:
                events, decisions = self._events, self._decisions
                self._events, self._decisions, self._newest, self._since = [], [], {}, None
            try:
                _write(self._journal.keep_events, events)
                events = []
                _write(self._journal.decide_many, decisions)
            except flowhost.StateUnavailable:
                self._put_back(events, decisions)
                raise

    def _look(self) -> None:
        now = self._clock.monotonic()
        with self._lock:
            if self._since is None:
                self._since = now
            due = now - self._since >= SOON or len(self._events) + len(self._decisions) >= MANY
        if due:
            self.flush()

    def _put_back(self, events: list[tuple[flowhost.Event, str | None]], decisions: list[Decision]) -> None:
        with self._lock:
            all_events, all_decisions = events + self._events, decisions + self._decisions
            lost = max(0, len(all_events) - MOST) + max(0, len(all_decisions) - MOST)
            if lost:
                log.warning("%d events and decisions were forgotten: the journal cannot be written", lost)
            self._events, self._decisions = all_events[-MOST:], all_decisions[-MOST:]
            places = enumerate(self._decisions)
            self._newest = {(decision.rule, decision.item): place for place, decision in places}


def _write(write: Callable[[Sequence[T]], None], entries: Sequence[T]) -> None:
    """Write many entries at once; if that fails, each by itself, so that one that nobody can keep is left out."""
    if not entries:
        return
    try:
        write(entries)
    except flowhost.StateUnavailable:
        raise
    except Exception:  # it must not hold up the others for ever
        if len(entries) == 1:
            log.exception("an event or a decision could not be kept: %r", entries[0])
            return
        for entry in entries:
            _write(write, [entry])


def _same(before: Decision, after: Decision) -> bool:
    return (
        before.run is None
        and after.run is None
        and before.checks == after.checks
        and before.trigger == after.trigger
    )
