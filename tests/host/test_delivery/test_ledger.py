"""A ledger that is down, or shared with another process."""

from __future__ import annotations

import logging
import re
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from flowhost import (
    Event,
    Permanent,
    Receipt,
    StateUnavailable,
    Unavailable,
)
from flowhost.testing.clock import FakeClock
from flowhost.testing.ledger import MemoryLedger


@pytest.mark.parametrize("operation", ["claim", "settle", "park"])
def test_while_the_ledger_is_down_nothing_is_acknowledged_and_no_work_repeated(
    make: Any,
    ledger: MemoryLedger,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    operation: str,
    eventually: Any,
    receipt: Any,
    pass_time: Any,
    worker_of: Any,
) -> None:
    caplog.set_level(logging.INFO, "flowhost.delivery.patience")

    def work(event: Event) -> str:
        ledger.unavailable = "the disk is full"
        if operation == "park":
            raise Permanent("no")
        return "worked"

    worker = worker_of(work)
    delivery = make(worker)
    assert delivery.ready
    if operation == "claim":
        worker.script = lambda event: "worked"
        ledger.unavailable = "the disk is full"
    future = delivery.emitter("in")(Event("test", id="1"))
    eventually(lambda: delivery.stats().degraded)
    assert delivery.stats().degraded == "the disk is full"
    assert not delivery.ready
    clock.elapse(600, waiters=2)
    assert not future.done()
    eventually(delivery.alive)
    ledger.unavailable = None
    pass_time(until=future.done)
    assert receipt(future).outcome == ("parked" if operation == "park" else "done")
    assert len(worker.events) == 1
    pass_time(until=lambda: delivery.ready)
    assert delivery.stats().degraded is None

    def messages() -> list[str]:
        return [record.message for record in caplog.records if record.name == "flowhost.delivery.patience"]

    eventually(lambda: len(messages()) == 2)
    assert messages()[0] == "daemon 'test' is degraded and takes in nothing new: the disk is full"
    again = re.fullmatch(r"daemon 'test' works normally again after ([0-9.]+) s", messages()[1])
    assert again
    assert float(again[1]) >= 600


def test_while_the_ledger_is_down_sources_are_held(
    make: Any,
    ledger: MemoryLedger,
    eventually: Any,
    in_thread: Any,
    receipt: Any,
    pass_time: Any,
    worker_of: Any,
) -> None:
    worker = worker_of()
    delivery = make(worker)
    emit = delivery.emitter("in")
    ledger.unavailable = "locked"
    emit(Event("test", id="1"))
    eventually(lambda: delivery.stats().degraded)
    second: list[Future[Receipt]] = []
    thread = in_thread(lambda: second.append(emit(Event("test"))))
    thread.join(0.05)
    assert thread.is_alive()
    assert worker.events == []
    ledger.unavailable = None
    pass_time(until=lambda: not thread.is_alive())
    thread.join()
    assert receipt(second[0]).outcome == "done"


def test_a_drain_while_the_ledger_is_down_leaves_everything_unacknowledged(
    make: Any,
    ledger: MemoryLedger,
    eventually: Any,
    in_thread: Any,
    receipt: Any,
    pass_time: Any,
    worker_of: Any,
) -> None:
    delivery = make(worker_of())
    emit = delivery.emitter("in")
    ledger.unavailable = "the disk is full"
    futures = [emit(Event("test", id="1"))]
    eventually(lambda: delivery.stats().degraded)
    refused: list[RuntimeError] = []

    def held() -> None:
        try:
            emit(Event("test", id="2"))
        except RuntimeError as error:
            refused.append(error)

    thread = in_thread(held)
    thread.join(0.05)
    drain = in_thread(lambda: delivery.drain(5))
    thread.join(10)
    assert len(refused) == 1, "a source is let go at once, so that it can stop"
    pass_time(until=lambda: not drain.is_alive())
    drain.join()
    for future in futures:
        with pytest.raises(StateUnavailable, match="the disk is full"):
            receipt(future)


