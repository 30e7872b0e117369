"""Counts what becomes of a daemon's events."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flowhost.parts import Receipt

LAST_ERRORS = 20  # as many as a screen shows


class Failure(NamedTuple):
    """A try that failed: when, what it was about, and why."""

    time: datetime
    subject: str
    error: str


@dataclass(frozen=True, slots=True)
class DeliveryStats:
    """How a daemon's deliveries stand. The counts begin with the process.

    Args:
        emitted: events that sources handed over.
        done: worked on with success.
        duplicates: handled before, so not again.
        journalled: kept at once, to be delivered from the ledger.
        parked: kept in the ledger because they failed or were interrupted.
        unsafe: neither done nor kept; their sources were told not to acknowledge them.
        retried: tries that failed and were followed by another.
        timed_out: events whose work took too long.
        running: events in the hands of a thread now.
        queued: events waiting for a thread or for their key now.
        delayed: events waiting for another try now.
        hung: threads still at work on something that timed out or was interrupted.
        work_seconds_sum: how long all the work took.
        last_errors: the last failures, oldest first.
        degraded: why nothing can be recorded at present; None when all is well.
    """

    emitted: int = 0
    done: int = 0
    duplicates: int = 0
    journalled: int = 0
    parked: int = 0
    unsafe: int = 0
    retried: int = 0
    timed_out: int = 0
    running: int = 0
    queued: int = 0
    delayed: int = 0
    hung: int = 0
    work_seconds_sum: float = 0.0
    last_errors: tuple[Failure, ...] = ()
    degraded: str | None = None


class Tally:
    """The counts behind `DeliveryStats`; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._emitted = self._journalled = self._unsafe = self._retried = self._timed_out = 0
        self._outcomes = {"done": 0, "duplicate": 0, "parked": 0}
        self._work_seconds = 0.0
        self._errors: deque[Failure] = deque(maxlen=LAST_ERRORS)

    def emitted(self) -> None:
        """A source handed an event over."""
        with self._lock:
            self._emitted += 1

    def journalled(self) -> None:
        """An event was kept at once."""
        with self._lock:
            self._journalled += 1

    def failed(self, failure: Failure, seconds: float, *, retried: bool, timed_out: bool) -> None:
        """A try failed after so many seconds of work."""
        with self._lock:
            self._errors.append(failure)
            self._work_seconds += seconds
            self._retried += retried
            self._timed_out += timed_out

    def ended(self, receipt: Receipt | None, seconds: float = 0.0) -> None:
        """An event came to its end: with a receipt or unsafe, after so many more seconds of work."""
        with self._lock:
            self._work_seconds += seconds
            if receipt is None:
                self._unsafe += 1
            else:
                self._outcomes[receipt.outcome] += 1

    def stats(
        self, *, running: int, queued: int, delayed: int, hung: int, degraded: str | None
    ) -> DeliveryStats:
        """All counts at one instant, with how things stand in the pool and the ledger."""
        with self._lock:
            return DeliveryStats(
                emitted=self._emitted,
                done=self._outcomes["done"],
                duplicates=self._outcomes["duplicate"],
                journalled=self._journalled,
                parked=self._outcomes["parked"],
                unsafe=self._unsafe,
                retried=self._retried,
                timed_out=self._timed_out,
                running=running,
                queued=queued,
                delayed=delayed,
                hung=hung,
                work_seconds_sum=self._work_seconds,
                last_errors=tuple(self._errors),
                degraded=degraded,
            )
