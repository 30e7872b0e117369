"""The role's `consume` on real brokers, as any source may use it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

import flowhost
from flowhost.testing.private_broker import StompBroker

Make = Callable[..., Any]


def done() -> Future[str]:
    """Work that is done, whatever its result is."""
    future: Future[str] = Future()
    future.set_result("a result of the caller's own")
    return future


def test_ready_comes_before_the_first_message(stomp: Make, broker: StompBroker) -> None:
    queue, told, stop = broker.queue(), list[object](), threading.Event()
    broker.send(queue, "one", "two")

    def hand_over(message: flowhost.Message) -> Future[str]:
        told.append(message.body)
        if len(told) == 3:
            stop.set()
        return done()

    stomp().consume(broker.url(queue), hand_over, stop, ready=lambda: told.append("ready"))
    assert told == ["ready", b"one", b"two"]
    broker.wait_for_depth(queue, 0)


def test_a_message_without_work_stays(stomp: Make, broker: StompBroker) -> None:
    queue, stop = broker.queue(), threading.Event()
    broker.send(queue, "one", "two")

    def hand_over(message: flowhost.Message) -> Future[str] | None:
        if message.body == b"two":
            stop.set()
            return done()
        return None

    stomp().consume(broker.url(queue), hand_over, stop)
    broker.wait_for_depth(queue, 1)


def test_what_ready_raises_ends_the_connection(stomp: Make, broker: StompBroker) -> None:
    queue = broker.queue()
    broker.send(queue, "one")

    def ready() -> None:
        raise flowhost.Unavailable("not yet")

    with pytest.raises(flowhost.Unavailable, match="not yet"):
        stomp().consume(broker.url(queue), lambda _: done(), threading.Event(), ready=ready)
    assert broker.depth(queue) == 1


def test_giving_up_one_connection(stomp: Make, broker: StompBroker) -> None:
    queue, end, held = broker.queue(), threading.Event(), Future[str]()
    broker.send(queue, "one", "two")

    def hand_over(message: flowhost.Message) -> Future[str]:
        end.set()
        threading.Timer(0.1, held.set_result, ["late"]).start()
        return held

    stomp().consume(broker.url(queue), hand_over, threading.Event(), end=end)
    broker.wait_for_depth(queue, 1)
