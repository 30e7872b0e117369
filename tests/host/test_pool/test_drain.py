"""How a pool comes to its end without losing a task."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from flowhost.pool import PoolClosedError, PoolStats
from flowhost.pool.tasks import Again, Task
from flowhost.testing.clock import FakeClock


def test_a_drain_finishes_everything_and_ends_the_threads(make_pool: Any) -> None:
    before = set(threading.enumerate())
    pool = make_pool(works=lambda task: time.sleep(0.002), size=3)
    futures = [pool.add(str(n), key=str(n % 4)) for n in range(40)]
    assert pool.drain(None) == []
    assert [future.result(timeout=0).outcome for future in futures] == ["done"] * 40
    assert set(threading.enumerate()) <= before
    with pytest.raises(PoolClosedError, match="daemon 'test' is stopping and takes no more events"):
        pool.add()


def test_a_drain_interrupts_what_is_not_finished_in_time(
    make_pool: Any, clock: FakeClock, gate: Any, eventually: Any, in_thread: Any
) -> None:
    def work(task: Task) -> None:
        if task.event.subject == "fails":
            raise OSError
        gate()

    pool = make_pool(works=work, fails=lambda task, error: Again(3600.0))
    futures = [pool.add(subject, key="k") for subject in ("fails", "behind")]
    eventually(lambda: pool.stats().delayed == 1)
    futures += [pool.add(subject) for subject in ("runs", "queued")]
    assert gate.begun.wait(10)
    left: list[Task] = []
    thread = in_thread(lambda: left.extend(pool.drain(20)))
    clock.wait_for_waiters(2)
    clock.advance(20)
    thread.join()
    assert [one.event.subject for one in left] == ["fails", "behind", "runs", "queued"]
    assert not any(future.done() for future in futures)
    gate.open.set()
    eventually(lambda: pool.stats().hung == 0)
    assert pool.script.subjects("conclude") == []
    assert pool.stats() == PoolStats(0, 0, 0, 0)


def test_a_drain_does_not_wait_for_a_try_that_comes_too_late(
    make_pool: Any, clock: FakeClock, eventually: Any
) -> None:
    pool = make_pool(works=lambda task: 1 / 0, fails=lambda task, error: Again(3600.0))
    pool.add("fails")
    eventually(lambda: pool.stats().delayed == 1)
    assert [one.event.subject for one in pool.drain(20)] == ["fails"]
    assert clock.monotonic() == 0.0


def test_a_drain_waits_for_a_try_that_comes_in_time(
    make_pool: Any, clock: FakeClock, eventually: Any, in_thread: Any, receipt: Any
) -> None:
    failures = iter([OSError()])

    def work(task: Task) -> None:
        for failure in failures:
            raise failure

    pool = make_pool(works=work, fails=lambda task, error: Again(10.0))
    future = pool.add()
    eventually(lambda: pool.stats().delayed == 1)
    left: list[Task] = []
    thread = in_thread(lambda: left.extend(pool.drain(20)))
    clock.wait_for_waiters(2)
    clock.advance(10)
    thread.join()
    assert left == []
    assert receipt(future).outcome == "done"


def test_a_task_still_hanging_at_the_drain_is_interrupted_not_timed_out(
    make_pool: Any, clock: FakeClock, gate: Any, in_thread: Any
) -> None:
    pool = make_pool(works=gate, timeout=60.0)
    pool.add("hangs")
    assert gate.begun.wait(10)
    left: list[Task] = []
    thread = in_thread(lambda: left.extend(pool.drain(10)))
    clock.wait_for_waiters(2)
    clock.advance(10)
    thread.join()
    assert [one.event.subject for one in left] == ["hangs"]
    assert pool.script.subjects("failed") == []


def test_a_drain_waits_for_what_is_being_concluded(
    make_pool: Any, gate: Any, in_thread: Any, receipt: Any
) -> None:
    def conclude(task: Task) -> None:
        gate()

    pool = make_pool(concludes=conclude)
    future = pool.add()
    assert gate.begun.wait(10)
    left: list[Task] = []
    thread = in_thread(lambda: left.extend(pool.drain(0)))
    assert pool.cut.wait(10)
    gate.open.set()
    thread.join()
    assert left == []
    assert receipt(future).outcome == "done"


def test_nothing_is_begun_once_the_time_of_a_drain_is_up(make_pool: Any, gate: Any, in_thread: Any) -> None:
    def admit(task: Task) -> None:
        gate()

    pool = make_pool(admits=admit)
    future = pool.add("claimed")
    assert gate.begun.wait(10)
    left: list[Task] = []
    thread = in_thread(lambda: left.extend(pool.drain(0)))
    assert pool.cut.wait(10)
    gate.open.set()
    thread.join()
    assert [one.event.subject for one in left] == ["claimed"]
    assert not future.done()
    assert pool.script.subjects("work") == []


def test_a_drain_ends_even_when_the_ledger_hangs(
    make_pool: Any, clock: FakeClock, gate: Any, caplog: pytest.LogCaptureFixture, in_thread: Any
) -> None:
    def conclude(task: Task) -> None:
        gate()

    pool = make_pool(concludes=conclude)
    future = pool.add("stuck")
    assert gate.begun.wait(10)
    thread = in_thread(lambda: pool.drain(10))
    clock.wait_for_waiters(2)
    clock.advance(10)
    clock.wait_for_waiters(2)
    clock.advance(5)
    thread.join()
    assert not future.done()
    [message] = caplog.messages
    assert message.startswith("daemon 'test': left hanging outside the worker's work: stuck; see whether")


def test_a_drain_without_a_start_hands_everything_back(make_pool: Any) -> None:
    pool = make_pool(start=False)
    pool.add("1")
    assert [one.event.subject for one in pool.drain(None)] == ["1"]


def test_a_drain_that_begins_while_the_place_of_a_hanging_task_is_empty_finishes_the_others(
    make_pool: Any,
    clock: FakeClock,
    gate: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    in_thread: Any,
    receipt: Any,
) -> None:
    pool = make_pool(works=lambda task: gate() if task.event.subject == "hangs" else None, timeout=5.0)
    hanging, queued = pool.add("hangs"), pool.add("queued")
    assert gate.begun.wait(10)

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        clock.elapse(6)
        message = "daemon 'test' lacks 1 of its 1 threads: can't start new thread"
        eventually(lambda: message in caplog.messages)
    left: list[Task] = []
    thread = in_thread(lambda: left.extend(pool.drain(20)))
    clock.wait_for_waiters(2)  # the drain, and the timekeeper, which has not turned again yet
    clock.advance(1)
    thread.join()
    assert left == []
    assert (receipt(hanging).outcome, receipt(queued).outcome) == ("parked", "done")
