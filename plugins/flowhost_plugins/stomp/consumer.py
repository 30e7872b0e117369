"""One connection that consumes, from its first message to its last acknowledgement."""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeAlias

import flowhost

Receive: TypeAlias = Callable[[flowhost.Message], None]
Lost: TypeAlias = Callable[[flowhost.FlowhostError], None]

LOOK_UP_SECONDS = 0.2
"""How often an idle connection looks whether it shall stop."""
SETTLE_SECONDS = 30.0
"""What the work in flight may take above the worker's time-out, to be settled, retried or parked."""
ENDLESS_WORK_SECONDS = 60.0
"""What is taken for the worker's time-out when it has none: a connection must end some time."""


class Consumer:
    """Takes what a subscription receives and hands it over, one message at a time.

    The connection's thread only puts messages into a queue, so that heart-beats go on while `hand_over` waits
    for a free worker; the prefetch window bounds the queue. A message is acknowledged when its Future
    succeeds. One whose Future fails is safe nowhere (the ledger is down, or the daemon stops): the consumer
    ends, and closing its connection gives the message back to the broker. A NACK would not do: RabbitMQ
    delivers the message again at once, ActiveMQ moves it to its dead letters.

    Args:
        subscribe: opens the subscription, given what receives messages and what is told of its loss.
            What it raises is what the constructor raises.
        hand_over: hands a message to the pool; None leaves it at the broker, unacknowledged.
        clock: for the time given to work in flight.
        worker_timeout: seconds the work for one message may take; 0 for no limit.
    """

    def __init__(
        self,
        subscribe: Callable[[Receive, Lost], flowhost.Subscription],
        hand_over: Callable[[flowhost.Message], Future[Any] | None],
        clock: flowhost.Clock,
        worker_timeout: float,
    ) -> None:
        self._hand_over, self._clock = hand_over, clock
        self._patience = (worker_timeout or ENDLESS_WORK_SECONDS) + SETTLE_SECONDS
        self._arrived: queue.SimpleQueue[flowhost.Message | None] = (
            queue.SimpleQueue()
        )  # None only wakes the taker
        self._lost: flowhost.FlowhostError | None = None
        self._unsafe: BaseException | None = None
        self._settled = threading.Event()
        self._lock = threading.Lock()  # guards the two below
        self._in_work = 0
        self._draining = False
        self._subscription = subscribe(self._arrived.put, self._on_lost)

    def run(
        self, stop: threading.Event, end: threading.Event, ready: Callable[[], None] | None = None
    ) -> None:
        """Hand over messages until told not to; what is in work then is still acknowledged.

        Args:
            stop: the daemon stops and will settle every Future: wait for all of them.
            end: this connection is given up: give the work in flight its time, but no more.
            ready: called before the first message is handed over.

        Raises:
            FlowhostError: the connection was lost, or a message could not be kept safe.
            Exception: whatever `hand_over` or `ready` raised.
        """
        try:
            try:
                if ready is not None:
                    ready()
                while self._lost is None and self._unsafe is None and not stop.is_set() and not end.is_set():
                    self._take(stop)
            finally:  # a message that cannot be handed over is no reason to do the others' work twice
                self._wait_for_work(None if stop.is_set() else self._patience)
        finally:
            self._subscription.close()
        if self._lost is not None and not stop.is_set():
            raise self._lost
        if self._unsafe is not None and not stop.is_set():
            reason = f"a message could not be kept safe and goes back to the broker: {self._unsafe}"
            raise flowhost.Unavailable(reason) from self._unsafe

    def _take(self, stop: threading.Event) -> None:
        try:
            message = self._arrived.get(timeout=LOOK_UP_SECONDS)
        except queue.Empty:
            return
        if message is None or stop.is_set():
            return
        try:
            future = self._hand_over(message)
        except RuntimeError:
            if stop.is_set():  # the pool takes nothing more; the message goes back with the connection
                return
            raise
        if future is not None:
            with self._lock:
                self._in_work += 1
            future.add_done_callback(functools.partial(self._on_done, message))

    def _on_done(self, message: flowhost.Message, future: Future[Any]) -> None:
        error = CancelledError("cancelled") if future.cancelled() else future.exception()
        try:
            if error is None:
                self._subscription.ack(message)
            else:
                self._unsafe = self._unsafe or error
                self._arrived.put(None)
        finally:
            with self._lock:
                self._in_work -= 1
                settled = self._draining and self._in_work == 0
            if settled:
                self._settled.set()

    def _on_lost(self, error: flowhost.FlowhostError) -> None:
        self._lost = error
        self._settled.set()  # nothing can be acknowledged any more
        self._arrived.put(None)

    def _wait_for_work(self, seconds: float | None) -> None:
        with self._lock:
            self._draining = True
            if self._in_work == 0:
                return
        self._clock.wait(self._settled, seconds)
