"""How a connection ends while work is in flight, and what a fail-over list is called; without any broker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any

import pytest

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.stomp import StompSource
from flowhost_plugins.stomp.consumer import Consumer, Receive


class Line:
    """A subscription that keeps what is acknowledged before it is closed."""

    def __init__(self) -> None:
        self.acked: list[bytes] = []
        self.closed = False

    def ack(self, message: flowhost.Message) -> None:
        if not self.closed:
            self.acked.append(message.body)

    def nack(self, message: flowhost.Message) -> None:
        raise AssertionError("nothing is refused here")

    def close(self) -> None:
        self.closed = True


class Running:
    """A consumer in a thread: it gets ``small``, whose work goes on, and ``big``, which is not handed over."""

    def __init__(self, clock: FakeClock, worker_timeout: float) -> None:
        self.line, self.work = Line(), Future[flowhost.Receipt]()
        self.error: BaseException | None = None
        receives: list[Receive] = []
        consumer = Consumer(
            lambda receive, lost: receives.append(receive) or self.line,  # type: ignore[func-returns-value]  # a lambda has no statements
            self._hand_over,
            clock,
            worker_timeout,
        )
        for body in (b"small", b"big"):
            receives[0](flowhost.Message({}, body))
        self.thread = threading.Thread(target=self._run, args=(consumer,))
        self.thread.start()

    def _hand_over(self, message: flowhost.Message) -> Future[flowhost.Receipt]:
        if message.body == b"big":
            raise flowhost.Unavailable("the broker refused it")
        return self.work

    def _run(self, consumer: Consumer) -> None:
        try:
            consumer.run(threading.Event(), threading.Event())
        except flowhost.Unavailable as error:
            self.error = error

    def end(self) -> None:
        self.thread.join(60)
        assert not self.thread.is_alive()


Start = Callable[[float], Running]


@pytest.fixture
def start(clock: FakeClock) -> Iterator[Start]:
    """Runs a consumer whose worker has this time-out until it waits for the work in flight."""
    started: list[Running] = []

    def run(worker_timeout: float) -> Running:
        started.append(Running(clock, worker_timeout))
        clock.wait_for_waiters()
        return started[-1]

    yield run
    for running in started:
        running.work.cancel()
        running.end()


def test_a_message_that_cannot_be_handed_over_leaves_the_others_their_acknowledgement(start: Start) -> None:
    running = start(60)
    assert not running.line.closed
    running.work.set_result(flowhost.Receipt("done"))
    running.end()
    assert (running.line.acked, running.line.closed) == ([b"small"], True)
    assert str(running.error) == "the broker refused it"


@pytest.mark.parametrize(("worker_timeout", "patience"), [(300, 330), (60, 90), (0, 90)])
def test_work_in_flight_has_the_time_its_worker_has(
    start: Start, clock: FakeClock, worker_timeout: float, patience: float
) -> None:
    running = start(worker_timeout)
    clock.advance(patience - 1)
    clock.wait_for_waiters()
    assert not running.line.closed
    clock.advance(1)
    running.end()
    assert (running.line.acked, running.line.closed) == ([], True)


class SecondBroker(flowhost.Broker):
    """Only the broker called ``two`` is there; it has one message."""

    name = "second"

    def open(self) -> None: ...
    def close(self) -> None: ...

    def subscribe(self, url: str, receive: Any, lost: Any, **options: Any) -> flowhost.Subscription:
        raise AssertionError("a source lets the broker consume")

    def consume(self, url: str, hand_over: Any, stop: threading.Event, **options: Any) -> None:
        if "@two:" not in url:
            raise flowhost.Unavailable("connection refused")
        options["ready"]()
        hand_over(flowhost.Message({"message-id": "ID:1"}, b"hello"))

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        raise AssertionError("nothing is sent here")


def test_a_message_is_known_again_whichever_broker_of_the_list_delivers_it() -> None:
    urls = "stomp://u:hush@one/?destination=/queue/x, stomp://u:hush@two/?destination=/queue/x"
    stop, events = threading.Event(), list[flowhost.Event]()

    def emit(event: flowhost.Event) -> Future[flowhost.Receipt]:
        events.append(event)
        stop.set()
        done: Future[flowhost.Receipt] = Future()
        done.set_result(flowhost.Receipt("done"))
        return done

    source = StompSource(
        url=flowhost.Secret(urls),
        broker=SecondBroker(),
        clock=flowhost.SystemClock(),
    )
    source.run(emit, stop)
    assert [event.identity for event in events] == ["stomp://one:61613/queue/x\nID:1"]
