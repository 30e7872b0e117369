"""When sweeps happen, and what becomes of one that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.viz_one.sources.sweeper import AGAIN_SECONDS, Sweeper

Start = Callable[[float], Sweeper]


class Sweeps:
    """Counts them; each raises what the test put into `errors`."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.errors: list[Exception] = []


@pytest.fixture
def sweeps() -> Sweeps:
    return Sweeps()


@pytest.fixture
def start(sweeps: Sweeps, clock: FakeClock) -> Iterator[Start]:
    """Starts a sweeper; it waits then."""
    started: list[Sweeper] = []

    def sweep(end: threading.Event) -> None:
        sweeps.times.append(clock.monotonic())
        if sweeps.errors:
            raise sweeps.errors.pop(0)

    def make(every: float) -> Sweeper:
        started.append(Sweeper(sweep, every, clock, "things"))
        started[-1].start()
        clock.wait_for_waiters()
        return started[-1]

    yield make
    for sweeper in started:
        sweeper.close()


def wake(sweeper: Sweeper, clock: FakeClock, sweeps: Sweeps, until: Callable[..., None]) -> None:
    before = len(sweeps.times)
    sweeper.wake()
    until(lambda: len(sweeps.times) > before, "a sweep")
    clock.wait_for_waiters()


def test_it_sweeps_when_woken_and_then_once_in_a_while(
    start: Start, clock: FakeClock, sweeps: Sweeps, until: Callable[..., None]
) -> None:
    sweeper = start(600)
    clock.elapse(5000)
    assert not sweeps.times, "nobody listens yet"
    wake(sweeper, clock, sweeps, until)
    clock.elapse(1500)
    assert sweeps.times == [5000, 5600, 6200]


def test_without_a_period_only_when_woken(
    start: Start, clock: FakeClock, sweeps: Sweeps, until: Callable[..., None]
) -> None:
    sweeper = start(0)
    wake(sweeper, clock, sweeps, until)
    clock.elapse(50_000)
    wake(sweeper, clock, sweeps, until)
    assert sweeps.times == [0, 50_000]


@pytest.mark.parametrize("every", [0, 600])
def test_one_that_fails_is_tried_again_soon(
    start: Start, clock: FakeClock, sweeps: Sweeps, until: Callable[..., None], every: float
) -> None:
    sweeps.errors = [flowhost.Unavailable("away"), flowhost.Unavailable("still away")]
    sweeper = start(every)
    wake(sweeper, clock, sweeps, until)
    clock.elapse(3 * AGAIN_SECONDS)
    assert sweeps.times == [0, AGAIN_SECONDS, 2 * AGAIN_SECONDS]
    sweeper.check()


def test_a_fault_of_the_program_is_told(
    start: Start, sweeps: Sweeps, until: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    sweeps.errors = [ZeroDivisionError("a bug")]
    sweeper = start(0)
    sweeper.wake()

    def broken() -> bool:
        try:
            sweeper.check()
        except ZeroDivisionError:
            return True
        return False

    until(broken, "the error")
    assert "a bug" in caplog.text
