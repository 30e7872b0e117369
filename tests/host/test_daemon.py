"""One daemon's life: what a failing ledger, a failing start and a lost thread do to it."""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from flowhost import StateUnavailable, hookimpl
from flowhost.service import ending
from flowhost.testing.clock import FakeClock
from flowhost.testing.harness import RunningDaemon
from flowhost.testing.ledger import MemoryLedger

Start = Callable[..., RunningDaemon]

WAITING = """
class Waiting:
    name = "waiting"
    def run(self, emit, stop):
        stop.wait()

class Nothing:
    name = "nothing"
    source = Waiting
    def work(self, event): ...
"""
NAPPING = """
import threading
import flowhost

class Twice:
    name = "twice"
    def run(self, emit, stop):
        for number in "12":
            emit(flowhost.Event("test", id=number))
        stop.wait()

class Nap:
    name = "nap"
    source = Twice
    begun = ended = 0
    may_end = threading.Semaphore(0)
    def work(self, event):
        self.begun += 1
        self.may_end.acquire(timeout=60)
        self.ended += 1
"""
PROFILE = "[Flow]\nclass = app.Nothing\nworkers = {workers}\n[Resource:ledger]\ntype = shaky\n"


class Shaky(MemoryLedger):
    """A ledger whose beats fail as the test says."""

    name = "shaky"
    lease = 0.06  # seconds; so that it beats fifty times a second
    failure: ClassVar[BaseException | None] = None
    beats: ClassVar[int] = 0
    closed: ClassVar[int] = 0

    def beat(self, daemon: str, status: Any) -> None:
        Shaky.beats += 1
        if Shaky.failure:
            raise Shaky.failure

    def close(self) -> None:
        Shaky.closed += 1


class Plugin:
    @hookimpl
    def flowhost_resources(self) -> list[type]:
        return [Shaky]


@pytest.fixture
def start(daemon: Start, monkeypatch: pytest.MonkeyPatch) -> Start:
    for name, value in (("failure", None), ("beats", 0), ("closed", 0)):
        monkeypatch.setattr(Shaky, name, value)

    def begin(*, workers: int = 1, start: bool = True) -> RunningDaemon:
        text = PROFILE.format(workers=workers)
        return daemon(text, modules={"app": WAITING}, plugins=[Plugin()], start=start)

    return begin


def beats_pass(running: RunningDaemon, number: int = 3) -> None:
    seen = Shaky.beats
    running.wait_until(lambda: Shaky.beats >= seen + number, f"{number} beats")


def test_a_ledger_that_takes_no_report_makes_the_daemon_unready_until_it_does_again(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    running = start()
    running.wait_until(lambda: running.daemon.snapshot().ready, "the daemon to be ready")
    Shaky.failure = StateUnavailable("the disk is full")
    running.wait_until(lambda: not running.daemon.snapshot().ready, "the daemon to be unready")
    beats_pass(running)
    assert running.daemon.snapshot().reasons == ["the disk is full"]
    Shaky.failure = None
    running.wait_until(lambda: running.daemon.snapshot().ready, "the daemon to be ready again")
    assert [
        (r.levelname, "disk is full" in r.message) for r in caplog.records if "the ledger" in r.message
    ] == [
        ("ERROR", True),
        ("INFO", False),
    ]


def test_a_beat_that_fails_by_a_bug_is_logged_and_is_not_the_last(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    running = start()
    Shaky.failure = MemoryError("for once")
    running.wait_until(lambda: not running.daemon.snapshot().ready, "the failure to show")
    assert running.daemon.snapshot().reasons == ["MemoryError: for once"]
    Shaky.failure = None
    beats_pass(running)
    running.wait_until(lambda: running.daemon.snapshot().ready, "the daemon to be ready again")
    assert "MemoryError: for once" in caplog.text
    assert running.daemon.alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # it is what is tested
def test_a_daemon_whose_beat_has_died_is_not_alive(start: Start) -> None:
    running = start()
    assert running.daemon.alive()
    Shaky.failure = SystemExit()
    running.wait_until(lambda: not running.daemon.alive(), "the daemon to count as dead")
    assert not running.daemon.snapshot().alive


def test_a_stopped_daemon_counts_as_alive_for_it_has_nothing_left_to_do(start: Start) -> None:
    running = start()
    running.stop()
    assert running.daemon.alive()


def test_a_stop_for_a_successor_ends_after_work_that_began_too_late_to_finish(
    daemon: Start, clock: FakeClock
) -> None:
    text = "[Flow]\nclass = app.Nap\nworker timeout = 60\ndrain timeout = 0\nledger = no\n"
    running = daemon(text, modules={"app": NAPPING}, clock=clock)
    nap: Any = running.daemon.blueprint.worker
    running.wait_until(lambda: nap.begun == running.daemon.delivery.stats().queued == 1, "the first nap")
    stopped = running.daemon.begin_stop("its config changed", finish_work=True)
    running._stopped = True  # soon
    clock.wait_for_waiters(2)  # the timekeeper and the drain
    clock.advance(40)
    nap.may_end.release()
    running.wait_until(lambda: nap.begun == 2, "the second nap")
    clock.advance(20)  # the drain's time is up
    running.wait_until(lambda: running.daemon.delivery.stats().hung == 1, "its interruption")
    clock.elapse(30)
    assert not stopped.done(), "the second nap goes on"
    nap.may_end.release()

    def one_second_later() -> bool:
        clock.advance(1)
        return stopped.done()

    running.wait_until(lambda: nap.ended == 2, "the end of the second nap")
    running.wait_until(one_second_later, "the stop")
    assert (stopped.result(), nap.begun, nap.ended) == (1, 2, 2)


def test_nothing_is_left_open_when_a_thread_cannot_be_started(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(start=False)
    real = threading.Thread.start

    def start_thread(thread: threading.Thread) -> None:
        if thread.name.startswith("source:"):
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start_thread)
    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="new thread"):
        running.start()
    running._stopped = True  # it has never run
    assert Shaky.closed == 1
    assert set(threading.enumerate()) <= before


def test_fewer_than_one_worker_means_one(start: Start) -> None:
    assert start(workers=-1).daemon.info.workers == 1


def test_a_broken_pipe_does_not_keep_the_process_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def flush(self) -> None:
            raise BrokenPipeError

    codes: queue.SimpleQueue[int] = queue.SimpleQueue()
    monkeypatch.setattr(ending, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr(logging, "shutdown", lambda: None)
    monkeypatch.setattr(sys, "stdout", Broken())
    monkeypatch.setattr(os, "_exit", codes.put)
    ending.end_soon(3)
    assert codes.get(timeout=10) == 3
