"""Carries orders out, in threads of its own."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, Protocol

import flowhost
from flowhost_plugins.vidispine.orders.keeping import Orders
from flowhost_plugins.vidispine.orders.records import Order

log = logging.getLogger(__name__)

THREADS = 2
"""How many orders are carried out at once. They copy large files or wait for jobs: more would share one disk."""

TRIES = 20
"""How often an order is begun that something outside holds up: for a quarter of an hour, as a site needs to start."""

LONGEST_PAUSE = 60.0
"""Seconds between two tries at most; the first comes after one second, then each waits twice as long."""


TIDIED_EVERY = 86_400.0
"""Seconds after which orders that ended long ago are forgotten again."""


class Stopped(Exception):
    """Somebody asked the order to stop."""


class Interrupted(Exception):
    """The library closes; the order goes on when a daemon takes it up."""


class Course(Protocol):
    """What carries an order out sees of it."""

    order: Order

    def look(self) -> None:
        """Raise Stopped or Interrupted when it is time for that."""

    def keep(self, **values: Any) -> None:
        """Change the order."""

    def wait(self, seconds: float) -> None:
        """Let time pass; raises as `look` does."""


Work = Callable[[Course], str]
"""Does the work of an order; returns what could not be done. Whatever it did before it may be asked to do again."""


class CarryingOut:
    """The threads, which begin with the first order.

    Args:
        orders: where orders are.
        work: does the work.
        clock: the time.
    """

    def __init__(self, orders: Orders, work: Work, clock: flowhost.Clock) -> None:
        self._orders = orders
        self._work = work
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._under_way: set[str] = set()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._tidied = clock.monotonic()

    def submit(self, order: Order) -> None:
        """Let an order be carried out soon, unless that is under way or it has ended."""
        if order.job.ended:
            return
        with self._lock:
            if order.id in self._under_way or self._closing.is_set():
                return
            self._under_way.add(order.id)
            self._waiting.put(order.id)
            if len(self._threads) < min(THREADS, len(self._under_way)):
                name = f"vidispine-order-{len(self._threads) + 1}"
                thread = threading.Thread(target=self._run, name=name)
                self._threads.append(thread)
                thread.start()

    def take_up(self) -> None:
        """Go on with what was left undone, and forget what is old."""
        self._tidied = self._clock.monotonic()
        self._orders.forget_old()
        for order in self._orders.live():
            self.submit(order)

    def close(self) -> None:
        """Interrupt what is under way, and wait for it. The threads begin anew with the next order."""
        self._closing.set()
        with self._lock:
            threads, self._threads = self._threads, []
        for _ in threads:
            self._waiting.put(None)
        for thread in threads:
            thread.join()
        self._waiting = queue.SimpleQueue()
        self._under_way = set()
        self._closing.clear()

    def _run(self) -> None:
        while (order_id := self._waiting.get()) is not None:
            try:
                self._carry_out(order_id)
                self._tidy()
            except flowhost.Unavailable as error:
                # only the store can be the reason; whoever waits for the order must see its end
                log.warning("the order %s goes on in %g s: %s", order_id, LONGEST_PAUSE, error)
                self._clock.wait(self._closing, LONGEST_PAUSE)
                self._waiting.put(order_id)
                continue
            except flowhost.FlowhostError as error:  # the same; the order is taken up at the next start
                log.error("the order %s stays as it is: %s", order_id, error)
            with self._lock:
                self._under_way.discard(order_id)

    def _tidy(self) -> None:
        """Forget what is old, once a day."""
        with self._lock:
            now = self._clock.monotonic()
            if now - self._tidied < TIDIED_EVERY:
                return
            self._tidied = now
        self._orders.forget_old()

    def _carry_out(self, order_id: str) -> None:
        order = self._orders.order(order_id)
        if order is None or order.job.ended:
            return
        course = _Course(order, self._orders, self._clock, self._closing)
        try:
            warning = self._tried(course)
        except Interrupted:
            return
        except Stopped:
            self._orders.change(order_id, state="ABORTED")
        except flowhost.StateUnavailable:
            raise
        except flowhost.FlowhostError as error:
            course.keep(state="FAILED_TOTAL", error=str(error))
            log.warning("the order %s to %s the item %s failed: %s", order_id, order.kind, order.item, error)
        except Exception as error:  # the archive is a stranger's code; its order must not hang
            course.keep(state="FAILED_TOTAL", error=f"{type(error).__name__}: {error}")
            log.exception("the order %s to %s the item %s failed", order_id, order.kind, order.item)
        else:
            state = "FINISHED_WARNING" if warning else "FINISHED"
            course.keep(state=state, error=warning, progress=100.0)

    def _tried(self, course: _Course) -> str:
        pause = 1.0
        for attempt in range(1, TRIES + 1):
            try:
                course.look()
                if course.order.state == "READY":
                    course.keep(state="STARTED")
                return self._work(course)
            except flowhost.StateUnavailable:
                raise
            except (flowhost.Unavailable, flowhost.Retry, flowhost.Conflict) as error:
                if attempt == TRIES:
                    raise
                log.info("the order %s is tried again in %g s: %s", course.order.id, pause, error)
                course.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        raise AssertionError("unreachable: the last try returns or raises")


class _Course:
    def __init__(self, order: Order, orders: Orders, clock: flowhost.Clock, closing: threading.Event) -> None:
        self.order = order
        self._orders = orders
        self._clock = clock
        self._closing = closing

    def look(self) -> None:
        if self._closing.is_set():
            raise Interrupted
        found = self._orders.order(self.order.id)
        if found is None:
            raise Stopped  # somebody removed the note
        self.order = found
        if self.order.state in ("ABORTED_PENDING", "ABORTED"):
            raise Stopped

    def keep(self, **values: Any) -> None:
        self.order = self._orders.change(self.order.id, **values) or self.order

    def wait(self, seconds: float) -> None:
        self._clock.wait(self._closing, seconds)
        self.look()
