"""Marks of changes: told when a notification asks, also before the answer came."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.vidispine import kept_marks, marks
from flowhost_plugins.vidispine.marks import Marks, marked

SITE = "http://vidispine.example:8080/API"


def test_what_was_written_under_a_mark_has_it(clock: FakeClock) -> None:
    known = Marks(clock, SITE)
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
    known = Marks(clock, SITE)
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
    known = Marks(clock, SITE)
    with ThreadPoolExecutor(1) as asking:
        with marked("m"), known.writing("VX-1") as written:
            foreign = asking.submit(known.of, "VX-1", "VX-99")
            clock.wait_for_waiters()
            written.called("VX-1", ["VX-20"])
        assert foreign.result(30) == ""


def test_a_write_that_hangs_is_not_waited_for_for_ever(clock: FakeClock) -> None:
    known = Marks(clock, SITE)
    with ThreadPoolExecutor(1) as asking, marked("m"), known.writing("VX-1"):
        foreign = asking.submit(known.of, "VX-1", "VX-99")
        clock.wait_for_waiters()
        clock.advance(marks.PATIENCE)
        assert foreign.result(30) == ""


def test_a_write_that_failed_is_over(clock: FakeClock) -> None:
    known = Marks(clock, SITE)
    with pytest.raises(RuntimeError), marked("m"), known.writing("VX-1"):
        raise RuntimeError
    assert known.of("VX-1", "VX-20") == ""


def test_marks_are_forgotten_in_time_and_in_number(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Marks(clock, SITE)
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
    known, start = Marks(clock, SITE), threading.Barrier(4)

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


def write(known: Marks, mark: str, item: str, *names: str) -> None:
    with marked(mark), known.writing(item) as written:
        written.called(item, names)


def test_another_process_on_the_same_store_knows_the_mark(clock: FakeClock, notes: Any) -> None:
    first, second = Marks(clock, SITE, notes), Marks(clock, SITE, notes)
    write(first, "7", "VX-1", "VX-20", "VX-21")
    write(first, "", "VX-1", "VX-22")
    found = [second.of("VX-1", name) for name in ("VX-20", "VX-21", "VX-22", "VX-23")]
    assert found == ["7", "7", "", ""]
    assert second.of("VX-2", "VX-20") == ""
    clock.advance(marks.LIFETIME - 1)
    assert Marks(clock, SITE, notes).of("VX-1", "VX-20") == "7"
    clock.advance(1)
    assert Marks(clock, SITE, notes).of("VX-1", "VX-20") == ""


def test_the_store_does_not_grow_and_nothing_is_deleted(
    clock: FakeClock, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_marks, "PLACES", 8)
    monkeypatch.setattr(notes, "delete", None)
    known = Marks(clock, SITE, notes)
    for number in range(40):
        write(known, str(number), "VX-1", f"VX-{number}")
    assert len(notes.keys()) <= 8
    after = Marks(clock, SITE, notes)
    told = [(number, after.of("VX-1", f"VX-{number}")) for number in range(40)]
    assert told[-1] == (39, "39")
    assert all(mark in ("", str(number)) for number, mark in told)  # never that of another


def test_a_change_without_a_mark_or_a_store_costs_nothing(
    clock: FakeClock, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("get", "put"):
        monkeypatch.setattr(notes, name, None)  # not to be called
    with Marks(clock, SITE, notes).writing("VX-1") as written:
        written.called("VX-1", ["VX-20"])
    write(Marks(clock, SITE), "7", "VX-1", "VX-20")
    with marked("7"), Marks(clock, SITE, notes).writing("VX-1"):
        pass  # nothing differed


def test_a_store_that_is_away(
    clock: FakeClock, notes: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    known = Marks(clock, SITE, notes)

    def away(*_: Any) -> None:
        raise flowhost.StateUnavailable("the database is away")

    monkeypatch.setattr(notes, "put", away)
    monkeypatch.setattr(notes, "get", away)
    write(known, "7", "VX-1", "VX-20")
    assert "mark of a change of VX-1 is not kept over a restart: the database is away" in caplog.text
    assert known.of("VX-1", "VX-20") == "7"
    with pytest.raises(flowhost.StateUnavailable):  # the notification comes again
        known.of("VX-1", "VX-21")


def test_another_site_on_the_same_store_has_other_marks(
    clock: FakeClock, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Marks(clock, SITE, notes), Marks(clock, "https://other.example/API", notes)
    write(first, "7", "VX-5", "VX-200")
    assert second.of("VX-5", "VX-200") == ""
    write(second, "8", "VX-5", "VX-200")  # and beside it, not in its place
    assert Marks(clock, SITE, notes).of("VX-5", "VX-200") == "7"
    monkeypatch.setattr(kept_marks, "PLACES", 1)  # they meet
    write(first, "9", "VX-5", "VX-201")
    assert second.of("VX-5", "VX-201") == ""


def test_this_process_knows_its_change_while_the_store_is_slow(
    clock: FakeClock, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, put = Marks(clock, SITE, notes), notes.put
    sent, answered, begun, go = (threading.Event() for _ in range(4))

    def slow(key: str, value: Any) -> Any:
        begun.set()
        assert go.wait(60)
        return put(key, value)

    def change() -> None:
        with marked("7"), known.writing("VX-1") as written:
            sent.set()
            assert answered.wait(60)
            written.called("VX-1", ["VX-20"])

    monkeypatch.setattr(notes, "put", slow)
    with ThreadPoolExecutor(2) as threads:
        try:
            changing = threads.submit(change)
            assert sent.wait(60)
            early = threads.submit(known.of, "VX-1", "VX-20")
            clock.wait_for_waiters()
            answered.set()
            assert begun.wait(60)
            clock.advance(marks.PATIENCE)
            assert early.result(30) == "7"
            assert known.of("VX-1", "VX-20") == "7"
        finally:
            answered.set()
            go.set()
        changing.result(30)
    assert Marks(clock, SITE, notes).of("VX-1", "VX-20") == "7"
