"""How far sweeps of a feed have come that is sorted by time: a mark, and what is done above it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import flowhost
from flowhost_plugins.viz_one.sources.states import State, digest

OVERLAP = timedelta(seconds=60)
"""So far below the newest entry the mark stays: a change may show up some time after the moment it is dated."""
REMEMBERED = 5000
"""States above the mark that are remembered; with more of them the mark rises."""
SURE_AFTER = 100
"""So many entries must be in order before a sweep believes that the feed is sorted, and ends at the mark."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Newest:
    """Progress through a feed whose things tell when they changed: newest first, or else in any order.

    Everything older than the mark is done, or is nobody's business because it was there before the first sweep. Of the
    rest it is remembered, so the memory is bounded, however many things there are. A thing whose work failed is looked
    for again by its name, however old it is: to put the mark back to it would give all that is newer. See `Progress`
    for the methods.

    Args:
        store: keeps it.
        key: where in the store.
        initial: whether what was there before the first sweep is to be seen to, too.
        clock: time.
    """

    def __init__(self, store: flowhost.Store, key: str, *, initial: bool, clock: flowhost.Clock) -> None:
        self._store, self._key, self._initial, self._clock = store, key, initial, clock
        self._lock = threading.Lock()  # guards the rest
        self._begun = self._complete = (
            False  # whether there is a mark; whether it counts from the very first thing
        )
        self._mark = LONG_AGO
        self._seen: dict[str, datetime] = {}
        self._inside: Counter[tuple[str, datetime]] = Counter()
        self._failed: dict[str, datetime] = {}

    def load(self) -> None:
        """Take up what was kept at the end of the last run."""
        kept = self._store.get(self._key)
        with self._lock:
            if kept is None or self._begun:
                return
            self._begun, self._complete = True, bool(kept["complete"])
            if self._complete or not self._initial:
                self._mark = datetime.fromisoformat(kept["mark"])
                self._seen |= _read_times(kept["seen"])
                self._failed |= _read_times(kept["open"])

    def walk(self, states: Iterable[State]) -> Iterator[State]:
        """Give the new states, newest first where the feed is sorted so."""
        with self._lock:
            mark, wanted, self._failed = self._mark, self._failed, {}
            first, all_of_it = not self._begun and not self._initial, self._initial and not self._complete
        oldest = min(wanted.values(), default=mark)
        through = False
        order = _Order(self._clock.now())
        try:
            for state in states:
                name, time = _named(state)
                order.note(state, time)
                if time < min(order.reached_surely if first else mark, oldest):
                    if order.sure:
                        break
                elif name not in wanted and (first or (all_of_it and state.deleted)):
                    with self._lock:
                        self._remember(name, time)
                elif (name in wanted or time >= mark) and self._is_new(name):
                    yield state
            through = True
        finally:
            with self._lock:
                if not through:
                    self._failed |= {name: time for name, time in wanted.items() if name not in self._seen}
        self._gone_through(order)

    def begun(self, state: State) -> None:
        """The event of this state goes to the worker."""
        name, time = _named(state)
        with self._lock:
            self._failed.pop(name, None)
            self._remember(name, time)
            self._inside[name, time] += 1

    def ended(self, state: State, *, done: bool) -> None:
        """It came back."""
        name, time = _named(state)
        with self._lock:
            self._inside[name, time] -= 1
            if not self._inside[name, time]:
                del self._inside[name, time]
            if not done:
                self._seen.pop(name, None)
                if state.updated is not None:  # else no sweep can tell whether it is new
                    self._failed[name] = time

    def save(self) -> None:
        """Keep it; nothing before the first sweep is complete, which is to begin anew then."""
        with self._lock:
            if not self._begun:
                return
            newest = self._by_time()[:REMEMBERED]
            done = {name: time for name, time in newest if (name, time) not in self._inside}
            begun = {name: time for name, time in self._inside if time > LONG_AGO}
            kept = {
                "mark": self._mark.isoformat(),
                "complete": self._complete,
                "seen": _written_times({name: time for name, time in done.items() if time >= self._mark}),
                "open": _written_times(self._failed | begun),
            }
        self._store.put(self._key, kept)

    def _is_new(self, name: str) -> bool:
        with self._lock:
            return name not in self._seen

    def _remember(self, name: str, time: datetime) -> None:
        if name in self._failed:
            return
        self._seen[name] = time
        if len(self._seen) > 2 * REMEMBERED:
            self._seen = dict(self._by_time()[:REMEMBERED])

    def _by_time(self) -> list[tuple[str, datetime]]:
        return sorted(self._seen.items(), key=lambda each: each[1], reverse=True)

    def _gone_through(self, order: _Order) -> None:
        with self._lock:
            if len(self._failed) > REMEMBERED:
                # too many to name; those above the mark, which stays, are found again without
                self._failed = {name: time for name, time in self._failed.items() if time < self._mark}
                return
            self._begun, self._complete = True, self._complete or self._initial
            newest = self._by_time()
            crowded = len(newest) > REMEMBERED
            rise = max(order.reached_surely, newest[REMEMBERED - 1][1] if crowded else LONG_AGO)
            self._mark = max(self._mark, min(rise, order.reached))
            self._seen = {
                name: time
                for name, time in newest[:REMEMBERED]
                if time >= self._mark or (name, time) in self._inside
            }
        self.save()


class _Order:
    """Watches whether a feed comes newest first.

    Args:
        now: our own time before its first page was asked for.
    """

    def __init__(self, now: datetime) -> None:
        self._now, self._number, self._sorted = now, 0, True
        self._last = datetime.max.replace(tzinfo=UTC)
        self._top = LONG_AGO

    def note(self, state: State, time: datetime) -> None:
        """The next of the feed."""
        if state.deleted:  # tombstones stand apart from the entries
            return
        self._number += 1
        # later on entries that change while pages are read move others to the next page
        if self._number <= SURE_AFTER and time > self._last:
            self._sorted = False
        self._last, self._top = time, max(self._top, time)

    @property
    def sure(self) -> bool:
        """Whether nothing newer can follow."""
        return self._sorted and self._number >= SURE_AFTER

    @property
    def reached(self) -> datetime:
        """Up to when the feed was gone through.

        What changes meanwhile comes to the front of a sorted feed, and so is newer than its first entry. In any
        other feed it may be on a page that was read before, so only what is older than the sweep counts; which
        also keeps an entry dated in the far future from hiding all others.
        """
        return min(self._top, self._now)

    @property
    def reached_surely(self) -> datetime:
        """The same, with a margin for clocks that differ and for changes that show up late."""
        return max(self.reached, LONG_AGO + OVERLAP) - OVERLAP


def _named(state: State) -> tuple[str, datetime]:
    return digest(state.id), state.updated or LONG_AGO


def _read_times(texts: Mapping[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(text) for name, text in texts.items()}


def _written_times(times: Mapping[str, datetime]) -> dict[str, str]:
    return {name: time.isoformat() for name, time in times.items()}
