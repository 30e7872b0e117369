"""A broker, a ledger and a store made for tests; and a source in a thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest

import flowhost

PATIENCE = 60.0


def wait_until(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.005)


class Memory(flowhost.Store):
    """A store that outlives the sources of one test."""

    name = "memory"

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def open(self) -> None: ...
    def close(self) -> None: ...

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def put(self, key: str, value: Any) -> Any:
        self.values[key] = value
        return value

    def delete(self, key: str) -> bool:
        return self.values.pop(key, None) is not None

    def keys(self, prefix: str = "") -> list[str]:
        known = list(self.values)  # a source may write meanwhile
        return sorted(key for key in known if key.startswith(prefix))


@pytest.fixture
def store() -> Memory:
    return Memory()


class FakeBroker(flowhost.Broker):
    """One destination. What is not acknowledged when a connection ends comes again with the next one."""

    name = "fake"

    def __init__(self) -> None:
        self.waiting: deque[flowhost.Message] = deque()
        self.urls: list[str] = []
        self.acked: list[flowhost.Message] = []
        self.down = False
        self.unacked: list[flowhost.Message] = []
        self._cut = threading.Event()
        self._lock = threading.Lock()

    def open(self) -> None: ...
    def close(self) -> None: ...

    def subscribe(self, *_: Any, **__: Any) -> flowhost.Subscription:
        raise AssertionError("a source lets the broker consume")

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        raise AssertionError("nothing is sent here")

    def tell(self, text: str, **headers: str) -> None:
        """Send a message to whoever listens, or will."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.waiting.append(flowhost.Message(named, text.encode()))

    @property
    def idle(self) -> bool:
        """Whether every message was acknowledged."""
        with self._lock:
            return not self.waiting and not self.unacked

    def cut(self) -> None:
        """The connection is lost."""
        self._cut.set()

    def consume(
        self,
        url: str,
        hand_over: Callable[[flowhost.Message], Future[Any] | None],
        stop: threading.Event,
        *,
        prefetch: int = 100,
        selector: str = "",
        durable: str = "",
        ready: Callable[[], None] | None = None,
        end: threading.Event | None = None,
    ) -> None:
        self.urls.append(url)
        if self.down:
            raise flowhost.Unavailable("the broker is down")
        if ready:
            ready()
        futures: list[Future[Any]] = []
        try:
            while not stop.is_set():
                if self._cut.is_set():
                    self._cut.clear()
                    raise flowhost.Unavailable("the connection was cut")
                self._take(hand_over, futures)
            for future in futures:
                future.exception()
        finally:
            with self._lock:
                again, self.unacked = self.unacked, []
                for message in again:
                    headers = {**message.headers, "redelivered": "true"}
                    self.waiting.append(flowhost.Message(headers, message.body))

    def _take(self, hand_over: Callable[[flowhost.Message], Any], futures: list[Future[Any]]) -> None:
        with self._lock:
            message = self.waiting.popleft() if self.waiting else None
            if message is not None:
                self.unacked.append(message)
        if message is None:
            self._cut.wait(0.01)
            return
        future = hand_over(message)
        futures.append(future)
        future.add_done_callback(partial(self._settle, message))

    def _settle(self, message: flowhost.Message, future: Future[Any]) -> None:
        with self._lock:
            if future.exception() is None and message in self.unacked:
                self.unacked.remove(message)
                self.acked.append(message)


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


class Work:
    """A pool with a ledger: what was handled once is a duplicate, also after a restart of the source."""

    def __init__(self) -> None:
        self.handled: list[flowhost.Event] = []
        self.dead: list[flowhost.Event] = []
        self.duplicates: list[flowhost.Event] = []
        self.open: list[tuple[flowhost.Event, Future[flowhost.Receipt]]] = []
        self.hold = False
        self._identities: set[str] = set()
        self._lock = threading.Lock()

    def emit(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        future: Future[flowhost.Receipt] = Future()
        with self._lock:
            if self.hold:
                self.open.append((event, future))
                return future
        self._do(event, future)
        return future

    def release(self) -> None:
        """Do what is held, and hold nothing more."""
        with self._lock:
            self.hold, held, self.open = False, self.open, []
        for each in held:
            self._do(*each)

    def fail(self) -> None:
        """What is held fails, as with a ledger that is down; hold nothing more."""
        with self._lock:
            self.hold, held, self.open = False, self.open, []
        for _, future in held:
            future.set_exception(flowhost.StateUnavailable("disk full"))

    def _do(self, event: flowhost.Event, future: Future[flowhost.Receipt]) -> None:
        with self._lock:
            copy = event.identity in self._identities if event.identity else False
            if event.identity:
                self._identities.add(event.identity)
            rejected = flowhost.REJECT_HEADER in event.headers
            (self.duplicates if copy else self.dead if rejected else self.handled).append(event)
        future.set_result(flowhost.Receipt("duplicate" if copy else "parked" if rejected else "done"))

    @property
    def subjects(self) -> list[str | None]:
        return [event.subject for event in self.handled]

    def wait_for(self, count: int) -> None:
        """Until so many events are handled."""
        wait_until(lambda: len(self.handled) >= count, f"{count} events; there are {self.subjects}")


@pytest.fixture
def work() -> Work:
    return Work()


class Running:
    """A source in a thread; like a supervisor it runs it again when it failed."""

    def __init__(self, source: flowhost.Source, emit: flowhost.Emit) -> None:
        self.stop = threading.Event()
        self.errors: list[Exception] = []
        self._source, self._emit = source, emit
        self._thread = threading.Thread(target=self._run, name="test source")
        self._thread.start()

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                self._source.run(self._emit, self.stop)
                return
            except Exception as error:  # noqa: BLE001 - the test looks at it
                self.errors.append(error)
                self.stop.wait(0.02)

    @property
    def over(self) -> bool:
        return not self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join(PATIENCE)
        assert self.over, f"the source still runs after {PATIENCE:.0f} s"

    def end(self) -> None:
        self.stop.set()
        self.wait()


@pytest.fixture
def run(work: Work) -> Iterator[Callable[[flowhost.Source], Running]]:
    """Runs sources and ends them."""
    started: list[Running] = []

    def start(source: flowhost.Source) -> Running:
        started.append(Running(source, work.emit))
        return started[-1]

    yield start
    for running in started:
        running.stop.set()
    work.release()
    for running in started:
        running.wait()


@pytest.fixture
def until() -> Callable[..., None]:
    return wait_until
