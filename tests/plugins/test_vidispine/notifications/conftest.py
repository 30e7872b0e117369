"""The source, running on a development server, with the daemon behind it played by the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine.notifications.source import VidispineNotifications

SECONDS = 60.0
DONE = flowhost.Receipt("done")


class Run:
    """The source in a thread of its own; `work` decides what becomes of each event."""

    def __init__(self, bed: Any, **options: Any) -> None:
        given = {
            "port": 0,
            "library": bed.library,
            "notes": bed.notes,
            "clock": flowhost.SystemClock(),
            "info": flowhost.DaemonInfo("tests", "/"),
        }
        self.bed = bed
        self.source = VidispineNotifications(**given | options)
        self.work: Callable[[flowhost.Event], Any] = lambda event: DONE
        self.events: list[flowhost.Event] = []
        self.changed = threading.Condition()
        self.stop = threading.Event()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="source")

    def start(self) -> Run:
        self._thread.start()
        return self

    def _run(self) -> None:
        try:
            self.source.run(self.emit, self.stop)
        except BaseException as error:  # noqa: BLE001  # the test looks at it
            self.error = error

    def emit(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        result = self.work(event)
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()
        future: Future[flowhost.Receipt] = result if isinstance(result, Future) else Future()
        if isinstance(result, Exception):
            future.set_exception(result)
        elif future is not result:
            future.set_result(result)
        return future

    def wait(self, found: Callable[[list[flowhost.Event]], Any]) -> Any:
        """What `found` finds in the events, once it finds something."""
        with self.changed:
            assert self.changed.wait_for(lambda: found(self.events) or self.error, SECONDS), self.events
            assert self.error is None, self.error
            return found(self.events)

    def one(self, type_: str) -> flowhost.Event:
        """The first event of this type."""
        found: flowhost.Event = self.wait(
            lambda events: next((one for one in events if one.type == type_), None)
        )
        return found

    def registered(self) -> list[Any]:
        return list(self.bed.server.site.notifier.registrations.all())

    def until(self, condition: Callable[[], Any]) -> Any:
        """What `condition` says once it is true."""
        deadline = flowhost.SystemClock().monotonic() + SECONDS
        while not (said := condition()):
            assert self.error is None, self.error
            assert flowhost.SystemClock().monotonic() < deadline, "it did not come to be"
            threading.Event().wait(0.01)
        return said

    def ended(self) -> None:
        """Wait until it ended by itself."""
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the source does not end"

    def close(self) -> None:
        self.stop.set()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the source does not stop"


Start = Callable[..., Run]


@pytest.fixture
def start(bed: Any) -> Iterator[Start]:
    """Starts the source with these options, and waits until the site knows it."""
    runs: list[Run] = []

    def started(**options: Any) -> Run:
        on = options.pop("bed", bed)
        must = options.pop("must", True)
        runs.append(Run(on, **options).start())
        if must:
            run = runs[-1]
            run.until(lambda: run.source.counts.registered)
        return runs[-1]

    yield started
    for run in runs:
        run.close()
