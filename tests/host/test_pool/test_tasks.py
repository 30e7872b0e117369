"""What becomes of one task."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import Future
from typing import Any

import pytest

from flowhost import Event, Receipt, SystemClock
from flowhost.pool.job_numbers import job_number
from flowhost.pool.tasks import Task
from flowhost.testing.clock import FakeClock


def test_work_is_done_and_its_value_handed_back(make_pool: Any, receipt: Any) -> None:
    pool = make_pool()
    one = pool.task(data=42)
    assert receipt(pool.submit(one)) == Receipt("done", 42)
    assert one.receipt == Receipt("done", 42)


def test_the_work_knows_its_number_and_runs_in_a_named_thread(make_pool: Any, receipt: Any) -> None:
    pool = make_pool(works=lambda task: (job_number.get(), threading.current_thread().name))
    one = pool.task()
    assert receipt(pool.submit(one)).value == (one.number, "worker-1")
    assert job_number.get() is None, "a number is the worker thread's alone"


def test_the_time_of_the_work_is_measured(make_pool: Any, clock: FakeClock, receipt: Any) -> None:
    pool = make_pool(works=lambda task: clock.advance(2.5))
    one = pool.task()
    receipt(pool.submit(one))
    assert one.seconds == 2.5


def test_what_is_not_admitted_is_not_worked_on(make_pool: Any, receipt: Any) -> None:
    pool = make_pool(admits=lambda task: Receipt("duplicate"))
    assert receipt(pool.add()) == Receipt("duplicate")
    assert pool.script.calls == []


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_whatever_the_work_raises_fails_its_task_and_no_thread(
    make_pool: Any, error: BaseException, receipt: Any
) -> None:
    threads: list[str] = []

    def work(task: Task) -> None:
        threads.append(threading.current_thread().name)
        if task.event.subject == "bad":
            raise error

    pool = make_pool(works=work)
    assert receipt(pool.add("bad")) == Receipt("parked", error=repr(error))
    assert receipt(pool.add("good")).outcome == "done"
    assert threads == ["worker-1", "worker-1"]


@pytest.mark.parametrize("part", ["admits", "concludes"])
def test_what_the_handler_raises_fails_the_future(make_pool: Any, part: str, receipt: Any) -> None:
    def broken(task: Task) -> None:
        if task.event.subject == "bad":
            raise OSError("no ledger")

    pool = make_pool(**{part: broken})
    with pytest.raises(OSError, match="no ledger"):
        receipt(pool.add("bad"))
    assert receipt(pool.add("good")).outcome == "done"


def test_observers_cannot_hurt_the_pool(
    make_pool: Any, caplog: pytest.LogCaptureFixture, eventually: Any, receipt: Any
) -> None:
    def observer(task: Task) -> None:
        raise SystemExit("an observer that exits")

    pool = make_pool(ends=observer)
    assert receipt(pool.add()).outcome == "done"
    assert receipt(pool.add()).outcome == "done"
    eventually(lambda: len(caplog.records) == 2)
    assert caplog.messages == ["an observer of a failed"] * 2


def test_a_callback_of_a_future_cannot_hurt_the_pool(make_pool: Any, gate: Any, receipt: Any) -> None:
    pool = make_pool(works=gate)
    first = pool.add()

    def exits(future: Future[Receipt]) -> None:
        raise SystemExit("a callback that exits")

    first.add_done_callback(exits)
    gate.open.set()
    assert receipt(pool.add()).outcome == "done"


def test_an_accepted_task_cannot_be_cancelled(make_pool: Any, gate: Any, receipt: Any) -> None:
    pool = make_pool(works=gate)
    running, queued = pool.add(), pool.add()
    assert not running.cancel()
    assert not queued.cancel()
    gate.open.set()
    assert receipt(queued).outcome == "done"


def test_a_waiting_thread_keeps_nothing_of_its_last_task(
    make_pool: Any, eventually: Any, receipt: Any
) -> None:
    class Payload:
        pass

    payload = Payload()
    kept = weakref.ref(payload)
    pool = make_pool(works=lambda task: None)
    receipt(pool.add(data=payload))
    del payload
    eventually(lambda: kept() is None)


def test_it_is_alive_from_start_to_drain(make_pool: Any, eventually: Any) -> None:
    pool = make_pool(start=False)
    assert not pool.alive()
    pool.start()
    assert pool.alive()
    pool.drain(None)
    eventually(lambda: not pool.alive())


def test_it_is_not_alive_when_the_timekeeper_hangs(make_pool: Any) -> None:
    class HangingClock(SystemClock):
        begun = threading.Event()
        over = threading.Event()
        ahead = 0.0

        def monotonic(self) -> float:
            return super().monotonic() + self.ahead

        def wait(self, flag: threading.Event, seconds: float | None) -> bool:
            if threading.current_thread().name == "timekeeper":
                self.begun.set()
                return self.over.wait(30)
            return super().wait(flag, seconds)

    clock = HangingClock()
    pool = make_pool(clock=clock)
    assert clock.begun.wait(10)
    assert pool.alive()
    clock.ahead = 60.0
    assert not pool.alive()
    clock.over.set()


def test_it_stays_alive_while_all_workers_are_busy(make_pool: Any, clock: FakeClock, gate: Any) -> None:
    pool = make_pool(works=gate)
    pool.add()
    assert gate.begun.wait(10)
    clock.elapse(600)
    assert pool.alive()


@pytest.mark.parametrize(
    ("event", "label"),
    [
        (Event("tick"), "tick"),
        (Event("tick", id="7"), "tick [7]"),
        (Event("file.settled", subject="a.xml"), "a.xml"),
        (Event("file.settled", subject="a.xml", id="7"), "a.xml [7]"),
        (Event("clip", subject="7", id="7"), "7"),
        (Event("file.settled", subject="/in/a", id="/in/a:5:99"), "/in/a"),
        (Event("clip", subject="7", id="77"), "7 [77]"),
    ],
)
def test_a_task_is_called_by_its_subject_and_its_id(event: Event, label: str) -> None:
    assert Task(0, "test", event).label == label
