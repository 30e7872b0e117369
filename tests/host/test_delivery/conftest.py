"""A delivery with a worker a test scripts, a ledger in memory and a clock turned by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, ClassVar

import pytest

from flowhost import DaemonInfo, Event, Receipt, Rejected
from flowhost.delivery import Delivery, RetryPolicy
from flowhost.testing.clock import FakeClock
from flowhost.testing.ledger import MemoryLedger

LIMIT = 30  # seconds; only keeps a test from hanging


class Scripted:
    """A worker that does what the test says, and notes each event."""

    name: ClassVar[str] = "scripted"

    def __init__(self, work: Callable[[Event], Any] = lambda event: "worked") -> None:
        self.script = work
        self.events: list[Event] = []

    def work(self, event: Event) -> Any:
        self.events.append(event)
        return self.script(event)


@pytest.fixture
def worker_of() -> type[Scripted]:
    """Makes a worker of a function."""
    return Scripted


class Upper:
    """Takes text, and makes it upper case."""

    name: ClassVar[str] = "upper"

    def parse(self, data: bytes | str) -> str:
        if data == "broken":
            raise ValueError("a bug in the parser")
        if data == "exit":
            raise SystemExit(1)
        if not isinstance(data, str):
            raise Rejected(f"expected text, got {data!r}")
        return data.upper()


@pytest.fixture
def upper() -> Upper:
    """A parser, which has its bugs."""
    return Upper()


@pytest.fixture
def failing() -> Callable[..., Callable[[Event], str]]:
    """Makes work that fails so many times and then succeeds."""

    def failing(times: int, error: Exception | None = None) -> Callable[[Event], str]:
        failures = iter([error or OSError("no route to host")] * times)

        def work(event: Event) -> str:
            for failure in failures:
                raise failure
            return "worked"

        return work

    return failing


@pytest.fixture
def ledger(clock: FakeClock) -> MemoryLedger:
    """A ledger in which this process is enlisted and never dies."""
    ledger = MemoryLedger(clock=clock, lease=10**9)
    ledger.enlist("test")
    return ledger


@pytest.fixture
def make(clock: FakeClock, ledger: MemoryLedger, eventually: Any) -> Iterator[Callable[..., Delivery]]:
    """Makes a delivery for a worker: no time-out, and the longest delays the back-off allows."""
    made: list[Delivery] = []

    def deliver(worker: Scripted, *, start: bool = True, **options: Any) -> Delivery:
        settings: dict[str, Any] = {
            "ledger": ledger,
            "info": DaemonInfo("test", "/nowhere"),
            "retry": RetryPolicy(between=lambda low, high: high),
            "clock": clock,
            "timeout": 0,
        }
        delivery = Delivery(worker, **(settings | options))
        made.append(delivery)
        if start:
            delivery.start()
        return delivery

    yield deliver
    for delivery in made:
        delivery.drain(0)
    for delivery in made:  # what their threads still log is not the next test's
        eventually(lambda delivery=delivery: not delivery.stats().hung)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What work may wait for; set in the end."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def receipt() -> Callable[[Future[Receipt]], Receipt]:
    """Waits for the receipt of a future."""
    return lambda future: future.result(LIMIT)


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits until something is so."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < deadline, f"it did not come about within {LIMIT} s"
            time.sleep(0.002)

    return wait


@pytest.fixture
def pass_time(
    clock: FakeClock, eventually: Callable[[Callable[[], object]], None]
) -> Callable[[Callable[[], object]], None]:
    """Lets time pass until something is so, and the threads have some real time for each second."""

    def wait(until: Callable[[], object]) -> None:
        def one_second_later() -> object:
            clock.advance(1)
            return until()

        eventually(one_second_later)

    return wait


@pytest.fixture
def in_thread() -> Callable[[Callable[[], object]], threading.Thread]:
    """Does something in a thread of its own."""

    def start(action: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=action)
        thread.start()
        return thread

    return start
