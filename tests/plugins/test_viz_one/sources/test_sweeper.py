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


def test_a_fault_of_the_program_is_told_and_does_not_end_it(
    start: Start,
    clock: FakeClock,
    sweeps: Sweeps,
    until: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    sweeps.errors = [ZeroDivisionError("a bug")]
    wake(start(0), clock, sweeps, until)
    assert "ZeroDivisionError: a bug" in caplog.text
    clock.elapse(AGAIN_SECONDS)
    assert sweeps.times == [0, AGAIN_SECONDS]


class ClosedWhileWaking(FakeClock):
    """Closes the sweeper between its waking up and its taking note of that."""

    sweeper: Sweeper
    closer: threading.Thread | None = None

    def wait(self, event: threading.Event, seconds: float | None) -> bool:
        set_event, clear, told = event.set, event.clear, threading.Event()

        def note() -> None:
            set_event()
            told.set()

        def close_first() -> None:
            if self.closer is None:
                event.set = note  # type: ignore[method-assign]  # the moment is what is tested
                closer = threading.Thread(target=self.sweeper.close)
                closer.start()
                self.closer = closer
                assert told.wait(20)
            clear()

        event.clear = close_first  # type: ignore[method-assign]  # as above
        return super().wait(event, seconds)


def test_an_end_in_the_moment_of_waking_is_heard(sweeps: Sweeps, until: Callable[..., None]) -> None:
    clock = ClosedWhileWaking()
    clock.sweeper = Sweeper(lambda _: None, 0, clock, "things")
    clock.sweeper.start()
    clock.sweeper.wake()
    until(lambda: clock.closer is not None, "the end")
    assert clock.closer
    clock.closer.join(20)
    over = not clock.closer.is_alive()
    clock.sweeper.wake()  # so that a failure of this test does not hang
    assert over
