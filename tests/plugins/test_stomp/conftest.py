"""Brokers, a source in a thread, an emit made by hand, and a watch for what is left behind."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.private_broker import StompBroker
from flowhost_plugins.stomp import Stomp, StompSource

log = logging.getLogger(__name__)

PATIENCE = 60.0
BROKERS = [
    pytest.param("rabbitmq", marks=pytest.mark.rabbitmq),
    pytest.param("activemq", marks=pytest.mark.activemq),
]


def wait_until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.01)


class Emitter:
    """An `emit` that keeps every event; with `hold` the futures stay open until the test settles them."""

    def __init__(self, *, hold: bool = False, gate: threading.Event | None = None) -> None:
        self.events: list[flowhost.Event] = []
        self.futures: list[Future[flowhost.Receipt]] = []
        self.asked = 0
        self.hold, self.gate = hold, gate

    def __call__(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        self.asked += 1
        if self.gate is not None:
            self.gate.wait()
        future: Future[flowhost.Receipt] = Future()
        self.futures.append(future)
        self.events.append(event)
        if not self.hold:
            future.set_result(flowhost.Receipt("done"))
        return future

    def release(self) -> None:
        """Let everything be done, now and from now on."""
        self.hold = False
        for future in list(self.futures):
            if not future.done():
                future.set_result(flowhost.Receipt("done"))

    def interrupt(self) -> None:
        """Fail what is open, as a host does at the end of its drain."""
        for future in list(self.futures):
            if not future.done():
                future.set_exception(RuntimeError("interrupted"))

    @property
    def data(self) -> list[Any]:
        return [event.data for event in self.events]

    def wait_for(self, count: int, seconds: float = PATIENCE) -> None:
        wait_until(lambda: len(self.events) >= count, f"{count} events, {len(self.events)} came", seconds)


class Running:
    """A source in a thread of its own, as the supervisor runs it."""

    def __init__(self, source: StompSource, emit: flowhost.Emit) -> None:
        self.stop = threading.Event()
        self.error: BaseException | None = None
        self.emit = emit
        self._thread = threading.Thread(target=self._run, args=(source, emit), name="test source")
        self._thread.start()

    def _run(self, source: StompSource, emit: flowhost.Emit) -> None:
        try:
            source.run(emit, self.stop)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error
            log.error("the source ended: %s", error)  # pytest shows it when the test fails

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def wait(self, seconds: float = PATIENCE) -> None:
        self._thread.join(seconds)
        assert self.over, f"the source still runs after {seconds:.0f} s"

    def end(self) -> None:
        self.stop.set()
        self.wait()


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest) -> StompBroker:
    """Each broker there is."""
    found: StompBroker = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def stomp() -> Iterator[Callable[..., Stomp]]:
    """Makes opened resources and closes them."""
    opened: list[Stomp] = []

    def make(**options: Any) -> Stomp:
        resource = Stomp(**options)
        resource.open()
        opened.append(resource)
        return resource

    yield make
    for resource in opened:
        resource.close()


@pytest.fixture
def source(stomp: Callable[..., Stomp]) -> Callable[..., StompSource]:
    """Makes sources: the URLs, and options of the source and (in `resource`) of the resource."""

    def make(*urls: str, resource: dict[str, Any] | None = None, **options: Any) -> StompSource:
        return StompSource(
            url=flowhost.Secret(",\n ".join(urls)),
            broker=stomp(**(resource or {})),
            clock=flowhost.SystemClock(),
            **options,
        )

    return make


@pytest.fixture
def run() -> Iterator[Callable[[StompSource, flowhost.Emit], Running]]:
    """Runs sources and ends them."""
    started: list[Running] = []

    def start(source: StompSource, emit: flowhost.Emit) -> Running:
        started.append(Running(source, emit))
        return started[-1]

    yield start
    for running in started:
        running.stop.set()
        if isinstance(running.emit, Emitter):
            running.emit.interrupt()
    for running in started:
        running.wait()


@pytest.fixture
def emitter() -> type[Emitter]:
    return Emitter


@pytest.fixture
def until() -> Callable[..., None]:
    return wait_until


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """No thread of a connection and no socket may outlive a test."""
    before = sockets()
    yield
    wait_until(lambda: not stomp_threads(), f"the end of {stomp_threads()}")
    wait_until(lambda: sockets() <= before, "sockets to be closed")


def stomp_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "stomp" in thread.name.lower()]


def sockets() -> int:
    links = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(link.readlink()))
        except OSError:  # the descriptor that lists them
            continue
    return sum(link.startswith("socket:") for link in links)
