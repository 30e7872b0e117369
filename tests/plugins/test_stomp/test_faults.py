"""Brokers that die, freeze, come back or never were there."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost.testing.private_broker import PrivateBroker, StompBroker, free_port

Make = Callable[..., Any]


@pytest.fixture
def mortal(broker: StompBroker) -> Iterator[PrivateBroker]:
    """A broker that a test may kill; it lives again after the test."""
    if not isinstance(broker, PrivateBroker):
        broker.kill()  # skips: it is not ours
        raise AssertionError("a broker that is not ours was killed")
    yield broker
    broker.resume()
    if not broker.running:
        broker.start()


def nowhere() -> str:
    return f"stomp://u:hush@127.0.0.1:{free_port()}/?destination=/queue/x"


def test_no_broker_at_all(source: Make, run: Make, emitter: Make) -> None:
    running = run(source(nowhere(), nowhere()), emitter())
    running.wait()
    assert isinstance(running.error, flowhost.Unavailable)
    assert str(running.error).count("connection refused") == 2, "each broker's reason is told"
    assert "hush" not in str(running.error)


def test_the_next_broker_of_the_list(
    source: Make, run: Make, emitter: Make, broker: StompBroker, caplog: pytest.LogCaptureFixture
) -> None:
    queue, emit = broker.queue(), emitter()
    broker.send(queue, "hello")
    both = source(nowhere(), broker.url(queue))
    running = run(both, emit)
    emit.wait_for(1)
    running.end()
    assert caplog.text.count("connection refused") == 1
    broker.send(queue, "again")
    running = run(both, emit)
    emit.wait_for(2)
    assert caplog.text.count("connection refused") == 1, "the good one is tried first from then on"


def test_a_connection_that_is_cut(source: Make, run: Make, emitter: Make, broker: StompBroker) -> None:
    relay, emit, queue = Relay(broker.port), emitter(hold=True), broker.queue()
    broker.send(queue, "hello")
    url = broker.url(queue).replace(f":{broker.port}/", f":{relay.port}/")
    running = run(source(url), emit)
    emit.wait_for(1)
    relay.cut()
    running.wait()
    assert str(running.error) == f"the STOMP broker at 127.0.0.1:{relay.port} closed the connection"
    emit.futures[0].set_result(flowhost.Receipt("done"))  # nobody is there to hear it
    assert broker.depth(queue) == 1


@pytest.mark.slow
def test_a_slow_line_is_no_dead_broker(source: Make, run: Make, emitter: Make, broker: StompBroker) -> None:
    """A message that takes longer than the heart-beat time-out to arrive is a sign of life all the time."""
    relay, emit, queue = Relay(broker.port, pause=0.15), emitter(), broker.queue()
    broker.send(queue, bytes(2_000_000))
    url = broker.url(queue).replace(f":{broker.port}/", f":{relay.port}/")
    running = run(source(url, resource={"heartbeat_interval": 2, "heartbeat_timeout": 4}), emit)
    emit.wait_for(1)
    assert len(emit.data[0]) == 2_000_000
    assert relay.seconds > 4, "it did take longer"
    running.end()
    relay.cut()
    assert running.error is None


@pytest.mark.slow
def test_a_frozen_broker_is_noticed(source: Make, run: Make, emitter: Make, mortal: PrivateBroker) -> None:
    queue, emit = mortal.queue(), emitter()
    mortal.send(queue, "hello")
    beats = {"heartbeat_interval": 1, "heartbeat_timeout": 5}  # RabbitMQ's beats are whole seconds
    running = run(source(mortal.url(queue), resource=beats), emit)
    emit.wait_for(1)
    mortal.pause()
    running.wait()
    silence = re.search(
        r"gave no sign of life for (\d+) s \('heartbeat timeout' of \[Stomp\]\)", str(running.error)
    )
    assert silence, running.error
    assert 5 <= int(silence[1]) < 50


@pytest.mark.slow
def test_a_frozen_broker_does_not_hold_a_stopping_daemon(
    source: Make, run: Make, emitter: Make, mortal: PrivateBroker
) -> None:
    queue, emit = mortal.queue(), emitter(hold=True)
    mortal.send(queue, "hello")
    running = run(source(mortal.url(queue)), emit)
    emit.wait_for(1)
    mortal.pause()
    running.stop.set()
    emit.release()
    running.wait()
    assert running.error is None


def test_a_frozen_broker_does_not_hold_a_sender(stomp: Make, mortal: PrivateBroker) -> None:
    resource, url = stomp(heartbeat_interval=1, heartbeat_timeout=5), mortal.url(mortal.queue())
    resource.send(url, b"first", {})
    mortal.pause()
    with pytest.raises(flowhost.Unavailable, match="when it was asked to take a message"):
        resource.send(url, bytes(50_000_000), {})
    mortal.resume()
    resource.send(url, b"second", {})


@pytest.mark.slow
def test_a_broker_that_shuts_down(source: Make, run: Make, emitter: Make, mortal: PrivateBroker) -> None:
    queue, emit = mortal.queue(), emitter()
    mortal.send(queue, "hello")
    running = run(source(mortal.url(queue)), emit)
    emit.wait_for(1)
    mortal.stop()
    running.wait()
    place = f"the STOMP broker at 127.0.0.1:{mortal.port} "
    assert str(running.error).startswith((f"{place}closed the connection", f"{place}ended the connection: "))


@pytest.mark.slow
def test_a_broker_killed_in_the_middle(source: Make, mortal: PrivateBroker) -> None:
    """Every message is handled, and none is acknowledged before: what was not handled comes back."""
    queue, wanted = mortal.queue(), {str(number) for number in range(3000)}
    mortal.send(queue, *wanted)
    handled: set[str] = set()
    stop, interrupted = threading.Event(), list[str]()
    with ThreadPoolExecutor(4) as pool:

        def work(data: str) -> flowhost.Receipt:
            time.sleep(0.002)
            handled.add(data)
            return flowhost.Receipt("done")

        def emit(event: flowhost.Event) -> Future[flowhost.Receipt]:
            return pool.submit(work, event.data)

        def supervise() -> None:
            consumer = source(mortal.url(queue), prefetch=50, connections=2)
            while not stop.is_set():
                try:
                    consumer.run(emit, stop)
                except flowhost.Unavailable as error:
                    interrupted.append(str(error))
                    stop.wait(0.2)

        supervisor = threading.Thread(target=supervise)
        supervisor.start()
        try:
            wait_for(lambda: len(handled) > 300)
            mortal.kill()
            done_before = len(handled)
            mortal.start()
            wait_for(lambda: handled == wanted)
            mortal.wait_for_depth(queue, 0)
        finally:
            stop.set()
            supervisor.join()
    assert done_before < 3000, "it was killed in the middle"
    assert interrupted, "the source said that the connection was lost"
    assert mortal.depth(queue) == 0


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


class Relay:
    """A line to a broker that a test can cut, or slow down by a pause after each 64 KiB."""

    def __init__(self, port: int, pause: float = 0) -> None:
        import socket

        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.seconds = 0.0
        self._pause, self._broker_port = pause, port
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def _serve(self) -> None:
        import socket

        client, _ = self._listener.accept()
        broker = socket.create_connection(("127.0.0.1", self._broker_port))
        self._ends = [client, broker]
        back = threading.Thread(target=self._copy, args=(client, broker, 0))
        back.start()
        self._copy(broker, client, self._pause)
        back.join()

    def _copy(self, origin: Any, target: Any, pause: float) -> None:
        try:
            while piece := origin.recv(65536):
                target.sendall(piece)
                if pause and len(piece) > 1000:
                    time.sleep(pause)
                    self.seconds += pause
        except OSError:
            return  # cut

    def cut(self) -> None:
        import socket

        for end in self._ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # that side was closed already
        for thread in self._threads:
            thread.join()
        for end in (*self._ends, self._listener):
            end.close()
