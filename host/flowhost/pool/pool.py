"""Threads that work: a bounded number of tasks inside, order by key, time-outs, later tries, a drain."""

from __future__ import annotations

import itertools
import logging
import math
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic

from flowhost.errors import TimedOut
from flowhost.parts import Clock, Receipt
from flowhost.pool.agenda import Agenda
from flowhost.pool.hands import Hand
from flowhost.pool.job_numbers import job_number
from flowhost.pool.room import Room
from flowhost.pool.tasks import Again, Handler, T
from flowhost.pool.timekeeper import Timekeeper

log = logging.getLogger(__name__)

GRACE_SECONDS = 5.0  # when a drain's time is up: for what cannot be cut, such as a commit of the ledger
LONGEST_HELD_DELAY = 60.0  # the usual longest back-off: what fails like that should hold new events up
JOIN_SECONDS = 5.0  # a thread without a task ends at once; this only keeps a stop from hanging


class PoolClosedError(RuntimeError):
    """The pool takes no more events, because its daemon stops."""


@dataclass(frozen=True, slots=True)
class PoolStats:
    """How many tasks are where.

    Args:
        queued: accepted, waiting for a thread or for their key.
        running: in the hands of a thread.
        delayed: waiting for another try.
        hung: threads still at work on a task that timed out or was interrupted.
    """

    queued: int
    running: int
    delayed: int
    hung: int


