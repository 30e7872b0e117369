"""Listening at brokers in the old way."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from flow_compat.collecting import collected, jobs_of
from vizone.net.message_queue import ConnectionManager, Message

import flowhost

URL = "stomp://one.test:61613/?destination=/topic/a"


class Broker:
    """Hands over what the test gives, one connection after the other."""

    def __init__(self) -> None:
        self.urls: queue.Queue[str] = queue.Queue()
        self.given: queue.Queue[flowhost.Message | Exception] = queue.Queue()
        self.futures: queue.Queue[Future[Any] | None] = queue.Queue()

    def consume(
        self, url: str, hand_over: Callable[[flowhost.Message], Future[Any] | None], stop: threading.Event,
        ready: Callable[[], None],
    ) -> None:  # fmt: skip
        self.urls.put(url)
        ready()
        while not stop.is_set():
            try:
                given = self.given.get(timeout=0.05)
            except queue.Empty:
                continue
            if isinstance(given, Exception):
                raise given
            self.futures.put(hand_over(given))


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def manager(broker: Broker) -> Any:
    manager = ConnectionManager("test", "ada", "p@ss", broker=broker)  # type: ignore[arg-type]  # only what is used
    yield manager
    manager.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("test ")]


def message(text: str) -> flowhost.Message:
    return flowhost.Message({"identity": text}, text.encode())


def test_a_message_is_done_when_its_jobs_are(broker: Broker, manager: ConnectionManager) -> None:
    jobs: list[Future[Any]] = [Future(), Future()]
    seen: list[Message] = []

    def handler(given: Message) -> None:
        seen.append(given)
        for job in jobs:
            collected(job)

    manager.register_handler(URL, handler)
    assert broker.urls.get(timeout=10) == "stomp://ada:p%40ss@one.test:61613/?destination=/topic/a"
    broker.given.put(message("one"))
    future = broker.futures.get(timeout=10)
    assert future is not None
    jobs[0].set_result(flowhost.Receipt("done"))
    assert not future.done()
    jobs[1].set_result(flowhost.Receipt("done"))
    assert future.result(timeout=10).outcome == "done"
    assert (seen[0].headers, seen[0].content, seen[0].status_code) == ({"identity": "one"}, b"one", 200)


def test_a_job_that_is_not_safe_leaves_the_message_unacknowledged() -> None:
    good: Future[Any] = Future()
    bad: Future[Any] = Future()
    whole = jobs_of(lambda: (collected(good), collected(bad)))
    good.set_result(flowhost.Receipt("done"))
    bad.set_exception(flowhost.Unavailable("no ledger"))
    assert isinstance(whole.exception(timeout=10), flowhost.Unavailable)


def test_a_handler_without_jobs_is_done_at_once() -> None:
    assert jobs_of(lambda: None).done()


@pytest.mark.parametrize(
    ("error", "kept"),
    [(flowhost.Unavailable("away"), True), (RuntimeError("stopping"), True), (KeyError("bug"), False)],
    ids=repr,
)
def test_what_a_handler_raises(
    broker: Broker, manager: ConnectionManager, error: Exception, kept: bool
) -> None:
    def handler(given: Message) -> None:
        raise error

    manager.handle(URL, handler, "bob", "secret")
    assert broker.urls.get(timeout=10).startswith("stomp://bob:secret@")
    broker.given.put(message("one"))
    future = broker.futures.get(timeout=10)
    assert future is not None
    assert (future.exception(timeout=10) is error) == kept


def test_a_lost_connection_is_made_again(
    broker: Broker, manager: ConnectionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vizone.net.message_queue.FIRST_PAUSE", 0.01)
    listener = manager.register_handler(URL, lambda given: None)
    listener._pause = 0.01
    broker.urls.get(timeout=10)
    broker.given.put(flowhost.Unavailable("lost"))
    broker.urls.get(timeout=10)


def test_without_a_broker_it_says_so() -> None:
    with pytest.raises(flowhost.ConfigError, match="NeedsStomp"):
        ConnectionManager("test").register_handler(URL, lambda given: None)
