"""Marks of changes: told when a notification asks, also before the answer came."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.vidispine import marks
from flowhost_plugins.vidispine.marks import Marks, marked


def test_what_was_written_under_a_mark_has_it(clock: FakeClock) -> None:
    known = Marks(clock)
    with marked("rule:R:7"), known.writing("VX-1") as written:
        written.called("VX-1", ["VX-20", ""])
    with known.writing("VX-1") as written:
        written.called("VX-1", ["VX-21"])
    assert known.of("VX-1", "VX-20") == "rule:R:7"
    assert [known.of(*one) for one in (("VX-1", "VX-21"), ("VX-2", "VX-20"), ("VX-1", ""))] == [""] * 3


def test_marks_are_of_one_thread_and_go_into_each_other() -> None:
    with ThreadPoolExecutor(1) as other, marked("outer"):
        assert other.submit(marks.current).result(30) == ""
        with marked("inner"):
            assert marks.current() == "inner"
            with marked(""):
                assert marks.current() == ""
        assert marks.current() == "outer"
    assert marks.current() == ""
    with pytest.raises(flowhost.Permanent, match="at most 500 characters"), marked("x" * 501):
        pass


def test_who_asks_before_the_answer_came_waits_for_it(clock: FakeClock) -> None:
    known = Marks(clock)
    with ThreadPoolExecutor(2) as asking:
        with marked("m"), known.writing("VX-1") as written:
            early = asking.submit(known.of, "VX-1", "VX-20")
            clock.wait_for_waiters()
            assert not early.done()
            assert known.of("VX-2", "VX-20") == ""  # nobody writes that one
            written.called("VX-1", ["VX-20"])
        assert early.result(30) == "m"
        with marked("n"), known.writing() as written:
            made = asking.submit(known.of, "VX-9", "")
            clock.wait_for_waiters()
            written.made("VX-9")
        assert made.result(30) == "n"


def test_the_change_of_somebody_else_waits_no_longer_than_the_write(clock: FakeClock) -> None:
    known = Marks(clock)
    with ThreadPoolExecutor(1) as asking:
        with marked("m"), known.writing("VX-1") as written:
            foreign = asking.submit(known.of, "VX-1", "VX-99")
            clock.wait_for_waiters()
            written.called("VX-1", ["VX-20"])
        assert foreign.result(30) == ""


def test_a_write_that_hangs_is_not_waited_for_for_ever(clock: FakeClock) -> None:
    known = Marks(clock)
    with ThreadPoolExecutor(1) as asking, marked("m"), known.writing("VX-1"):
        foreign = asking.submit(known.of, "VX-1", "VX-99")
        clock.wait_for_waiters()
        clock.advance(marks.PATIENCE)
        assert foreign.result(30) == ""


def test_a_write_that_failed_is_over(clock: FakeClock) -> None:
    known = Marks(clock)
    with pytest.raises(RuntimeError), marked("m"), known.writing("VX-1"):
        raise RuntimeError
    assert known.of("VX-1", "VX-20") == ""


def test_marks_are_forgotten_in_time_and_in_number(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Marks(clock)
    with marked("m"), known.writing("VX-1") as written:
        written.called("VX-1", ["VX-20"])
    clock.advance(marks.LIFETIME - 1)
    assert known.of("VX-1", "VX-20") == "m"
    clock.advance(1)
    assert known.of("VX-1", "VX-20") == ""
    monkeypatch.setattr(marks, "MOST", 10)
    for number in range(30):
        with marked("m"), known.writing("VX-1") as written:
            written.called("VX-1", [f"VX-{number}"])
    held = [number for number in range(30) if known.of("VX-1", f"VX-{number}")]
    assert held == list(range(20, 30))


def test_many_threads(clock: FakeClock) -> None:
    known, start = Marks(clock), threading.Barrier(4)

    def work(worker: int) -> bool:
        start.wait(30)
        for number in range(200):
            name = f"VX-{worker}-{number}"
            with marked(f"m{worker}"), known.writing("VX-1") as written:
                written.called("VX-1", [name])
            if known.of("VX-1", name) != f"m{worker}":
                return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(work, range(4)))
