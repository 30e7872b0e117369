"""When all is done: what the end of a batch waits for."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flowhost import Event, Letter
from flowhost.testing.ledger import MemoryLedger


def test_without_a_ledger_the_pool_is_all_there_is(
    make: Any, gate: threading.Event, eventually: Any, worker_of: Any
) -> None:
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker, ledger=None)
    assert delivery.idle
    delivery.emitter("in")(Event("test"))
    assert not delivery.idle
    gate.set()
    eventually(lambda: delivery.idle)
    assert delivery.stats().done == 1


def test_journalled_events_are_waited_for(
    make: Any, ledger: MemoryLedger, gate: threading.Event, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker, backlog=0)
    eventually(lambda: delivery.idle)
    emit = delivery.emitter("hook", journal=True)
    for number in range(60):  # more than are taken at once
        receipt(emit(Event("test", id=str(number))))
        assert not delivery.idle
    gate.set()
    eventually(lambda: delivery.idle)
    assert ledger.letters() == []
    assert len(worker.events) == 60


def test_each_journalled_event_counts_at_once(
    make: Any, ledger: MemoryLedger, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    worker = worker_of()
    delivery = make(worker)
    emit = delivery.emitter("hook", journal=True)
    for number in range(1, 101):
        receipt(emit(Event("test")))
        eventually(lambda: delivery.idle)
        assert len(worker.events) == number
        assert ledger.letters() == []


def test_it_is_not_idle_while_it_looks_for_letters(
    make: Any,
    ledger: MemoryLedger,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
) -> None:
    take = ledger.take
    idle: list[bool] = []

    def looking(daemon: str, limit: int) -> list[Letter]:
        idle.append(delivery.idle)
        return take(daemon, limit)

    monkeypatch.setattr(ledger, "take", looking)
    delivery = make(worker_of(), start=False)
    delivery.start()
    eventually(lambda: delivery.idle)
    receipt(delivery.emitter("hook", journal=True)(Event("test")))
    eventually(lambda: delivery.idle)
    assert idle == [False, False]


def test_letters_that_waited_at_the_start_are_waited_for(
    make: Any, ledger: MemoryLedger, eventually: Any, worker_of: Any
) -> None:
    for _ in range(3):
        ledger.park(Letter("test", "in", Event("test"), "waiting"))
    worker = worker_of()
    delivery = make(worker, start=False)
    delivery.emitter("in")
    assert not delivery.idle
    delivery.start()
    eventually(lambda: delivery.idle)
    assert len(worker.events) == 3
