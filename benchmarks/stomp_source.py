"""What the STOMP source costs beside a bare stomp.py listener, on a private RabbitMQ on the same machine.

Run it with ``python benchmarks/stomp_source.py [RUNS]``. Both receive messages of 1 KB that wait in a queue
and acknowledge each by itself; the source's `emit` completes at once, so nothing is measured but the source.
"""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import Future
from typing import Any

import stomp
from measuring import compare, header

import flowhost
from flowhost.testing.private_broker import StompBroker
from flowhost.testing.rabbitmq import PrivateRabbitMQ
from flowhost_plugins.stomp import Stomp, StompSource

MESSAGES = 10_000
BODY = b"x" * 1000
LIMIT = 120  # seconds for one run


class Countdown:
    """Tells when the last of the messages was seen."""

    def __init__(self) -> None:
        self._left, self._over = MESSAGES, threading.Event()

    def one(self) -> None:
        """One message was seen; called by one thread only."""
        self._left -= 1
        if self._left == 0:
            self._over.set()

    def wait(self) -> None:
        """Wait for the last."""
        if not self._over.wait(LIMIT):
            raise TimeoutError(f"{self._left} messages did not come within {LIMIT} s")


def filled(broker: StompBroker) -> str:
    """A queue that holds the messages."""
    queue = broker.queue()
    broker.send(queue, *[BODY] * MESSAGES)
    broker.wait_for_depth(queue, MESSAGES)
    return queue


class Listener(stomp.ConnectionListener):  # type: ignore[misc] # stomp.py ships no types
    """What a program on bare stomp.py does."""

    def __init__(self, connection: Any, countdown: Countdown) -> None:
        self._connection, self._countdown = connection, countdown

    def on_message(self, frame: Any) -> None:
        """Acknowledge at once."""
        self._connection.ack(frame.headers["ack"])
        self._countdown.one()


def bare(broker: StompBroker, prefetch: int) -> float:
    """Messages per second of a stomp.py listener."""
    queue, countdown = filled(broker), Countdown()
    connection = stomp.Connection12([(broker.host, broker.port)], vhost="/")
    connection.set_listener("benchmark", Listener(connection, countdown))
    connection.connect(broker.user, broker.password, wait=True)
    began = time.perf_counter()
    connection.subscribe(queue, id="1", ack="client-individual", headers={"prefetch-count": str(prefetch)})
    countdown.wait()
    rate = MESSAGES / (time.perf_counter() - began)
    connection.disconnect(receipt="bye")
    return rate


def source(broker: StompBroker, prefetch: int) -> float:
    """Messages per second of the source, its connecting included."""
    queue, countdown, stop = filled(broker), Countdown(), threading.Event()
    url, resource = flowhost.Secret(broker.url(queue)), Stomp()
    consumer = StompSource(url=url, prefetch=prefetch, broker=resource, clock=flowhost.SystemClock())

    def emit(_: flowhost.Event) -> Future[flowhost.Receipt]:
        future: Future[flowhost.Receipt] = Future()
        future.set_result(flowhost.Receipt("done"))
        countdown.one()
        return future

    thread = threading.Thread(target=consumer.run, args=(emit, stop))
    began = time.perf_counter()
    thread.start()
    countdown.wait()
    rate = MESSAGES / (time.perf_counter() - began)
    stop.set()
    thread.join()
    resource.close()
    return rate


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    broker = PrivateRabbitMQ()
    try:
        broker.start()
        print(header())
        for prefetch in (100, 1000, 1):
            compare(
                f"STOMP source / bare stomp.py listener, prefetch {prefetch}",
                lambda prefetch=prefetch: bare(broker, prefetch),  # type: ignore[misc] # a default binds it
                lambda prefetch=prefetch: source(broker, prefetch),  # type: ignore[misc] # a default binds it
                runs,
            )
    finally:
        broker.close()


if __name__ == "__main__":
    main()
