"""Runs a whole daemon in a test: the real wiring, pool and ledger, from a profile written in the test.

Example::

    def test_greets(daemon):
        running = daemon('''
            [Flow]
            worker = greet
            [Source]
            type = hello
            count = 3
        ''')
        running.wait_for(3)
        assert [job.receipt.outcome for job in running.jobs] == ["done"] * 3
"""

from __future__ import annotations

import sys
import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from flowhost.clock import SystemClock
from flowhost.config import read_profile
from flowhost.daemon import Daemon
from flowhost.hookspecs import hookimpl
from flowhost.parts import Clock, Job
from flowhost.registry import Registry
from flowhost.roles import Letter
from flowhost.wiring import blueprint


class RunningDaemon:
    """A daemon under test.

    Attributes:
        jobs: the jobs that came to their end, in that order.
        daemon: the daemon itself.
    """

    def __init__(self, profile: Path, *, plugins: Sequence[object] = (), clock: Clock | None = None) -> None:
        self.jobs: list[Job] = []
        self._changed = threading.Condition()
        clock = clock or SystemClock()
        extra = [("test-harness", self), *((f"test-plugin-{n}", plugin) for n, plugin in enumerate(plugins))]
        registry = Registry.load(extra=extra)
        self.daemon = Daemon(
            blueprint(read_profile(profile), registry, clock=clock),
            registry,
            clock=clock,
            exhausted=self._notify,
        )
        self._stopped = False

    @hookimpl
    def flowhost_finished(self, job: Job) -> None:
        """Note a job that ended."""
        with self._changed:
            self.jobs.append(job)
            self._changed.notify_all()

    def start(self) -> RunningDaemon:
        """Start the daemon."""
        self.daemon.start()
        return self

    def wait_for(self, count: int, *, timeout: float = 60.0) -> list[Job]:
        """Wait until `count` jobs have ended; return them all.

        Raises:
            AssertionError: they did not within `timeout` seconds.
        """
        self.wait_until(lambda: len(self.jobs) >= count, f"{count} jobs", timeout=timeout)
        return self.jobs

    def wait_until_exhausted(self, *, timeout: float = 60.0) -> None:
        """Wait until every source has returned by itself, then finish the work and stop."""
        self.wait_until(lambda: self.daemon.exhausted, "the end of every source", timeout=timeout)
        self.stop(drain_timeout=None)

    def wait_until(
        self, condition: Callable[[], bool], what: str = "a condition", *, timeout: float = 60.0
    ) -> None:
        """Wait until something is so."""
        with self._changed:
            met = _patiently(self._changed, condition, timeout)
        assert met, (
            f"waited {timeout:.0f} s for {what}; {len(self.jobs)} jobs ended, {self.daemon.snapshot()}"
        )

    def letters(self) -> list[Letter]:
        """What is kept in the daemon's ledger."""
        ledger = self.daemon.blueprint.ledger
        return ledger.letters(daemon=self.daemon.info.name) if ledger else []

    def stop(self, *, drain_timeout: float | None = 5.0) -> None:
        """Stop the daemon, once."""
        if not self._stopped:
            self._stopped = True
            self.daemon.stop("the test ends", drain_timeout=drain_timeout)

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()


def _patiently(changed: threading.Condition, condition: Callable[[], bool], timeout: float) -> bool:
    deadline = SystemClock().monotonic() + timeout
    while not condition():
        remaining = deadline - SystemClock().monotonic()
        if remaining <= 0:
            return False
        changed.wait(min(remaining, 0.05))  # some conditions change without a job's end
    return True


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., RunningDaemon]]:
    """A function that starts a daemon from the text of a profile and stops it after the test.

    Its arguments: the profile; ``modules`` (name → source code, written beside the profile); ``plugins`` (objects
    with hook implementations); ``clock``; ``start=False`` to start it by hand. State is kept in the test's folder.
    """
    monkeypatch.setenv("FLOWHOST_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("PYTHON_CONFIG_ROOT", raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])  # the profile's folder is appended to it
    started: list[RunningDaemon] = []

    def make(
        profile: str,
        *,
        modules: Mapping[str, str] | None = None,
        plugins: Sequence[object] = (),
        clock: Clock | None = None,
        start: bool = True,
    ) -> RunningDaemon:
        path = tmp_path / f"profile-{len(started)}.ini"
        path.write_text(textwrap.dedent(profile))
        for name, source in (modules or {}).items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(source))
            monkeypatch.setitem(
                sys.modules, name, ModuleType(name)
            )  # remember what was there before the test
            del sys.modules[name]
        running = RunningDaemon(path, plugins=plugins, clock=clock)
        if start:
            started.append(running.start())
        return running

    yield make
    for running in started:
        running.stop()
