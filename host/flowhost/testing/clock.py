"""A clock that tests turn by hand, so that hours pass without sleeping; the fixture `clock` gives one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

_SLICE = 0.005
"""Real seconds between two looks at a flag: another thread may set it without telling the clock."""

_SECOND = 1_000_000
"""Time is counted in whole microseconds: three times 0.1 s is 0.3 s, as a test expects."""

START = datetime(2026, 1, 1, tzinfo=UTC)
"""Where a FakeClock stands when the test does not say."""


@dataclass(eq=False, slots=True)
class _Waiter:
    flag: threading.Event
    deadline: int | None


class FakeClock:
    """A `flowhost.Clock` that stands still until a test moves it. Threads may really wait in it.

    A test of a thread goes: `wait_for_waiters()`, so that the thread has done all it could; `advance(...)`;
    and again. `elapse` does both, over a long time.

    Args:
        start: the time of day at first, with a time zone.
    """

    def __init__(self, start: datetime = START) -> None:
        if start.tzinfo is None:
            raise ValueError(f"the clock's start is {start}, expected a time with a time zone")
        self._now = start.astimezone(UTC)
        self._passed = 0
        self._waiters: set[_Waiter] = set()
        self._changed = threading.Condition()

    def now(self) -> datetime:
        """The time of day, in UTC."""
        with self._changed:
            return self._now

    def monotonic(self) -> float:
        """Seconds that passed since the clock was made; a `jump` does not count."""
        with self._changed:
            return self._passed / _SECOND

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        """Wait until `flag` is set or `seconds` were let pass; return whether it is set."""
        with self._changed:
            deadline = None if seconds is None else self._passed + _microseconds(seconds)
            waiter = _Waiter(flag, deadline)
            self._waiters.add(waiter)
            self._changed.notify_all()
            while self._is_held(waiter):
                self._changed.wait(_SLICE)
            self._waiters.discard(waiter)
            return flag.is_set()

    def advance(self, seconds: float) -> None:
        """Let time pass; waits whose end is reached are over, and their threads go on by themselves."""
        if seconds < 0:
            raise ValueError(f"time cannot advance by {seconds} s; turn the time of day back with jump()")
        with self._changed:
            self._pass(round(seconds * _SECOND))

    def set(self, moment: datetime) -> None:
        """Let time pass until the time of day is `moment`."""
        self.advance((moment - self.now()).total_seconds())

    def jump(self, seconds: float) -> None:
        """Change the time of day, back when negative, while no time passes: what an operator or NTP does."""
        with self._changed:
            self._now += timedelta(seconds=seconds)
            self._changed.notify_all()

    def wait_for_waiters(self, number: int = 1, *, patience: float = 60) -> None:
        """Wait until at least `number` threads wait in this clock for time that has not passed yet.

        Args:
            number: how many threads.
            patience: real seconds after which this gives up.

        Raises:
            AssertionError: they did not come to wait.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._held() >= number, patience):
                raise AssertionError(
                    f"{self._held()} threads wait for this clock after {patience} s, expected {number}"
                )

    def elapse(self, seconds: float, *, waiters: int = 1, patience: float = 60) -> None:
        """Let time pass as it does in life: stop at the end of each wait until its thread waits again.

        Args:
            seconds: how much time passes in all.
            waiters: how many threads must wait before time goes on.
            patience: real seconds to wait for them at each stop.

        Raises:
            AssertionError: a thread did not come back to wait.
        """
        end = self._passed + round(seconds * _SECOND)
        while True:
            self.wait_for_waiters(waiters, patience=patience)
            with self._changed:
                ends = [w.deadline for w in self._waiters if w.deadline is not None and self._is_held(w)]
                self._pass(min([end, *ends]) - self._passed)
                if self._passed >= end:
                    break
        self.wait_for_waiters(waiters, patience=patience)

    def _pass(self, microseconds: int) -> None:
        self._now += timedelta(microseconds=microseconds)
        self._passed += microseconds
        # A wait that is over counts as a waiter no more, even before its thread has noticed.
        self._waiters = {waiter for waiter in self._waiters if self._is_held(waiter)}
        self._changed.notify_all()

    def _is_held(self, waiter: _Waiter) -> bool:
        over = waiter.deadline is not None and waiter.deadline <= self._passed
        return not over and not waiter.flag.is_set()

    def _held(self) -> int:
        return sum(self._is_held(waiter) for waiter in self._waiters)


def _microseconds(seconds: float) -> int:
    # However short a wait is, it ends only when time passes: a loop of them must not spin.
    return max(1, round(seconds * _SECOND)) if seconds > 0 else 0


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still at 2026-01-01T00:00Z until the test moves it."""
    return FakeClock()
