"""How a delivery comes to its end."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from flowhost import (
    Claim,
    Event,
    Letter,
    Permanent,
    Receipt,
    StateUnavailable,
)
from flowhost.testing.ledger import MemoryLedger


def test_a_drain_finishes_the_work(make: Any, worker_of: Any) -> None:
    delivery = make(worker_of(lambda event: time.sleep(0.005)), workers=2)
    emit = delivery.emitter("in")
    futures = [emit(Event("test", id=str(n))) for n in range(20)]
    drained = delivery.drain(None)
    assert drained.interrupted == []
    assert {future.result(timeout=0).outcome for future in futures} == {"done"}
    assert not delivery.ready
    with pytest.raises(RuntimeError, match="is stopping and takes no more events"):
        emit(Event("test", id="0"))
    with pytest.raises(RuntimeError, match="is stopping and takes no more events"):
        delivery.emitter("hook", journal=True)(Event("test"))


def test_what_a_drain_interrupts_is_delivered_at_the_next_start(
    make: Any,
    ledger: MemoryLedger,
    gate: threading.Event,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
    upper: Any,
) -> None:
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker)
    emit = delivery.emitter("in", upper)
    events = [Event("test", "x", subject=name, id=name) for name in ("runs", "queued")]
    futures = [emit(event) for event in events]
    eventually(lambda: worker.events)
    assert delivery.drain(0).interrupted == events
    assert [receipt(future).outcome for future in futures] == ["parked", "parked"]
    assert [(letter.event, letter.state, letter.error) for letter in ledger.letters()] == [
        (event, "waiting", "interrupted by shutdown") for event in events
    ]
    assert "runs was interrupted by shutdown; it is letter 1 now" in caplog.messages
    gate.set()
    eventually(lambda: not delivery.stats().hung)
    assert len(ledger.letters()) == 2, "a late result does not count"

    again = worker_of()
    restarted = make(again, start=False)
    restarted.emitter("in", upper)
    restarted.start()
    eventually(lambda: not ledger.letters())
    assert [(event.subject, event.data) for event in again.events] == [("runs", "X"), ("queued", "X")]


def test_an_observer_that_fails_keeps_no_interrupted_event_from_being_kept(
    make: Any,
    ledger: MemoryLedger,
    gate: threading.Event,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
) -> None:
    def observe(job: Any) -> None:
        raise ValueError("a bug in the observer")

    delivery = make(worker_of(lambda event: gate.wait(30)), finished=observe)
    futures = [delivery.emitter("in")(Event("test", id=name)) for name in ("runs", "queued", "too")]
    eventually(lambda: delivery.stats().running)
    assert len(delivery.drain(0).interrupted) == 3
    assert [receipt(future).outcome for future in futures] == ["parked"] * 3
    assert len(ledger.letters()) == 3
    assert "an observer of test [too] failed" in caplog.messages


def test_an_interrupted_event_that_was_handled_before_is_not_kept(
    make: Any, ledger: MemoryLedger, gate: threading.Event, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    claim = ledger.claim("test", "1")
    assert not isinstance(claim, str)
    ledger.settle(claim)
    delivery = make(worker_of(lambda event: gate.wait(30)))
    emit = delivery.emitter("in")
    emit(Event("test"))
    eventually(lambda: delivery.stats().running)
    future = emit(Event("test", id="1"))
    delivery.drain(0)
    assert receipt(future) == Receipt("duplicate")


def test_an_interrupted_letter_waits_again(
    make: Any, ledger: MemoryLedger, gate: threading.Event, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    delivery = make(worker_of(lambda event: gate.wait(30)), backlog=0, start=False)
    emit = delivery.emitter("hook", journal=True)
    for _ in range(3):  # one is worked on, one is blocked before the pool, one is taken with it
        receipt(emit(Event("test")))
    delivery.start()
    eventually(lambda: delivery.stats().running and len(ledger.letters(state="taken")) == 3)
    assert len(delivery.drain(0).interrupted) == 1
    assert [letter.state for letter in ledger.letters()] == ["waiting"] * 3


def test_interrupted_events_are_not_acknowledged_when_the_ledger_is_down(
    make: Any,
    ledger: MemoryLedger,
    gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
) -> None:
    tries: list[Letter] = []

    def park(letter: Letter, claim: Claim | None = None) -> int:
        tries.append(letter)
        raise StateUnavailable("the disk is full")

    monkeypatch.setattr(ledger, "park", park)
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker)
    emit = delivery.emitter("in")
    futures = [emit(Event("test")) for _ in range(3)]
    eventually(lambda: worker.events)
    assert len(delivery.drain(0).interrupted) == 3
    for future in futures:
        with pytest.raises(StateUnavailable, match="the disk is full"):
            receipt(future)
    assert len(tries) == 1, "each may take the time of a time-out"


def test_whoever_joined_an_event_that_is_refused_is_told(
    make: Any, gate: threading.Event, eventually: Any, in_thread: Any, receipt: Any, worker_of: Any
) -> None:
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker, backlog=0)
    emit = delivery.emitter("in")
    emit(Event("test"))
    eventually(lambda: worker.events)

    def blocked() -> None:
        with pytest.raises(RuntimeError):
            emit(Event("test", id="1"))

    thread = in_thread(blocked)
    eventually(lambda: delivery.stats().emitted == 2)
    joined = emit(Event("test", id="1"))
    delivery.drain(0)
    thread.join()
    with pytest.raises(RuntimeError, match="is stopping and takes no more events"):
        receipt(joined)


def test_the_counts_add_up(
    make: Any, ledger: MemoryLedger, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    def work(event: Event) -> None:
        if event.subject == "bad":
            raise Permanent("no")

    delivery = make(worker_of(work))
    emit = delivery.emitter("in")
    futures = [emit(Event("test", subject=name, id=name)) for name in ("good", "bad")]
    for future in futures:
        receipt(future)
    receipt(emit(Event("test", id="good")))
    eventually(lambda: delivery.idle)
    stats = delivery.stats()
    assert (stats.emitted, stats.done, stats.parked, stats.duplicates) == (3, 1, 1, 1)
    assert (stats.running, stats.queued, stats.delayed, stats.unsafe) == (0, 0, 0, 0)
    [(moment, subject, error)] = stats.last_errors
    assert (subject, error) == ("bad", "no")
    assert moment.tzinfo is not None


def test_an_impossible_backlog_is_refused(make: Any, worker_of: Any) -> None:
    with pytest.raises(ValueError, match="the backlog is -1, expected 0 or more"):
        make(worker_of(), backlog=-1)