def test_an_event_another_process_has_is_waited_for(
    make: Any,
    ledger: MemoryLedger,
    clock: FakeClock,
    receipt: Any,
    pass_time: Any,
    worker_of: Any,
    eventually: Any,
) -> None:
    other = ledger.another_process()
    other.enlist("test")
    theirs = other.claim("test", "1")
    worker = worker_of()
    delivery = make(worker)
    future = delivery.emitter("in")(Event("test", id="1"))
    clock.elapse(600, waiters=2)
    eventually(lambda: delivery.stats().delayed == 1)
    assert not future.done()
    assert not isinstance(theirs, str)
    other.settle(theirs)
    pass_time(until=future.done)
    assert receipt(future) == Receipt("duplicate")
    assert worker.events == []


def test_an_event_another_process_gave_back_is_handled_here(
    make: Any, ledger: MemoryLedger, clock: FakeClock, receipt: Any, pass_time: Any, worker_of: Any
) -> None:
    other = ledger.another_process()
    other.enlist("test")
    other.claim("test", "1")
    future = make(worker_of()).emitter("in")(Event("test", id="1"))
    clock.elapse(5, waiters=2)
    other.leave("test")
    pass_time(until=future.done)
    assert receipt(future) == Receipt("done", "worked")


@pytest.mark.parametrize("fails", [False, True])
def test_a_claim_lost_during_the_work(
    make: Any,
    ledger: MemoryLedger,
    caplog: pytest.LogCaptureFixture,
    fails: bool,
    receipt: Any,
    worker_of: Any,
) -> None:
    other = ledger.another_process()

    def work(event: Event) -> str:
        ledger.leave("test")  # this process seems dead
        other.enlist("test")
        other.claim("test", "1")
        if fails:
            raise Permanent("no")
        return "worked"

    future = make(worker_of(work)).emitter("in")(Event("test", subject="clip", id="1"))
    if fails:  # the other one sees to it; what we could not do is not acknowledged
        with pytest.raises(Unavailable, match=r"clip \[1\] has passed to another process, which sees to it"):
            receipt(future)
        assert ledger.letters() == []
    else:  # the work is done, so nothing is lost by saying so
        assert receipt(future).outcome == "done"
        assert any("its claim had passed to another process" in line for line in caplog.messages)


@pytest.mark.parametrize("bug", [KeyError("a bug"), SystemExit(1)])
def test_nothing_stays_in_flight_when_a_claim_cannot_be_released(
    bug: BaseException,
    make: Any,
    ledger: MemoryLedger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
    failing: Any,
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise bug

    monkeypatch.setattr(ledger, "release", fail)
    monkeypatch.setattr(ledger, "park", fail)
    emit = make(worker_of(failing(1, Permanent("no")))).emitter("in")
    event = Event("test", subject="clip", id="1")
    first = emit(event)
    with pytest.raises(type(bug)):
        receipt(first)
    eventually(lambda: emit(event) is not first)
    told = "the claim on clip [1] could not be released; it ends with this process" in caplog.messages
    assert told == isinstance(bug, Exception)


def test_copies_that_are_dropped_are_told(
    make: Any,
    gate: threading.Event,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
) -> None:
    caplog.set_level(logging.INFO)
    delivery = make(worker_of(lambda event: gate.wait(30)))
    emit = delivery.emitter("in")
    event = Event("test", subject="clip", id="1")
    first = emit(event)
    assert emit(event) is first
    assert "clip [1] is inside already: this copy of it is not done again" in caplog.messages
    gate.set()
    receipt(first)
    eventually(lambda: delivery.idle)
    assert receipt(emit(event)) == Receipt("duplicate")
    assert "clip [1] was handled before, and is dropped as a duplicate" in caplog.messages


def test_a_blank_in_a_source_or_an_id_makes_no_two_events_one(
    make: Any, receipt: Any, worker_of: Any
) -> None:
    emit = make(worker_of()).emitter("in")
    events = [Event("test", source="a b", id="c"), Event("test", source="a", id="b c")]
    assert [receipt(emit(event)).outcome for event in events] == ["done", "done"]
