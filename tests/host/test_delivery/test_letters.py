"""Events kept in the ledger and delivered from there."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flowhost import (
    Event,
    FlowhostError,
    Letter,
    Permanent,
    Receipt,
    Unavailable,
)
from flowhost.testing.ledger import MemoryLedger


def test_a_journalling_source_is_answered_before_the_work(
    make: Any,
    ledger: MemoryLedger,
    gate: threading.Event,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
    upper: Any,
) -> None:
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker, backlog=0)
    emit = delivery.emitter("hook", upper, journal=True)
    receipts = [receipt(emit(Event("test", text))) for text in ("a", "b", "c")]
    assert receipts == [Receipt("parked", letter=number) for number in (1, 2, 3)]
    assert delivery.stats().journalled == 3
    assert delivery.stats().parked == 0
    gate.set()
    eventually(lambda: not ledger.letters())
    assert [event.data for event in worker.events] == ["A", "B", "C"]
    eventually(lambda: delivery.stats().done == 3)


def test_a_journalling_source_is_told_of_duplicates(
    make: Any, ledger: MemoryLedger, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    worker = worker_of()
    emit = make(worker).emitter("hook", journal=True)
    assert receipt(emit(Event("test", id="1"))).outcome == "parked"
    assert receipt(emit(Event("test", id="1"))).outcome == "duplicate"
    eventually(lambda: not ledger.letters())
    assert receipt(emit(Event("test", id="1"))).outcome == "duplicate"
    assert len(worker.events) == 1


def test_what_cannot_be_journalled_is_not_acknowledged(
    make: Any, ledger: MemoryLedger, receipt: Any, worker_of: Any
) -> None:
    other = ledger.another_process()
    other.enlist("test")
    other.claim("test", "1")
    emit = make(worker_of()).emitter("hook", journal=True)
    with pytest.raises(FlowhostError, match="is not bytes, text or a JSON value"):
        receipt(emit(Event("test", object())))
    with pytest.raises(Unavailable, match="is being handled by another process"):
        receipt(emit(Event("test", id="1")))


def test_a_letter_that_fails_is_dead_again(
    make: Any,
    ledger: MemoryLedger,
    eventually: Any,
    receipt: Any,
    pass_time: Any,
    worker_of: Any,
    failing: Any,
) -> None:
    emit = make(worker_of(failing(99, Permanent("no")))).emitter("hook", journal=True)
    receipt(emit(Event("test")))
    eventually(lambda: ledger.letters(state="dead"))
    [letter] = ledger.letters()
    assert (letter.error, letter.attempts, letter.number) == ("no", 1, 1)
    ledger.requeue([1])
    pass_time(until=lambda: ledger.letters(state="dead"))
    assert [letter.attempts for letter in ledger.letters()] == [2]


def test_a_requeued_letter_is_delivered_though_its_id_counts_as_handled(
    make: Any, ledger: MemoryLedger, receipt: Any, pass_time: Any, worker_of: Any, failing: Any
) -> None:
    worker = worker_of(failing(1, Permanent("no")))
    emit = make(worker).emitter("in")
    receipt(emit(Event("test", id="1")))
    ledger.requeue([1])
    pass_time(until=lambda: not ledger.letters())
    assert len(worker.events) == 2
    assert receipt(emit(Event("test", id="1"))) == Receipt("duplicate")


def test_a_letter_of_a_source_that_is_gone_is_delivered_without_a_parser(
    make: Any,
    ledger: MemoryLedger,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    worker_of: Any,
    upper: Any,
) -> None:
    ledger.park(Letter("test", "old", Event("test", "raw"), "waiting"))
    worker = worker_of()
    delivery = make(worker, start=False)
    delivery.emitter("in", upper)
    delivery.start()
    eventually(lambda: not ledger.letters())
    assert [event.data for event in worker.events] == ["raw"]
    assert (
        "letter 1 is from source 'old', which daemon 'test' has no more: it is delivered without a parser"
        in caplog.messages
    )


def test_redelivery_survives_a_ledger_with_a_bug(
    make: Any, ledger: MemoryLedger, monkeypatch: pytest.MonkeyPatch, pass_time: Any, worker_of: Any
) -> None:
    take = ledger.take
    failures = iter([KeyError("a bug")])

    def sometimes(daemon: str, limit: int) -> list[Letter]:
        for failure in failures:
            raise failure
        return take(daemon, limit)

    monkeypatch.setattr(ledger, "take", sometimes)
    ledger.park(Letter("test", "in", Event("test"), "waiting"))
    make(worker_of()).emitter("in")
    pass_time(until=lambda: not ledger.letters())
