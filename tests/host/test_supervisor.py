"""Sources are kept alive, and no source's failure touches another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from flowhost import Emit, Event, Receipt, Unavailable
from flowhost.supervisor import QUARANTINE_AFTER, QUARANTINE_DELAY, Supervised, Supervisor
from flowhost.testing.clock import FakeClock


class Scripted:
    """A source whose runs end as the script says: an exception to raise, or None to return."""

    name = "scripted"

    def __init__(self, *script: BaseException | None) -> None:
        self.script = iter(script)
        self.runs = 0

    def run(self, emit: Emit, stop: threading.Event) -> None:
        self.runs += 1
        outcome = next(self.script, "wait")
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome == "wait":
            stop.wait()


def emit(event: Event) -> Future[Receipt]:
    done: Future[Receipt] = Future()
    done.set_result(Receipt("done"))
    return done


@pytest.fixture
def supervise(clock: FakeClock) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def start(*sources: Any, exhausted: Callable[[], None] = lambda: None) -> Supervisor:
        named = [Supervised(f"s{number}", source, emit) for number, source in enumerate(sources)]
        made.append(Supervisor(named, clock=clock, exhausted=exhausted, jitter=lambda: 1.0))
        made[-1].start()
        return made[-1]

    yield start
    for supervisor in made:
        supervisor.stop()
        assert supervisor.join(30) == []


def until(condition: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(6000):
        if condition():
            return
        waited.wait(0.005)
    raise AssertionError("the condition never came true")


def test_a_failing_source_is_restarted_after_a_doubling_delay(supervise: Any, clock: FakeClock) -> None:
    source = Scripted(Unavailable("broker gone"), Unavailable("broker gone"), Unavailable("still gone"))
    status = supervise(source).statuses["s0"]
    for runs, delay in ((1, 1.0), (2, 2.0), (3, 4.0)):
        until(
            lambda runs=runs: (
                source.runs == runs and status.state == "backing-off" and status.failures == runs
            )
        )
        clock.wait_for_waiters(1)
        clock.advance(delay - 0.01)
        assert source.runs == runs
        clock.advance(0.02)
    until(lambda: source.runs == 4)
    assert (status.state, status.restarts, status.error) == ("running", 3, "still gone")


def test_an_unavailable_outside_never_leads_to_quarantine_but_a_buggy_source_does(
    supervise: Any, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    patient = Scripted(*[Unavailable("down")] * 20)
    buggy = Scripted(*[KeyError("x")] * 20)
    statuses = supervise(patient, buggy).statuses
    for _ in range(QUARANTINE_AFTER + 1):
        clock.wait_for_waiters(2)
        clock.advance(60)
    clock.wait_for_waiters(2)
    assert statuses["s1"].state == "quarantined"
    assert buggy.runs == QUARANTINE_AFTER
    assert statuses["s0"].state == "backing-off"
    assert "in quarantine after 5 failures" in caplog.text
    clock.advance(QUARANTINE_DELAY)
    until(lambda: buggy.runs == QUARANTINE_AFTER + 1)


def test_even_a_source_that_exits_does_not_stop_another(supervise: Any) -> None:
    leaving, steady = Scripted(SystemExit(3)), Scripted()
    statuses = supervise(leaving, steady).statuses
    until(lambda: statuses["s0"].state == "backing-off" and steady.runs == 1)
    assert statuses["s1"].state == "running"


def test_exhausted_is_reported_once_and_only_when_all_are(supervise: Any) -> None:
    reports: list[str] = []
    done = threading.Event()
    supervisor = supervise(
        Scripted(None), Scripted(None), exhausted=lambda: (reports.append("x"), done.set())
    )
    assert done.wait(30)
    supervisor.stop()
    assert reports == ["x"]
    assert {s.state for s in supervisor.statuses.values()} == {"exhausted"}


def test_a_source_that_was_steady_for_a_minute_starts_over_with_its_back_off(
    supervise: Any, clock: FakeClock
) -> None:
    class Steady(Scripted):
        def run(self, emit: Emit, stop: threading.Event) -> None:
            clock.advance(61) if self.runs == 3 else None
            super().run(emit, stop)

    source = Steady(*[ValueError("x")] * 4)
    status = supervise(source).statuses["s0"]
    for runs in (1, 2, 3):
        until(lambda runs=runs: source.runs == runs and status.failures == runs)
        clock.wait_for_waiters(1)
        clock.advance(10)
    until(lambda: source.runs == 4)
    until(lambda: status.restarts == 4)
    assert status.failures == 1


def test_an_error_is_shown_until_the_source_has_run_steadily_for_a_minute(
    supervise: Any, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    source = Scripted(Unavailable("broker gone"))
    supervisor = supervise(source)
    until(lambda: supervisor.statuses["s0"].state == "backing-off")
    clock.wait_for_waiters(1)
    clock.advance(1)
    until(lambda: source.runs == 2)
    clock.advance(59)
    status = supervisor.statuses["s0"]
    assert (status.state, status.error, status.failures) == ("running", "broker gone", 1)
    clock.advance(1)
    status = supervisor.statuses["s0"]
    assert (status.state, status.error, status.failures, status.restarts) == ("running", "", 0, 1)
    assert "source s0 has run without failure for 60 s" in caplog.messages


def test_an_error_shows_no_password(
    supervise: Any, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = supervise(
        Scripted(Unavailable("stomp://user:s3cret@host refused")),
        Scripted(OSError("http://host/?token=s3cret")),
    )
    clock.wait_for_waiters(2)  # all is logged then
    assert [status.error for status in supervisor.statuses.values()] == [
        "stomp://user:********@host refused",
        "OSError: http://host/?token=********",
    ]
    assert not [message for message in caplog.messages if "s3cret" in message]


def test_an_error_whose_text_cannot_be_made_does_not_end_the_source(supervise: Any, clock: FakeClock) -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise KeyError("a bug")

    source = Scripted(Mute())
    statuses = supervise(source).statuses
    until(lambda: statuses["s0"].state == "backing-off")
    assert statuses["s0"].error == "Mute, whose text cannot be made (KeyError)"
    clock.wait_for_waiters(1)
    clock.advance(1)
    until(lambda: source.runs == 2)
