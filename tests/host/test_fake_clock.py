"""The clock that tests turn by hand."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

import flowhost
from flowhost.testing.clock import FakeClock


def test_it_stands_still_until_it_is_moved(clock: FakeClock) -> None:
    as_clock: flowhost.Clock = clock
    assert as_clock.now() == as_clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    clock.advance(1.5)
    assert clock.now() == datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
    assert clock.monotonic() == 1.5
    clock.set(datetime(2026, 1, 1, 1, tzinfo=UTC))
    assert clock.monotonic() == 3600


def test_tenths_of_seconds_add_up(clock: FakeClock) -> None:
    for _ in range(3):
        clock.advance(0.1)
    assert clock.monotonic() == 0.3


def test_a_jump_changes_the_time_of_day_only(clock: FakeClock) -> None:
    before = clock.now()
    clock.jump(-3600)
    assert clock.now() == before - timedelta(hours=1)
    assert clock.monotonic() == 0


def test_time_does_not_go_back(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match=r"cannot advance by -1 s; .* jump"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="expected a time with a time zone"):
        FakeClock(datetime(2026, 1, 1))  # that is what is tested


def test_a_wait_of_no_time_returns_at_once(clock: FakeClock) -> None:
    flag = threading.Event()
    assert clock.wait(flag, 0) is False
    assert clock.wait(flag, -1) is False
    flag.set()
    assert clock.wait(flag, None) is True


def test_a_thread_waits_until_time_has_passed(clock: FakeClock) -> None:
    results: list[bool] = []
    thread = threading.Thread(target=lambda: results.append(clock.wait(threading.Event(), 10)))
    thread.start()
    clock.wait_for_waiters()
    clock.advance(9.999)
    assert thread.is_alive()
    assert results == []
    clock.advance(0.001)
    thread.join(30)
    assert results == [False]


def test_a_flag_ends_a_wait_promptly_without_the_clock_being_told(clock: FakeClock) -> None:
    flag, results = threading.Event(), []
    thread = threading.Thread(target=lambda: results.append(clock.wait(flag, None)))
    thread.start()
    clock.wait_for_waiters()
    flag.set()
    before = time.monotonic()
    thread.join(30)
    assert results == [True]
    assert time.monotonic() - before < 10


def test_a_wait_that_is_over_is_counted_no_more(clock: FakeClock) -> None:
    thread = threading.Thread(target=clock.wait, args=(threading.Event(), 10))
    thread.start()
    clock.wait_for_waiters()
    clock.advance(10)
    with pytest.raises(AssertionError, match=r"0 threads wait for this clock after 0.01 s, expected 1"):
        clock.wait_for_waiters(patience=0.01)
    thread.join(30)


def test_elapse_stops_wherever_a_thread_waits_for(clock: FakeClock) -> None:
    stop, moments = threading.Event(), []

    def tick() -> None:
        while not clock.wait(stop, 7):
            moments.append(clock.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    clock.elapse(30)
    assert moments == [7, 14, 21, 28]
    assert clock.monotonic() == 30
    stop.set()
    thread.join(30)


def test_a_loop_of_the_shortest_waits_does_not_spin(clock: FakeClock) -> None:
    thread = threading.Thread(target=clock.wait, args=(threading.Event(), 1e-12))
    thread.start()
    clock.wait_for_waiters()
    clock.advance(1e-6)
    thread.join(30)
    assert not thread.is_alive()
