"""A ledger in memory, which can be made unavailable: for tests of what depends on one."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

import pytest

from flowhost.clock import SystemClock
from flowhost.errors import StateUnavailable
from flowhost.parts import Clock, Event
from flowhost.records import from_record, to_record
from flowhost.roles import Claim, DaemonRecord, Ledger, Letter, LetterState


@dataclass(slots=True)
class _Entry:
    """An event's row: who claims it (None: nobody), and whether it was handled."""

    token: int
    owner: str | None
    handled: bool = False


@dataclass(slots=True)
class _Book:
    """What all processes see."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)
    letters: dict[int, Letter] = field(default_factory=dict)
    takers: dict[int, str] = field(default_factory=dict)
    alive: dict[tuple[str, str], DaemonRecord] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    tokens: itertools.count[int] = field(default_factory=lambda: itertools.count(1))


class MemoryLedger(Ledger):
    """A `flowhost.Ledger` that forgets everything with its process.

    Like a database it keeps events as JSON, so it refuses an event that is none. `another_process` gives a
    second one that sees the same state. A process is alive from `enlist` until `leave`, or until its lease is
    over; until then a claim of its own is ``busy`` for itself too.

    Attributes:
        unavailable: while this is a text, every operation raises StateUnavailable with it.
        calls: the names of the operations that worked, in order.

    Args:
        clock: the time, for leases.
        lease: seconds a process counts as alive after its last sign of life.
    """

    name: ClassVar[str] = "memory-ledger"

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        lease: Annotated[float, "seconds a process counts as alive after its last sign of life"] = 30.0,
    ) -> None:
        self.unavailable: str | None = None
        self.calls: list[str] = []
        self._clock = clock or SystemClock()
        self._lease = timedelta(seconds=lease)
        self._owner = "process-1"
        self._book = _Book()

    def another_process(self, owner: str = "process-2") -> MemoryLedger:
        """The same ledger as another process sees it."""
        other = MemoryLedger(clock=self._clock, lease=self._lease.total_seconds())
        other._owner = owner
        other._book = self._book
        return other

    def open(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do; the state stays."""

    def enlist(self, daemon: str) -> None:
        """See `flowhost.Ledger`."""
        with self._working("enlist"):
            now = self._clock.now()
            record = DaemonRecord(daemon, self._owner, now, now + self._lease, {})
            self._book.alive[daemon, self._owner] = record
            self._free(daemon)

    def beat(self, daemon: str, status: Mapping[str, Any]) -> None:
        """See `flowhost.Ledger`."""
        with self._working("beat"):
            now = self._clock.now()
            known = self._book.alive.get((daemon, self._owner))
            started = known.started if known else now
            record = DaemonRecord(daemon, self._owner, started, now + self._lease, status)
            self._book.alive[daemon, self._owner] = record

    def leave(self, daemon: str) -> None:
        """See `flowhost.Ledger`."""
        with self._working("leave"):
            self._book.alive.pop((daemon, self._owner), None)
            self._free(daemon)

    def daemons(self) -> list[DaemonRecord]:
        """See `flowhost.Ledger`."""
        with self._working("daemons"):
            return [record for _, record in sorted(self._book.alive.items())]

    def claim(self, daemon: str, event_id: str) -> Claim | Literal["handled", "busy"]:
        """See `flowhost.Ledger`."""
        with self._working("claim"):
            entry = self._book.entries.get((daemon, event_id))
            if entry and entry.handled:
                return "handled"
            if entry and entry.owner and self._lives(daemon, entry.owner):
                return "busy"
            token = next(self._book.tokens)
            self._book.entries[daemon, event_id] = _Entry(token, self._owner)
            return Claim(daemon, event_id, token)

    def settle(self, claim: Claim) -> bool:
        """See `flowhost.Ledger`."""
        with self._working("settle"):
            return self._end(claim, handled=True)

    def release(self, claim: Claim) -> None:
        """See `flowhost.Ledger`."""
        with self._working("release"):
            self._end(claim, handled=False)

    def park(self, letter: Letter, claim: Claim | None = None) -> int:
        """See `flowhost.Ledger`; 0, and nothing kept, when the claim had passed to somebody else.

        Raises:
            TypeError: the event cannot be written as JSON.
        """
        event = _as_kept(letter.event)
        with self._working("park"):
            if claim and not self._end(claim, handled=True):
                return 0
            number = next(self._book.numbers)
            self._book.letters[number] = replace(letter, event=event, number=number)
            return number

    def take(self, daemon: str, limit: int) -> list[Letter]:
        """See `flowhost.Ledger`."""
        with self._working("take"):
            waiting = [one for one in self._sorted() if one.daemon == daemon and one.state == "waiting"]
            return [self._change(one.number, self._owner, state="taken") for one in waiting[:limit]]

    def delivered(self, number: int) -> None:
        """See `flowhost.Ledger`."""
        with self._working("delivered"):
            if self._book.takers.get(number) == self._owner:
                del self._book.letters[number], self._book.takers[number]

    def returned(self, number: int, *, state: LetterState, error: str, attempts: int) -> None:
        """See `flowhost.Ledger`."""
        with self._working("returned"):
            if self._book.takers.get(number) == self._owner:
                self._change(number, None, state=state, error=error, attempts=attempts)

    def letters(
        self,
        *,
        daemon: str | None = None,
        state: LetterState | None = None,
        source: str | None = None,
        text: str | None = None,
        limit: int = 1000,
    ) -> list[Letter]:
        """See `flowhost.Ledger`; `text` is found whatever its case."""
        with self._working("letters"):
            found = [
                one
                for one in self._sorted()
                if daemon in (None, one.daemon)
                and state in (None, one.state)
                and source in (None, one.source)
                and (not text or text.casefold() in _searched(one))
            ]
            return found[:limit]

    def letter(self, number: int) -> Letter | None:
        """See `flowhost.Ledger`."""
        with self._working("letter"):
            return self._book.letters.get(number)

    def dead_letters(self, daemon: str) -> int:
        """See `flowhost.Ledger`."""
        return len(self.letters(daemon=daemon, state="dead"))

    def requeue(self, numbers: Iterable[int]) -> int:
        """See `flowhost.Ledger`."""
        with self._working("requeue"):
            dead = [number for number in set(numbers) if self._state(number) == "dead"]
            for number in dead:
                self._change(number, None, state="waiting")
            return len(dead)

    def drop(self, numbers: Iterable[int]) -> int:
        """See `flowhost.Ledger`."""
        with self._working("drop"):
            idle = [number for number in set(numbers) if self._state(number) in ("dead", "waiting")]
            for number in idle:
                del self._book.letters[number]
            return len(idle)

    def _working(self, call: str) -> threading.RLock:
        if self.unavailable is not None:
            raise StateUnavailable(self.unavailable)
        self.calls.append(call)
        return self._book.lock

    def _lives(self, daemon: str, owner: str) -> bool:
        record = self._book.alive.get((daemon, owner))
        return record is not None and record.alive_until > self._clock.now()

    def _free(self, daemon: str) -> None:
        """What processes that are dead had taken waits again; their claims anybody may take over."""
        for number, owner in list(self._book.takers.items()):
            if self._book.letters[number].daemon == daemon and not self._lives(daemon, owner):
                self._change(number, None, state="waiting")

    def _end(self, claim: Claim, *, handled: bool) -> bool:
        entry = self._book.entries[claim.daemon, claim.event_id]
        if entry.token != claim.token or entry.owner != self._owner:
            return False
        entry.owner, entry.handled = None, handled
        return True

    def _change(self, number: int, taker: str | None, **changes: Any) -> Letter:
        letter = self._book.letters[number] = replace(self._book.letters[number], **changes)
        self._book.takers.pop(number, None)
        if taker:
            self._book.takers[number] = taker
        return letter

    def _state(self, number: int) -> LetterState | None:
        letter = self._book.letters.get(number)
        return letter.state if letter else None

    def _sorted(self) -> list[Letter]:
        return [letter for _, letter in sorted(self._book.letters.items())]


def _as_kept(event: Event) -> Event:
    return from_record(json.loads(json.dumps(to_record(event))))


def _searched(letter: Letter) -> str:
    return f"{letter.error}\n{letter.event.subject or ''}\n{letter.event.type}".casefold()


@pytest.fixture
def memory_ledger() -> MemoryLedger:
    """An empty ledger in memory."""
    return MemoryLedger()