class Pool(Generic[T]):
    """Runs tasks in threads. Tasks of one key run one at a time, in the order of `submit`.

    A task that waits for another try keeps its place inside, so that a failing worker is not given more and
    more. With a delay over `LONGEST_HELD_DELAY` it gives its place up until it is due, and the tasks of its key
    behind it do too: what was put off by an hour must not stop all others (see `flowhost.pool.room.Room`).

    Args:
        handler: what is done with each task.
        daemon: the daemon's name, for messages.
        size: how many threads work at once. One over its time-out does not count: its place is filled again.
        capacity: how many tasks may have a place inside: queued, running, or waiting for another try.
        timeout: seconds the work on one task may take; 0 for no limit.
        clock: the time.
        cut: set by the pool when a drain's time is up: a handler that waits for something gives it up then.
    """

    def __init__(
        self,
        handler: Handler[T],
        *,
        daemon: str,
        size: int,
        capacity: int,
        timeout: float,
        clock: Clock,
        cut: threading.Event | None = None,
    ) -> None:
        if size < 1 or capacity < 1 or timeout < 0:
            raise ValueError(
                f"a pool of size {size}, capacity {capacity} and time-out {timeout} s cannot work; "
                "give at least 1, 1 and 0"
            )
        self.cut = cut or threading.Event()
        self._handler = handler
        self._daemon = daemon
        self._size = size
        self._timeout = timeout or math.inf
        self._clock = clock
        self._lock = threading.Lock()  # guards everything below, and the hands
        self._work = threading.Condition(self._lock)
        self._agenda: Agenda[T] = Agenda()
        self._room = Room(self._lock, capacity, self._agenda)
        self._hands: list[Hand[T]] = []
        self._lost: list[Hand[T]] = []
        self._interrupted: list[T] = []
        self._waiting = 0  # threads waiting for work and not called yet
        self._started = self._stopped = False
        self._deadline = math.inf
        self._hand_numbers = itertools.count(1)
        self._idle = threading.Event()
        self._timekeeper = Timekeeper(self._turn, clock)

    def start(self) -> None:
        """Start the threads; tasks submitted before wait for this."""
        self._started = True
        self._fill_places()
        self._timekeeper.start()

    def submit(self, task: T) -> Future[Receipt]:
        """Accept a task; blocks while the pool is full.

        Raises:
            PoolClosedError: the daemon stops; the task was not accepted.
        """
        with self._lock:
            if not self._room.enter():
                raise PoolClosedError(f"daemon {self._daemon!r} is stopping and takes no more events")
            if self._agenda.add(task):
                self._call_hands(1)
            self._room.call()  # behind one that is put off, the task has given its place up at once
        return task.future

    def alive(self) -> bool:
        """Whether there are threads to work, and the timekeeper has turned in the last seconds."""
        # without the lock: were that stuck, the answer has to come all the same
        return self._timekeeper.alive() and any(hand.thread.is_alive() for hand in tuple(self._hands))

    def stats(self) -> PoolStats:
        """How many tasks are where, at one instant."""
        with self._lock:
            running = sum(hand.task is not None for hand in self._hands)
            delayed = self._agenda.delayed
            hung = sum(hand.thread.is_alive() for hand in self._lost)
            return PoolStats(self._room.inside - running - delayed, running, delayed, hung)

    def drain(self, timeout: float | None) -> list[T]:
        """Take no more, finish what is inside, end the threads.

        A task whose next try is due only after the time-out does not hold it up.

        Args:
            timeout: seconds for finishing; None for as long as it takes.

        Returns:
            The tasks that had to be interrupted, in the order of their numbers. Their Futures are the
            caller's to complete; what the work on one of them still returns does not count.
        """
        with self._lock:
            self._deadline = math.inf if timeout is None else self._clock.monotonic() + timeout
            self._room.close()
            self._look_idle()
        self._clock.wait(self._idle, timeout)
        self._interrupt()
        if not self._clock.wait(self._idle, GRACE_SECONDS):
            self._abandon()
        self._stop()
        with self._lock:
            interrupted, self._interrupted = self._interrupted, []
        return sorted(interrupted, key=lambda task: task.number)

    def next(self, hand: Hand[T], again: Again | None) -> bool:
        """Let go of the hand's task and give it the next (see `flowhost.pool.hands.Crew`)."""
        with self._lock:
            if hand.lost:
                return False
            if hand.task is not None:
                self._let_go(hand.task, again)
                hand.task = None
            while (task := self._agenda.next()) is None:
                if self._room.closed:
                    self._look_idle()
                if self._stopped:
                    return False
                self._waiting += 1
                self._work.wait()
            hand.task = task
            return True

    def _let_go(self, task: T, again: Again | None) -> None:
        if again is not None and not self.cut.is_set():
            due = self._clock.monotonic() + again.delay
            self._agenda.delay(task, due, long=again.delay > LONGEST_HELD_DELAY)
            self._timekeeper.wake()
            self._room.call()
            return
        if again is not None:
            self._interrupted.append(task)
        else:
            self._agenda.leave(task)
        self._room.leave(1)

    def _call_hands(self, tasks: int) -> None:
        """Wake a waiting thread for each of so many new tasks; nothing when all are at work already."""
        called = min(tasks, self._waiting)
        if called:
            self._waiting -= called
            self._work.notify(called)

    def _look_idle(self) -> None:
        """While closed: is there anything left that can come to its end by itself, in time?"""
        at_work = any(hand.task is not None for hand in self._hands)
        # a place may just be empty, after a time-out: not `self._hands`, but whether there will be any
        to_do = self._started and (self._agenda.ready or self._agenda.earliest < self._deadline)
        if not at_work and not to_do:
            self._idle.set()

    def _interrupt(self) -> None:
        with self._lock:
            self.cut.set()
            tasks = self._agenda.clear()
            tasks += self._lose(self._clock.monotonic(), longer_than=0.0)
            self._room.leave(len(tasks))
            self._interrupted += tasks
            self._idle.clear()
            self._look_idle()

    def _lose(self, now: float, longer_than: float) -> list[T]:
        """Take away the tasks worked on for so many seconds; their threads do not count any more."""
        tasks = []
        for hand in tuple(self._hands):
            if (task := hand.lose(now, longer_than)) is not None:
                tasks.append(task)
                self._dismiss(hand)
        return tasks

    def _dismiss(self, hand: Hand[T]) -> None:
        self._hands.remove(hand)
        self._lost.append(hand)

    def _abandon(self) -> None:
        """Something beside the work (the ledger, an observer) hangs: nobody knows what came of these."""
        with self._lock:
            stuck = [hand for hand in self._hands if hand.task is not None]
            for hand in stuck:
                hand.lost = True
                self._dismiss(hand)
            self._room.leave(len(stuck))
            labels = ", ".join(hand.task.label for hand in stuck if hand.task)
        log.error(
            "daemon %r: left hanging outside the worker's work: %s; see whether the ledger's database answers and "
            "what plugins do with finished events; what was not recorded comes again at the next start",
            self._daemon, labels,
        )  # fmt: skip

    def _stop(self) -> None:
        self._stopped = True
        self._timekeeper.stop()  # first: it may just be adding a hand
        with self._lock:
            self._work.notify_all()
            threads = [hand.thread for hand in self._hands]
        for thread in threads:
            thread.join(JOIN_SECONDS)

    def _fill_places(self) -> None:
        """Start a thread for each free place; when the system has none to give, the next turn tries again."""
        while not self._stopped and len(self._hands) < self._size:
            hand = Hand(self, self._handler, self._clock, f"worker-{next(self._hand_numbers)}")
            with self._lock:
                self._hands.append(hand)
            try:
                hand.thread.start()
            except RuntimeError as error:
                with self._lock:
                    self._hands.remove(hand)
                    missing = self._size - len(self._hands)
                log.error(
                    "daemon %r lacks %d of its %d threads: %s", self._daemon, missing, self._size, error
                )
                return

    def _turn(self, now: float) -> float:
        """Do what is due (the timekeeper's thread); return seconds until there may be more."""
        with self._lock:
            self._call_hands(self._agenda.release_due(now))
            overdue = self._lose(now, longer_than=self._timeout)
            for task in overdue:
                task.verdict = TimedOut(
                    f"the work took longer than the worker timeout of {self._timeout:g} s"
                )
                self._agenda.put_first(task)  # a free thread concludes it: that may take the ledger's time
            self._call_hands(len(overdue))
            self._lost = [hand for hand in self._lost if hand.thread.is_alive()]
            begun = min((hand.since for hand in self._hands), default=now)
            next_due = min(self._agenda.earliest, min(begun, now) + self._timeout)
        for task in overdue:
            self._report(task)
        self._fill_places()
        return next_due - now

    def _report(self, task: T) -> None:
        token = job_number.set(task.number)
        log.warning(
            "%s is still at work after %.1f s (the worker timeout is %g s): a new thread takes its place, "
            "and what still comes of it will not count",
            task.label, task.seconds, self._timeout,
        )  # fmt: skip
        job_number.reset(token)
