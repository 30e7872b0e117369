"""A hot folder with a source that watches it, in a thread, on a clock turned by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.watch_folder import WatchFolder


class HotFolder:
    """Writes files, lets time pass, and keeps what the source emits."""

    def __init__(self, path: Path, clock: FakeClock) -> None:
        self.path = path
        self.clock = clock
        self.events: list[flowhost.Event] = []
        self.futures: list[Future[flowhost.Receipt]] = []
        self.error: BaseException | None = None
        self.answer: Callable[[Future[flowhost.Receipt]], None] = lambda future: future.set_result(
            flowhost.Receipt("done")
        )
        self._threads: list[threading.Thread] = []
        self.stopping = threading.Event()

    def source(self, **options: Any) -> WatchFolder:
        """A source for this folder; it polls every second unless the test says otherwise."""
        wanted: dict[str, Any] = {"folder": self.path, "mode": "polling", "polling_interval": 1.0} | options
        info = flowhost.DaemonInfo("test", str(self.path.parent))
        return WatchFolder(**wanted, info=info, clock=self.clock)

    def watch(self, **options: Any) -> HotFolder:
        """Run a source for this folder until it waits for the first time."""
        return self.run(self.source(**options))

    def run(self, source: WatchFolder) -> HotFolder:
        """Run this source until it waits for the first time."""
        self._threads.append(threading.Thread(target=self._run, args=(source, self.stopping)))
        self._threads[-1].start()
        self.clock.wait_for_waiters()
        return self

    def stop(self) -> None:
        """Stop the source and wait for it."""
        self.stopping.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()
        self.stopping, self._threads = threading.Event(), []

    def write(self, name: str, content: bytes = b"content") -> Path:
        """Make or replace a file."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    def names(self) -> list[str]:
        """The files emitted so far, by their path in the folder."""
        return [str(event.subject).removeprefix(f"{self.path}/") for event in self.events]

    def eventually(self, condition: Callable[[], bool], patience: float = 60) -> None:
        """Let time pass until the condition holds: for what the operating system tells in its own time."""
        deadline = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < deadline, f"in vain; emitted so far: {self.names()}"
            self.clock.elapse(0.5)
            time.sleep(0.01)

    def failure(self) -> BaseException:
        """What the source raised; waits for it while time passes."""
        deadline = time.monotonic() + 60
        while self._threads[-1].is_alive():
            assert time.monotonic() < deadline, "the source goes on"
            self.clock.advance(1)
            time.sleep(0.01)
        assert self.error is not None
        return self.error

    def _run(self, source: WatchFolder, stop: threading.Event) -> None:
        try:
            source.run(self.emit, stop)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test wants to see it
            self.error = error

    def emit(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        """Keep the event, and answer as the test wishes."""
        self.events.append(event)
        self.futures.append(Future())
        self.answer(self.futures[-1])
        return self.futures[-1]


@pytest.fixture
def hot(tmp_path: Path, clock: FakeClock) -> Iterator[HotFolder]:
    """An empty hot folder."""
    folder = tmp_path / "in"
    folder.mkdir()
    hot = HotFolder(folder, clock)
    yield hot
    hot.stop()
