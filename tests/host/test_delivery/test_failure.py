"""Events whose work, parser or time fails."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from flowhost import (
    ASK_AGAIN_HEADER,
    ConfigError,
    Event,
    FlowhostError,
    Permanent,
    Receipt,
    Rejected,
    Retry,
    Unavailable,
)
from flowhost.testing.clock import FakeClock
from flowhost.testing.ledger import MemoryLedger


def test_a_failure_is_tried_again(
    make: Any, receipt: Any, pass_time: Any, worker_of: Any, failing: Any
) -> None:
    delivery = make(worker_of(failing(3)))
    future = delivery.emitter("in")(Event("test", id="1"))
    pass_time(until=future.done)
    assert receipt(future) == Receipt("done", "worked")
    stats = delivery.stats()
    assert (stats.retried, stats.done, stats.parked) == (3, 1, 0)
    assert [failure.error for failure in stats.last_errors] == ["OSError: no route to host"] * 3


def test_a_failure_that_lasts_becomes_a_dead_letter_with_the_raw_event(
    make: Any,
    ledger: MemoryLedger,
    caplog: pytest.LogCaptureFixture,
    receipt: Any,
    pass_time: Any,
    worker_of: Any,
    failing: Any,
    upper: Any,
) -> None:
    emit = make(worker_of(failing(99))).emitter("in", upper)
    event = Event("test", "raw", subject="clip", id="1")
    future = emit(event)
    pass_time(until=future.done)
    assert receipt(future) == Receipt("parked", letter=1, error="OSError: no route to host")
    letter = ledger.letter(1)
    assert letter is not None
    assert (letter.event, letter.source, letter.state) == (event, "in", "dead")
    assert (letter.error, letter.attempts) == ("OSError: no route to host", 4)
    assert ledger.claim("test", "1") == "handled"
    assert "clip [1] failed after 4 tries and is dead letter 1: OSError: no route to host" in caplog.messages


@pytest.mark.parametrize("error", [Permanent("no such clip"), Rejected("no such clip")])
def test_what_can_never_succeed_is_not_tried_again(
    make: Any, ledger: MemoryLedger, error: Exception, receipt: Any, worker_of: Any, failing: Any
) -> None:
    emit = make(worker_of(failing(99, error))).emitter("in")
    assert receipt(emit(Event("test"))) == Receipt("parked", letter=1, error="no such clip")
    assert [letter.attempts for letter in ledger.letters()] == [1]


def test_the_worker_may_say_when_to_try_again(
    make: Any, clock: FakeClock, eventually: Any, receipt: Any, worker_of: Any, failing: Any
) -> None:
    worker = worker_of(failing(1, Retry("the server restarts", after=300)))
    delivery = make(worker)
    future = delivery.emitter("in")(Event("test"))
    eventually(lambda: delivery.stats().delayed)
    clock.elapse(299, waiters=2)
    assert delivery.stats().delayed == 1
    clock.elapse(1, waiters=2)
    assert receipt(future).outcome == "done"


ASKED_AGAIN = {ASK_AGAIN_HEADER: "yes"}


def test_what_cannot_be_reached_is_left_to_who_can_ask_again(
    make: Any, ledger: MemoryLedger, eventually: Any, receipt: Any, worker_of: Any, failing: Any
) -> None:
    worker = worker_of(failing(2, Unavailable("the library is away")))
    delivery = make(worker)
    event = Event("test", id="1", headers=ASKED_AGAIN)
    for _ in range(2):
        with pytest.raises(Unavailable, match="the library is away"):
            receipt(delivery.emitter("in")(event))
    assert receipt(delivery.emitter("in")(event)) == Receipt("done", "worked")
    assert (delivery.stats().unsafe, delivery.stats().retried, ledger.letters()) == (2, 0, [])


def test_other_failures_of_an_event_that_can_be_asked_again_are_tried_again(
    make: Any, receipt: Any, pass_time: Any, worker_of: Any, failing: Any
) -> None:
    future = make(worker_of(failing(3))).emitter("in")(Event("test", headers=ASKED_AGAIN))
    pass_time(until=future.done)
    assert receipt(future) == Receipt("done", "worked")


def test_what_comes_out_of_the_ledger_nobody_asks_again(
    make: Any, ledger: MemoryLedger, receipt: Any, pass_time: Any, worker_of: Any, failing: Any
) -> None:
    worker = worker_of(failing(2, Unavailable("the library is away")))
    emit = make(worker).emitter("in", journal=True)
    assert receipt(emit(Event("test", headers=ASKED_AGAIN))).outcome == "parked"
    pass_time(until=lambda: not ledger.letters())
    assert len(worker.events) == 3


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"bytes", "expected text, got b'bytes'"),
        ("broken", "the parser 'upper' failed: ValueError: a bug in the parser"),
        ("exit", "the parser 'upper' failed: SystemExit: 1"),
    ],
)
def test_what_the_parser_does_not_take_becomes_a_dead_letter(
    make: Any, ledger: MemoryLedger, data: Any, error: str, receipt: Any, worker_of: Any, upper: Any
) -> None:
    worker = worker_of()
    emit = make(worker).emitter("in", upper)
    assert receipt(emit(Event("test", data, id="1"))) == Receipt("parked", letter=1, error=error)
    [letter] = ledger.letters()
    assert (letter.event.data, letter.state, letter.attempts) == (data, "dead", 1)
    assert receipt(emit(Event("test", data, id="1"))) == Receipt("duplicate"), "once is enough"
    assert worker.events == []


def test_an_error_that_cannot_be_shown_is_a_failure_like_others(
    make: Any, receipt: Any, worker_of: Any, failing: Any
) -> None:
    class Unspeakable(Permanent):
        def __str__(self) -> str:
            raise ValueError("no text")

    emit = make(worker_of(failing(99, Unspeakable()))).emitter("in")
    assert receipt(emit(Event("test"))).error == "Unspeakable, whose text cannot be made (ValueError)"


def test_a_time_out_becomes_a_dead_letter_at_once(
    make: Any,
    ledger: MemoryLedger,
    clock: FakeClock,
    gate: threading.Event,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
) -> None:
    worker = worker_of(lambda event: gate.wait(30))
    delivery = make(worker, timeout=60)
    future = delivery.emitter("in")(Event("test", id="1"))
    eventually(lambda: worker.events)  # in a thread's hands it is earlier, and its time begins only now
    clock.elapse(61, waiters=2)
    assert receipt(future).error == "the work took longer than the worker timeout of 60 s"
    gate.set()
    eventually(lambda: not delivery.stats().hung)
    stats = delivery.stats()
    assert (stats.timed_out, stats.parked, stats.done) == (1, 1, 0)
    assert stats.work_seconds_sum == 60.0
    assert "settle" not in ledger.calls


def test_an_event_that_can_neither_be_worked_on_nor_kept_is_not_acknowledged(
    make: Any,
    ledger: MemoryLedger,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
    worker_of: Any,
    failing: Any,
) -> None:
    delivery = make(worker_of(failing(99, Permanent("no"))))
    future = delivery.emitter("in")(Event("test", {1}, subject="clip", id="1"))
    message = r"clip \[1\] cannot be kept in the ledger, because its data \(set\) is not bytes, text or a JSON value"
    with pytest.raises(FlowhostError, match=message):
        receipt(future)
    eventually(lambda: "release" in ledger.calls)
    assert ledger.claim("test", "1") not in ("busy", "handled")
    assert any("this event cannot be kept: Event(type='test', data={1}" in line for line in caplog.messages)
    assert delivery.stats().unsafe == 1


def test_without_a_ledger_a_failure_is_tried_again_and_then_fails_the_future(
    make: Any,
    caplog: pytest.LogCaptureFixture,
    eventually: Any,
    receipt: Any,
    pass_time: Any,
    worker_of: Any,
    failing: Any,
) -> None:
    delivery = make(worker_of(failing(99)), ledger=None)
    future = delivery.emitter("in")(Event("test", subject="clip"))
    pass_time(until=future.done)
    with pytest.raises(OSError, match="no route to host"):
        receipt(future)
    eventually(lambda: delivery.stats().unsafe == 1)
    assert delivery.stats().retried == 3
    message = (
        "clip is neither done nor kept; its source is told not to acknowledge it: OSError: no route to host"
    )
    assert message in caplog.messages


def test_without_a_ledger_nothing_can_be_journalled(make: Any, worker_of: Any) -> None:
    with pytest.raises(
        ConfigError, match="source 'hook' journals its events, but daemon 'test' has no ledger"
    ):
        make(worker_of(), ledger=None).emitter("hook", journal=True)


def test_without_a_ledger_what_is_interrupted_is_not_acknowledged(
    make: Any, gate: threading.Event, receipt: Any, worker_of: Any
) -> None:
    delivery = make(worker_of(lambda event: gate.wait(30)), ledger=None)
    future = delivery.emitter("in")(Event("test"))
    assert len(delivery.drain(0).interrupted) == 1
    with pytest.raises(Unavailable, match="interrupted by shutdown, and there is no ledger to keep it in"):
        receipt(future)
