"""What dispatching an event costs: the pool and the whole delivery against bare queues with threads.

Run it with ``python benchmarks/pool.py [RUNS]``. The work is nothing, so each event costs its dispatching.

Three ways to hand events to threads, from the barest up:

* ``queue``: a bounded `queue.Queue` and threads that call a function. Nobody learns how it ended.
* ``queue + Future``: the same, and each event has a Future that its thread completes. This is the least that
  serves a source which acknowledges only what is done.
* ``ThreadPoolExecutor``: the peer in Python's library; it has no bound, so a semaphore gives it one.

The pool adds to those: order by key, time-outs, later tries, a drain that loses nothing.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ClassVar

from measuring import compare, header

from flowhost import DaemonInfo, Event, Receipt, SystemClock
from flowhost.delivery.delivery import Delivery
from flowhost.pool import Pool
from flowhost.pool.job_numbers import next_job_number
from flowhost.pool.tasks import Again, Task

EVENTS = 20_000
CAPACITY = 100  # a daemon's usual backlog
KEYS = 50

EVENT = Event("benchmark")
KEYED = [Event("benchmark", key=str(number)) for number in range(KEYS)]
DONE = Receipt("done")


def nothing(event: Event) -> None:
    """The work."""


def rate(dispatch: Callable[[], None]) -> float:
    """Events per second of something that dispatches EVENTS events and waits for their end."""
    began = time.perf_counter()
    dispatch()
    return EVENTS / (time.perf_counter() - began)


def with_threads(workers: int, events: queue.Queue[Any], serve: Callable[[], None], put: Any) -> None:
    """Put all events, then an end for each thread, and wait for them."""
    threads = [threading.Thread(target=serve) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for _ in range(EVENTS):
        put()
    for _ in threads:
        events.put(None)
    for thread in threads:
        thread.join()


def bare_queue(workers: int) -> None:
    """A bounded queue and threads."""
    events: queue.Queue[Event | None] = queue.Queue(CAPACITY)

    def serve() -> None:
        while (event := events.get()) is not None:
            nothing(event)

    with_threads(workers, events, serve, lambda: events.put(EVENT))


def queue_with_futures(workers: int) -> None:
    """A bounded queue and threads that answer."""
    events: queue.Queue[tuple[Event, Future[None]] | None] = queue.Queue(CAPACITY)

    def serve() -> None:
        while (entry := events.get()) is not None:
            event, future = entry
            nothing(event)
            future.set_result(None)

    with_threads(workers, events, serve, lambda: events.put((EVENT, Future())))


def executor(workers: int) -> None:
    """The executor of Python's library, bounded."""
    room = threading.Semaphore(CAPACITY)
    with ThreadPoolExecutor(workers) as pool:
        for _ in range(EVENTS):
            room.acquire()
            pool.submit(nothing, EVENT).add_done_callback(lambda _: room.release())


class Nothing:
    """The handler that only has the work done."""

    def admit(self, task: Task) -> Receipt | Again | None:
        """Always."""

    def work(self, task: Task) -> None:
        """Nothing."""
        nothing(task.event)

    def conclude(self, task: Task, value: Any) -> Receipt:  # noqa: ARG002 - the pool gives them
        """Nothing to record."""
        return DONE

    def failed(self, task: Task, error: BaseException) -> Receipt:  # noqa: ARG002 - the pool gives it
        """It does not happen."""
        raise error

    def ending(self, task: Task, receipt: Receipt | None, error: BaseException | None) -> None:
        """Nothing to count."""

    def finished(self, task: Task) -> None:
        """Nobody to tell."""


class Idle:
    """The worker that does nothing."""

    name: ClassVar[str] = "idle"

    def work(self, event: Event) -> None:
        """Nothing."""
        nothing(event)


def our_pool(workers: int, *, keyed: bool = False) -> None:
    """The pool by itself."""
    pool: Pool[Task] = Pool(
        Nothing(), daemon="benchmark", size=workers, capacity=CAPACITY, timeout=60, clock=SystemClock()
    )
    pool.start()
    for number in range(EVENTS):
        pool.submit(Task(next_job_number(), "benchmark", KEYED[number % KEYS] if keyed else EVENT))
    pool.drain(None)


def delivery(workers: int) -> None:
    """All an event goes through in a daemon, apart from its source and the ledger."""
    whole = Delivery(
        Idle(),
        None,
        info=DaemonInfo("benchmark", "."),
        workers=workers,
        backlog=CAPACITY - workers,
        clock=SystemClock(),
    )
    emit = whole.emitter("benchmark")
    whole.start()
    for _ in range(EVENTS):
        emit(EVENT)
    whole.drain(None)


def main(runs: int) -> None:
    """Print the table."""
    print(header())
    for workers in (1, 4, 16):

        def of(way: Callable[..., None], *, workers: int = workers, **options: Any) -> Callable[[], float]:
            return lambda: rate(lambda: way(workers, **options))

        threads = f"{workers} thread{'s' if workers > 1 else ''}"
        compare(f"{threads}: pool / queue", of(bare_queue), of(our_pool), runs)
        compare(f"{threads}: pool / queue + Future", of(queue_with_futures), of(our_pool), runs)
        compare(
            f"{threads}: pool with keys / queue + Future",
            of(queue_with_futures),
            of(our_pool, keyed=True),
            runs,
        )
        compare(f"{threads}: pool / ThreadPoolExecutor", of(executor), of(our_pool), runs)
        compare(f"{threads}: delivery / queue + Future", of(queue_with_futures), of(delivery), runs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
