"""Several daemons in one process: a reload changes one of them and hurts none of the others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from flowhost import ConfigError, Event, Metric, Resource, Unavailable, hookimpl
from flowhost.fleet import FIRST_RETRY, Fleet
from flowhost.monitoring.snapshots import DaemonSnapshot
from flowhost.registry import Registry
from flowhost.service import notify
from flowhost.testing.clock import FakeClock
from flowhost.testing.ledger import MemoryLedger
from flowhost.wiring import Blueprint

Run = Callable[..., "Running"]


class Once:
    """Emits one event."""

    name = "once"

    def run(self, emit: Callable[[Event], object], stop: threading.Event) -> None:
        emit(Event("test", data="work", id="1"))
        stop.wait()


class Slow:
    """Works until the test lets it end."""

    name = "slow"
    source = Once
    begun: ClassVar[list[str | None]] = []
    may_end: ClassVar[threading.Event] = threading.Event()

    def work(self, event: Event) -> None:
        self.begun.append(event.id)
        self.may_end.wait()


class Gate(MemoryLedger):
    """A ledger that can only be opened while the gate is."""

    name = "gate"
    closed: ClassVar[bool] = False

    def open(self) -> None:
        if Gate.closed:
            raise OSError("the gate is closed")


class Plugin:
    @hookimpl
    def flowhost_sources(self) -> list[type]:
        return [Once]

    @hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Slow]

    @hookimpl
    def flowhost_resources(self) -> list[type]:
        return [Gate]


class Running:
    """A fleet in a thread."""

    def __init__(self, profiles: Sequence[Path], clock: FakeClock | None, plugin: object) -> None:
        registry = Registry.load(extra=[("fleet-test", plugin)], quiet=True)
        self.reloads: list[Sequence[Blueprint]] = []
        self.fleet = Fleet(profiles, registry, clock=clock, reloaded=self.reloads.append)
        self.exit_codes: list[int] = []
        self.thread = threading.Thread(target=lambda: self.exit_codes.append(self.fleet.run()))
        self.thread.start()
        self.until(lambda: len(self.states) == len(profiles))

    @property
    def states(self) -> dict[str, str]:
        return {one.name: one.state for one in self.fleet.snapshots()}

    def snapshot(self, name: str) -> DaemonSnapshot:
        return next(one for one in self.fleet.snapshots() if one.name == name)

    def until(self, condition: Callable[[], bool]) -> None:
        waited = threading.Event()
        for _ in range(4000):
            if condition():
                return
            waited.wait(0.005)
        raise AssertionError(f"the condition never came true: {self.fleet.snapshots()}")

    def end(self) -> int:
        self.fleet.stop()
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self.exit_codes[0]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("PYTHON_CONFIG_ROOT", raising=False)
    monkeypatch.setattr("flowhost.fleet.LOOK_EVERY", 0.05)
    monkeypatch.setattr(Gate, "closed", False)
    monkeypatch.setattr(Slow, "begun", [])
    monkeypatch.setattr(Slow, "may_end", threading.Event())
    started: list[Running] = []

    def begin(
        *profiles: Path, clock: FakeClock | None = None, plugin: object = Plugin()
    ) -> Running:  # it holds nothing
        started.append(Running(profiles, clock, plugin))
        return started[-1]

    yield begin
    Slow.may_end.set()
    for running in started:
        if running.thread.is_alive():
            running.end()


@pytest.fixture
def profile(tmp_path: Path) -> Callable[..., Path]:
    def write(file: str, name: str, *, worker: str = "log", more: str = "", rest: str = "") -> Path:
        source = "" if worker == "slow" else "[Source]\ntype = interval\ninterval = 600\n"
        path = tmp_path / file
        path.write_text(f"[Flow]\napp name = {name}\nworker = {worker}\n{more}\n{source}{rest}")
        return path

    return write


def test_a_daemon_that_a_reload_cannot_start_is_tried_again_and_hurts_no_other(
    run: Run, profile: Callable[..., Path], clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    gate = "[Resource:gate]\ntype = gate\n"
    gated, steady = profile("a.ini", "gated", rest=gate), profile("b.ini", "steady")
    running = run(gated, steady, clock=clock)
    Gate.closed = True
    profile("a.ini", "gated", more="workers = 2", rest=gate)
    running.fleet.reload()
    running.until(lambda: running.states == {"steady": "running", "gated": "failed"})
    assert running.snapshot("gated").reasons == ["it is failed", "the gate is closed"]
    assert "gated cannot start with its old config: the gate is closed; next try in 10 s" in caplog.text
    clock.advance(FIRST_RETRY)
    running.until(lambda: "next try in 20 s" in caplog.text)
    Gate.closed = False
    clock.advance(2 * FIRST_RETRY)
    running.until(lambda: running.states == {"steady": "running", "gated": "running"})
    running.until(lambda: bool(running.reloads))
    assert [one.flow.workers for one in running.reloads[-1]] == [2, 1]
    assert running.end() == 0


def test_a_failed_daemon_is_started_by_a_reload_at_once(run: Run, profile: Callable[..., Path]) -> None:
    gate = "[Resource:gate]\ntype = gate\n"
    running = run(profile("a.ini", "gated", rest=gate), profile("b.ini", "steady"))
    Gate.closed = True
    profile("a.ini", "gated", more="workers = 2", rest=gate)
    running.fleet.reload()
    running.until(lambda: running.states.get("gated") == "failed")
    profile("a.ini", "gated")
    running.fleet.reload()
    running.until(lambda: running.states == {"steady": "running", "gated": "running"})


def test_a_reload_gives_no_two_daemons_one_name(
    run: Run, profile: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    running = run(profile("a.ini", "one"), profile("b.ini", "two"))
    profile("b.ini", "one")
    running.fleet.reload()
    running.until(lambda: "two keeps running with the config it has" in caplog.text)
    assert "this daemon is called 'one', and so is that of" in caplog.text
    assert running.states == {"one": "running", "two": "running"}


@pytest.mark.parametrize("timeout", [0, 60])
def test_a_reload_lets_long_work_end_before_its_successor_starts(
    run: Run, profile: Callable[..., Path], timeout: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    times = f"drain timeout = 0\nworker timeout = {timeout}"
    running = run(profile("a.ini", "slow", worker="slow", more=times))
    running.until(lambda: Slow.begun == ["1"])
    profile("a.ini", "slow", worker="slow", more=f"{times}\nworkers = 2")
    running.fleet.reload()
    running.until(lambda: running.states == {"slow": "stopping"})
    assert not threading.Event().wait(0.3), "time in which the work would be cut by the drain time-out"
    assert running.states == {"slow": "stopping"}
    Slow.may_end.set()
    running.until(lambda: running.states == {"slow": "running"})
    running.end()
    assert Slow.begun == ["1"]
    assert "slow stopped: 0 events interrupted" in caplog.text


def test_the_watchdog_is_pinged_while_one_daemon_is_long_done_and_another_still_works(
    run: Run, profile: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    pings: list[None] = []
    monkeypatch.setattr(notify, "watchdog", lambda: pings.append(None))
    monkeypatch.setattr("flowhost.pool.timekeeper.STALLED_SECONDS", 0.2)
    monkeypatch.setattr("flowhost.pool.timekeeper.TURN_SECONDS", 0.05)
    running = run(profile("a.ini", "quick"), profile("b.ini", "slow", worker="slow"))
    running.until(lambda: Slow.begun == ["1"])
    running.fleet.stop()
    running.until(lambda: "quick stopped" in caplog.text)
    assert not threading.Event().wait(0.3), "time after which a pool that does not turn counts as dead"
    seen = len(pings)
    running.until(lambda: len(pings) > seen + 2)


class Rereading:
    """A worker that needs the resource below."""

    name = "rereading"

    def __init__(self, *, file: File) -> None:
        self.file = file

    def work(self, event: Event) -> None: ...


class File(Resource):
    """Reads again when it is asked to, and measures how often it did."""

    name = "file"
    wrong: ClassVar[Exception | None] = None
    reads: ClassVar[int] = 0
    starts: ClassVar[int] = 0

    def open(self) -> None: ...

    def daemon_started(self) -> None:
        File.starts += 1

    def close(self) -> None: ...

    def reload(self) -> None:
        File.reads += 1
        if self.wrong:
            raise self.wrong

    def metrics(self) -> list[Metric]:
        if self.wrong:
            raise self.wrong
        return [Metric("file_reads", self.reads, "How often it was read.")]


class RereadingPlugin:
    @hookimpl
    def flowhost_workers(self) -> list[type]:
        return [Rereading]

    @hookimpl
    def flowhost_resources(self) -> list[type]:
        return [File]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (None, ""),
        (ConfigError("line 7 is wrong"), "line 7 is wrong"),
        (Unavailable("the disk is gone"), "resource file cannot be reloaded: the disk is gone"),
        (LookupError("a bug"), "app could not reload resource file"),
    ],
)
def test_a_reload_lets_parts_read_again_when_the_profile_has_not_changed(
    run: Run,
    profile: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    wrong: Exception | None,
    told: str,
) -> None:
    monkeypatch.setattr(File, "wrong", wrong)
    monkeypatch.setattr(File, "reads", 0)
    monkeypatch.setattr(File, "starts", 0)
    running = run(profile("app.ini", "app", worker="rereading"), plugin=RereadingPlugin())
    running.fleet.reload()
    running.until(lambda: File.reads == 1 and (told in caplog.text))
    assert running.states == {"app": "running"}
    measured = list(running.snapshot("app").measure())
    assert measured == ([] if wrong else [Metric("file_reads", 1, "How often it was read.")])
    assert running.reloads == [], "it was not started again"
    assert File.starts == 1
