"""The order of a key holds over a restart."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flowhost import Event, Letter
from flowhost.testing.ledger import MemoryLedger


def test_interrupted_events_come_before_fresh_ones_of_their_key(
    make: Any,
    ledger: MemoryLedger,
    gate: threading.Event,
    eventually: Any,
    in_thread: Any,
    worker_of: Any,
) -> None:
    slow = worker_of(lambda event: gate.wait(30))
    stopped = make(slow)
    emit = stopped.emitter("in")
    for number in range(60):  # more than are taken at once
        emit(Event("test", number, key="k", id=str(number)))
    eventually(lambda: slow.events)
    stopped.drain(0)
    gate.set()

    worker = worker_of()
    restarted = make(worker, start=False, backlog=4)
    emit = restarted.emitter("in")
    thread = in_thread(lambda: [emit(Event("test", n, key="k", id=str(n))) for n in range(60, 64)])
    restarted.start()
    thread.join(10)
    eventually(lambda: len(worker.events) == 64)
    assert [event.data for event in worker.events] == list(range(64))


def held_take(ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch, gate: threading.Event) -> None:
    """Let the ledger be asked for letters only once the gate is open."""
    take = ledger.take

    def late(daemon: str, limit: int) -> list[Letter]:
        gate.wait(30)
        return take(daemon, limit)

    monkeypatch.setattr(ledger, "take", late)


def test_events_without_a_key_do_not_wait_for_the_letters(
    make: Any,
    ledger: MemoryLedger,
    gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    receipt: Any,
    worker_of: Any,
) -> None:
    held_take(ledger, monkeypatch, gate)
    assert receipt(make(worker_of()).emitter("in")(Event("test"))).outcome == "done"


def test_a_drain_ends_the_wait_for_the_letters(
    make: Any,
    ledger: MemoryLedger,
    gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    in_thread: Any,
    eventually: Any,
    worker_of: Any,
) -> None:
    held_take(ledger, monkeypatch, gate)
    worker = worker_of()
    delivery = make(worker)
    refused: list[str] = []

    def fresh() -> None:
        with pytest.raises(RuntimeError) as caught:
            delivery.emitter("in")(Event("test", key="k"))
        refused.append(str(caught.value))

    thread = in_thread(fresh)
    thread.join(0.05)
    assert thread.is_alive(), "it did not wait"
    draining = in_thread(lambda: delivery.drain(0))
    thread.join(10)
    gate.set()
    draining.join(10)
    assert refused == ["daemon 'test' is stopping and takes no more events"]
    assert worker.events == []


def test_a_ledger_whose_letters_cannot_be_read_does_not_stop_fresh_events(
    make: Any, ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch, receipt: Any, worker_of: Any
) -> None:
    def take(daemon: str, limit: int) -> list[Letter]:
        raise KeyError("a bug")

    monkeypatch.setattr(ledger, "take", take)
    assert receipt(make(worker_of()).emitter("in")(Event("test", key="k"))).outcome == "done"
