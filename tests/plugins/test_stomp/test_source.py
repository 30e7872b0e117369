"""The source on real brokers: what arrives, what is acknowledged and when."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest

import flowhost
from flowhost.testing.private_broker import StompBroker
from flowhost_plugins.stomp import StompSource

Make = Callable[..., Any]


def test_messages_become_events(source: Make, run: Make, emitter: Make, broker: StompBroker) -> None:
    queue, emit = broker.queue(), emitter()
    broker.send(queue, "hello", b"\xff\x00", item="7", **{"content-type": "text/plain"})
    running = run(source(broker.url(queue), key_header="item"), emit)
    emit.wait_for(2)
    running.end()
    first, second = emit.events
    assert (first.type, first.data, first.key, first.subject) == ("stomp.message", "hello", "7", queue)
    assert first.source == f"stomp://127.0.0.1:{broker.port}{queue}"
    assert second.data == b"\xff\x00"
    assert broker.password not in f"{first!r}"
    assert broker.depth(queue) == 0


@pytest.mark.rabbitmq
def test_the_id_of_a_publisher_on_rabbitmq(
    source: Make, run: Make, emitter: Make, rabbitmq: StompBroker
) -> None:
    queue, emit = rabbitmq.queue(), emitter()
    rabbitmq.send(queue, "with", amqp_message_id="order-1")
    rabbitmq.send(queue, "without")
    run(source(rabbitmq.url(queue)), emit)
    emit.wait_for(2)
    assert [event.id for event in emit.events] == ["order-1", None]


@pytest.mark.activemq
def test_the_id_of_activemq_lasts(source: Make, run: Make, emitter: Make, activemq: StompBroker) -> None:
    queue, first, second = activemq.queue(), emitter(hold=True), emitter()
    activemq.send(queue, "hello")
    running = run(source(activemq.url(queue)), first)
    first.wait_for(1)
    first.futures[0].set_exception(flowhost.StateUnavailable("disk full"))
    running.wait()
    run(source(activemq.url(queue)), second)
    second.wait_for(1)
    assert first.events[0].id == second.events[0].id != None  # noqa: E711 - one chain: equal, and not None


def test_nothing_is_acknowledged_before_its_work_is_done(
    source: Make, run: Make, emitter: Make, broker: StompBroker
) -> None:
    queue, emit = broker.queue(), emitter(hold=True)
    broker.send(queue, "one", "two", "three")
    run(source(broker.url(queue)), emit)
    emit.wait_for(3)
    assert broker.depth(queue) == 3
    emit.futures[1].set_result(flowhost.Receipt("parked"))
    broker.wait_for_depth(queue, 2)
    for future in emit.futures[0], emit.futures[2]:
        future.set_result(flowhost.Receipt("done"))
    broker.wait_for_depth(queue, 0)


def test_work_in_flight_is_acknowledged_after_stop(
    source: Make, run: Make, emitter: Make, broker: StompBroker
) -> None:
    queue, emit = broker.queue(), emitter(hold=True)
    broker.send(queue, *[str(number) for number in range(5)])
    running = run(source(broker.url(queue), prefetch=3), emit)
    emit.wait_for(3)
    running.stop.set()
    emit.futures[0].set_result(flowhost.Receipt("done"))
    broker.wait_for_depth(queue, 4)
    assert not running.over, "it waits for the work in flight"
    emit.futures[1].set_result(flowhost.Receipt("done"))
    emit.futures[2].set_exception(RuntimeError("the daemon stops"))  # what the host does with what is left
    running.wait()
    assert running.error is None
    assert broker.depth(queue) == 3, "two were acknowledged, the rest is the broker's"


def test_a_pool_that_takes_nothing_more_ends_the_source(source: Make, run: Make, broker: StompBroker) -> None:
    queue, asked = broker.queue(), threading.Event()

    def emit(event: flowhost.Event) -> Any:
        asked.set()
        running.stop.wait()
        raise RuntimeError("the daemon stops")

    broker.send(queue, "hello")
    running = run(source(broker.url(queue)), emit)
    assert asked.wait(60)
    running.end()
    assert running.error is None
    assert broker.depth(queue) == 1


def test_a_message_that_is_safe_nowhere_goes_back(
    source: Make, run: Make, emitter: Make, broker: StompBroker
) -> None:
    queue, emit, later = broker.queue(), emitter(hold=True), emitter()
    broker.send(queue, "one", "two")
    running = run(source(broker.url(queue)), emit)
    emit.wait_for(2)
    emit.futures[0].set_exception(flowhost.StateUnavailable("disk full"))
    emit.futures[1].set_result(flowhost.Receipt("done"))
    running.wait()
    assert isinstance(running.error, flowhost.Unavailable)
    assert str(running.error) == "a message could not be kept safe and goes back to the broker: disk full"
    broker.wait_for_depth(queue, 1)
    run(source(broker.url(queue)), later)
    later.wait_for(1)
    assert later.data == ["one"]


class ImpatientClock(flowhost.SystemClock):
    """For which the time given to work in flight is over at once."""

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        return flag.wait(None if seconds is None else 0.1)


def test_endless_work_does_not_keep_a_message_that_is_not_safe(
    stomp: Make, run: Make, emitter: Make, broker: StompBroker
) -> None:
    queue, emit = broker.queue(), emitter(hold=True)
    broker.send(queue, "one", "two")
    url = flowhost.Secret(broker.url(queue))
    resource = stomp(clock=ImpatientClock())
    running = run(StompSource(url=url, broker=resource, clock=flowhost.SystemClock()), emit)
    emit.wait_for(2)
    emit.futures[0].set_exception(flowhost.StateUnavailable("disk full"))
    running.wait()
    assert "disk full" in str(running.error)
    broker.wait_for_depth(queue, 2)


@pytest.mark.slow
def test_the_window_holds_while_the_pool_is_full(
    source: Make, run: Make, emitter: Make, broker: StompBroker, until: Make
) -> None:
    """Longer than the heart-beat time-out: beats go on, and no more than the window leaves the broker."""
    queue, gate = broker.queue(), threading.Event()
    emit, other = emitter(gate=gate), emitter(hold=True)
    broker.send(queue, *[str(number) for number in range(10)])
    beats = {"heartbeat_interval": 2, "heartbeat_timeout": 4}  # so that each side may be 2 s late
    running = run(source(broker.url(queue), prefetch=4, resource=beats), emit)
    until(lambda: emit.asked, "the first message")
    try:
        run(source(broker.url(queue)), other)
        other.wait_for(6)
        assert not threading.Event().wait(8.5), "more than two heart-beat time-outs"
        assert len(other.events) == 6, "the first connection holds four, and no more"
        assert not running.over, running.error
    finally:
        gate.set()
    emit.wait_for(4)
    assert sorted(emit.data + other.data) == [str(number) for number in range(10)]


@pytest.mark.parametrize("connections", [1, 4])
def test_many_messages(source: Make, run: Make, emitter: Make, broker: StompBroker, connections: int) -> None:
    queue, emit = broker.queue(), emitter()
    running = run(source(broker.url(queue), prefetch=10, connections=connections), emit)
    broker.send(queue, *[str(number) for number in range(2000)])
    emit.wait_for(2000)
    running.end()
    assert running.error is None
    assert sorted(map(int, emit.data)) == list(range(2000))
    assert broker.depth(queue) == 0


def test_one_lost_connection_ends_all(source: Make, run: Make, emitter: Make, broker: StompBroker) -> None:
    queue, emit = broker.queue(), emitter(hold=True)
    broker.send(queue, *[str(number) for number in range(6)])
    running = run(source(broker.url(queue), prefetch=2, connections=3), emit)
    emit.wait_for(6)
    emit.futures[0].set_exception(flowhost.StateUnavailable("disk full"))
    emit.release()
    running.wait()
    assert "disk full" in str(running.error)
    assert broker.depth(queue) <= 1, "what was in work at the others was acknowledged"


@pytest.fixture
def subscribed(caplog: pytest.LogCaptureFixture, until: Make) -> Callable[[int], None]:
    """Waits until so many subscriptions stand: a topic forgets what is sent before."""
    caplog.set_level(logging.INFO)
    return lambda count: until(lambda: caplog.text.count("receiving from") == count, "the subscription")


def test_a_durable_topic_keeps_messages(
    source: Make, run: Make, emitter: Make, broker: StompBroker, subscribed: Make
) -> None:
    topic = broker.queue().replace("/queue/", "/topic/")
    url, first, second = broker.url(topic), emitter(), emitter()
    running = run(source(url, durable="night-shift"), first)
    subscribed(1)
    broker.send(topic, "while somebody was there")
    first.wait_for(1)
    running.end()
    broker.send(topic, "while nobody was there")
    run(source(url, durable="night-shift"), second)
    second.wait_for(1)
    assert first.data + second.data == ["while somebody was there", "while nobody was there"]


def test_a_topic_reaches_everybody(
    source: Make, run: Make, emitter: Make, broker: StompBroker, subscribed: Make
) -> None:
    topic = broker.queue().replace("/queue/", "/topic/")
    emits = [emitter(), emitter()]
    for emit in emits:
        run(source(broker.url(topic)), emit)
    subscribed(2)
    broker.send(topic, "hello")
    for emit in emits:
        emit.wait_for(1)
        assert emit.data == ["hello"]


@pytest.mark.activemq
def test_a_selector(source: Make, run: Make, emitter: Make, activemq: StompBroker) -> None:
    queue, emit = activemq.queue(), emitter()
    for number in range(6):
        activemq.send(queue, str(number), kind="odd" if number % 2 else "even")
    run(source(activemq.url(queue), selector="kind = 'odd'"), emit)
    emit.wait_for(3)
    activemq.wait_for_depth(queue, 3)
    assert emit.data == ["1", "3", "5"]


@pytest.mark.slow
def test_a_large_message(source: Make, run: Make, emitter: Make, broker: StompBroker) -> None:
    """50 MB full of zero bytes, the worst case for stomp.py, which looks for the end of a frame at each."""
    queue, emit, body = broker.queue(), emitter(), bytes(50_000_000)
    running = run(source(broker.url(queue)), emit)
    broker.send(queue, body)
    emit.wait_for(1)
    running.end()
    assert emit.events[0].data in (body, body.decode())
    assert broker.depth(queue) == 0


def test_a_message_above_the_limit_stays(
    source: Make, run: Make, emitter: Make, broker: StompBroker, caplog: pytest.LogCaptureFixture
) -> None:
    queue, emit = broker.queue(), emitter()
    broker.send(queue, "x" * 11, "small")
    running = run(source(broker.url(queue), max_size=10), emit)
    emit.wait_for(1)
    running.end()
    assert emit.data == ["small"]
    assert broker.depth(queue) == 1
    assert "a message of 11 bytes from stomp://127.0.0.1" in caplog.text
    assert "above the 'max size' of 10 bytes; it stays at the broker, unacknowledged: raise" in caplog.text


def test_a_window_full_of_too_large_messages(
    source: Make, run: Make, emitter: Make, broker: StompBroker
) -> None:
    queue = broker.queue()
    broker.send(queue, "x" * 11, "y" * 11, "small")
    running = run(source(broker.url(queue), max_size=10, prefetch=2), emitter())
    running.wait()
    assert str(running.error).startswith("2 messages at stomp://")
    assert "fill the whole prefetch window" in str(running.error)
    assert broker.depth(queue) == 3


def test_a_message_above_the_limit_is_moved(
    source: Make, run: Make, emitter: Make, broker: StompBroker
) -> None:
    queue, aside, emit = broker.queue(), broker.queue(), emitter()
    broker.send(queue, b"x" * 11, "small", kind="film")
    running = run(source(broker.url(queue), max_size=10, oversized=aside), emit)
    emit.wait_for(1)
    broker.wait_for_depth(aside, 1)
    running.end()
    assert broker.depth(queue) == 0
    later = emitter()
    run(source(broker.url(aside)), later)
    later.wait_for(1)
    assert (later.events[0].data, later.events[0].headers["kind"]) == ("x" * 11, "film")
