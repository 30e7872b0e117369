"""Later tries and time-outs, on a clock turned by hand."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from flowhost import Receipt, TimedOut
from flowhost.pool import PoolClosedError
from flowhost.pool.tasks import Again, Task
from flowhost.testing.clock import FakeClock


def test_a_task_waits_for_its_next_try_without_a_thread(
    make_pool: Any, clock: FakeClock, eventually: Any, receipt: Any
) -> None:
    tries: list[float] = []

    def work(task: Task) -> None:
        if task.event.subject == "flaky":
            tries.append(clock.monotonic())
            if len(tries) < 3:
                raise OSError

    pool = make_pool(works=work, fails=lambda task, error: Again(30.0), timeout=60.0)
    flaky = pool.add("flaky")
    eventually(lambda: pool.stats().delayed == 1)
    assert receipt(pool.add("other")).outcome == "done"
    clock.elapse(30)
    eventually(lambda: len(tries) == 2 and pool.stats().delayed == 1)
    clock.elapse(30)
    assert receipt(flaky).outcome == "done"
    assert tries == [0.0, 30.0, 60.0]


def test_a_task_keeps_its_key_between_tries(
    make_pool: Any, clock: FakeClock, eventually: Any, receipt: Any
) -> None:
    failures = iter([OSError()])

    def work(task: Task) -> None:
        if task.event.subject == "1":
            for failure in failures:
                raise failure

    pool = make_pool(works=work, fails=lambda task, error: Again(10.0), size=2)
    first, second = pool.add("1", key="k"), pool.add("2", key="k")
    eventually(lambda: pool.stats().delayed == 1)
    clock.elapse(5)
    assert not second.done()
    clock.elapse(5)
    assert receipt(first).outcome == receipt(second).outcome == "done"
    assert pool.script.subjects("work") == ["1", "1", "2"]


def test_a_task_keeps_its_place_between_tries(make_pool: Any, eventually: Any, in_thread: Any) -> None:
    pool = make_pool(works=lambda task: 1 / 0, fails=lambda task, error: Again(10.0), capacity=1)
    pool.add()
    eventually(lambda: pool.stats().delayed == 1)
    refused: list[BaseException] = []

    def second() -> None:
        try:
            pool.add()
        except PoolClosedError as error:
            refused.append(error)

    thread = in_thread(second)
    eventually(lambda: pool.blocked)
    pool.drain(0)
    thread.join()
    assert len(refused) == 1


def test_a_task_over_its_time_is_reported_once_and_its_place_filled(
    make_pool: Any, clock: FakeClock, gate: Any, caplog: pytest.LogCaptureFixture, receipt: Any
) -> None:
    errors: list[BaseException] = []

    def fails(task: Task, error: BaseException) -> Receipt:
        errors.append(error)
        return Receipt("parked", error=str(error))

    pool = make_pool(
        works=lambda task: gate() if task.event.subject == "hangs" else None, fails=fails, timeout=60.0
    )
    caplog.set_level(logging.INFO)
    hanging = pool.add("hangs", key="k")
    follower = pool.add("follower", key="k")
    assert gate.begun.wait(10)
    clock.elapse(59)
    assert not hanging.done()
    clock.elapse(2)
    assert receipt(hanging) == Receipt("parked", error="the work took longer than the worker timeout of 60 s")
    assert receipt(follower).outcome == "done"
    assert [type(error) for error in errors] == [TimedOut]
    assert pool.stats().hung == 1
    clock.elapse(120)
    assert [record.message for record in caplog.records] == [
        "hangs is still at work after 60.0 s (the worker timeout is 60 s): a new thread takes its place, "
        "and what still comes of it will not count"
    ]
    assert caplog.records[0].levelname == "WARNING"


def test_a_late_result_does_not_count(
    make_pool: Any,
    clock: FakeClock,
    gate: Any,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
) -> None:
    caplog.set_level(logging.INFO)
    pool = make_pool(works=gate, timeout=5.0)
    late = pool.add()
    assert gate.begun.wait(10)
    clock.elapse(6)
    parked = receipt(late)
    gate.open.set()
    eventually(lambda: pool.stats().hung == 0)
    assert receipt(late) is parked
    assert pool.script.subjects("conclude") == []
    assert "the work ended after 6.0 s: too late, what came of it does not count" in caplog.messages


@pytest.mark.parametrize("part", ["admits", "concludes"])
def test_only_the_work_is_timed(make_pool: Any, clock: FakeClock, gate: Any, part: str, receipt: Any) -> None:
    def slow(task: Task) -> None:
        gate()

    pool = make_pool(**{part: slow}, timeout=5.0)
    future = pool.add()
    assert gate.begun.wait(10)
    clock.elapse(600)
    gate.open.set()
    assert receipt(future).outcome == "done"


def test_many_hanging_tasks_do_not_stop_the_others(
    make_pool: Any, clock: FakeClock, gate: Any, eventually: Any, receipt: Any
) -> None:
    begun: list[Task] = []

    def work(task: Task) -> None:
        if task.event.subject == "hangs":
            begun.append(task)
            gate()

    pool = make_pool(works=work, size=2, timeout=5.0)
    hanging = [pool.add("hangs") for _ in range(6)]
    future = pool.add("works")
    for number in (2, 4, 6):
        eventually(lambda number=number: len(begun) == number)
        clock.elapse(5)
    assert [receipt(one).outcome for one in hanging] == ["parked"] * 6
    assert receipt(future).outcome == "done"


def test_a_place_is_filled_once_the_system_gives_a_thread(
    make_pool: Any,
    clock: FakeClock,
    gate: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
) -> None:
    pool = make_pool(works=lambda task: gate() if task.event.subject == "hangs" else None, timeout=5.0)
    hanging, queued = pool.add("hangs"), pool.add("works")
    assert gate.begun.wait(10)

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        clock.elapse(6)
        eventually(lambda: any("can't start new thread" in message for message in caplog.messages))
        assert not queued.done()
    clock.elapse(2)
    assert receipt(hanging).outcome == "parked"
    assert receipt(queued).outcome == "done"
