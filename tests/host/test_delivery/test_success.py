"""Events that are worked on."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

import pytest

from flowhost import (
    REJECT_HEADER,
    Event,
    Job,
    Receipt,
)
from flowhost.testing.ledger import MemoryLedger


def test_an_event_is_worked_on_and_acknowledged(make: Any, receipt: Any, worker_of: Any) -> None:
    worker = worker_of()
    emit = make(worker).emitter("in")
    event = Event("test", "x")
    assert receipt(emit(event)) == Receipt("done", "worked")
    assert worker.events == [event]


def test_the_worker_gets_what_the_parser_made_of_the_data(
    make: Any, receipt: Any, worker_of: Any, upper: Any
) -> None:
    worker = worker_of()
    emit = make(worker).emitter("in", upper)
    receipt(emit(Event("test", "x", subject="s", headers={"a": "b"})))
    [event] = worker.events
    assert (event.data, event.subject, event.headers) == ("X", "s", {"a": "b"})


def test_an_id_is_handled_once(make: Any, ledger: MemoryLedger, receipt: Any, worker_of: Any) -> None:
    worker = worker_of()
    emit = make(worker).emitter("in")
    assert receipt(emit(Event("test", id="1"))) == Receipt("done", "worked")
    assert ledger.claim("test", "1") == "handled"
    assert receipt(emit(Event("test", id="1"))) == Receipt("duplicate")
    assert len(worker.events) == 1


def test_who_waits_for_an_event_finds_it_counted_and_gone(
    make: Any, gate: threading.Event, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    delivery = make(worker_of(lambda event: gate.wait(30)))
    emit = delivery.emitter("in")
    counted: list[int] = []
    copies: list[Future[Receipt]] = []

    def look(_: Future[Receipt]) -> None:
        counted.append(delivery.stats().done)
        copies.append(emit(Event("test", id="1")))

    first = emit(Event("test", id="1"))
    first.add_done_callback(look)
    gate.set()
    assert receipt(first).outcome == "done"
    eventually(lambda: copies)
    assert receipt(copies[0]) == Receipt("duplicate"), "it did not join what was over"
    assert counted == [1]


def test_ids_are_unique_within_their_source_as_in_cloudevents(
    make: Any, ledger: MemoryLedger, receipt: Any, worker_of: Any
) -> None:
    worker = worker_of()
    emit = make(worker).emitter("in")
    outcomes = [receipt(emit(Event("test", id="1", source=source))).outcome for source in ("a", "b", "a")]
    assert outcomes == ["done", "done", "duplicate"]


def test_an_event_its_source_rejects_becomes_a_dead_letter(
    make: Any, ledger: MemoryLedger, receipt: Any, worker_of: Any, upper: Any
) -> None:
    worker = worker_of()
    event = Event("test", "data", headers={REJECT_HEADER: "its companion never came"})
    assert receipt(make(worker).emitter("in", upper)(event)).error == "its companion never came"
    assert (worker.events, [letter.event for letter in ledger.letters()]) == ([], [event])


def test_a_copy_joins_the_event_that_is_being_worked_on(
    make: Any, gate: threading.Event, receipt: Any, worker_of: Any
) -> None:
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker, workers=2)
    first, second = delivery.emitter("in"), delivery.emitter("other")
    future = first(Event("test", id="1"))
    assert second(Event("test", id="1")) is future
    gate.set()
    receipt(future)
    assert len(worker.events) == 1


def test_the_observer_sees_the_job_with_its_receipt(
    make: Any, caplog: pytest.LogCaptureFixture, eventually: Any, receipt: Any, worker_of: Any
) -> None:
    jobs: list[Job] = []

    def observer(job: Job) -> None:
        jobs.append(job)
        raise RuntimeError("an observer that fails")

    emit = make(worker_of(), finished=observer).emitter("in")
    receipt(emit(Event("test", subject="s")))
    receipt(emit(Event("test", subject="s")))
    eventually(lambda: len(jobs) == 2)
    assert jobs[0].receipt == Receipt("done", "worked")
    assert (jobs[0].daemon, jobs[0].event.subject, jobs[0].attempt) == ("test", "s", 1)
    assert jobs[1].number > jobs[0].number
