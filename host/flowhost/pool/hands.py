"""A pool's worker threads, and how one takes a task through its handler."""

from __future__ import annotations

import logging
import math
import threading
from typing import Generic, Protocol

from flowhost.parts import Clock, Receipt
from flowhost.pool.job_numbers import job_number
from flowhost.pool.tasks import Again, Handler, T, end

log = logging.getLogger(__name__)


class Crew(Protocol[T]):
    """What a hand needs of its pool."""

    cut: threading.Event
    """Set when no work may begin any more."""

    def next(self, hand: Hand[T], again: Again | None) -> bool:
        """Let go of the hand's task (`again`: not for good) and give it the next; False: there is none."""


class Hand(Generic[T]):
    """One worker thread and the task it holds.

    Who may conclude the task is decided without a lock: for each work there is a ticket, and the one that
    tears it up owns the task. (A lock, taken twice more for each task, made four threads three times slower.)

    Attributes:
        task: what it holds, None while it waits for work; guarded by the pool's lock.
        lost: its task was taken away (timed out, interrupted); the thread ends as soon as the work lets it.

    Args:
        crew: where tasks come from.
        handler: what is done with each.
        clock: the time.
        name: of the thread.
    """

    __slots__ = ("_clock", "_crew", "_handler", "_ticket", "lost", "task", "thread")

    def __init__(self, crew: Crew[T], handler: Handler[T], clock: Clock, name: str) -> None:
        self._crew = crew
        self._handler = handler
        self._clock = clock
        self._ticket: list[float] = []  # when the work began; empty once torn up (popping is atomic)
        self.task: T | None = None
        self.lost = False
        # daemonic: a worker that hangs must not keep the process from ending
        self.thread = threading.Thread(target=self._serve, name=name, daemon=True)

    @property
    def since(self) -> float:
        """When the work on its task began, in the seconds of the clock; infinity while none is going on."""
        return next(iter(self._ticket), math.inf)

    def lose(self, now: float, longer_than: float) -> T | None:
        """Take its task away if the work on it has gone on for that many seconds; return the task."""
        ticket, task = self._ticket, self.task
        seconds = now - self.since
        if task is None or seconds < longer_than or not _tear_up(ticket):
            return None
        self.lost = True
        task.seconds = seconds
        return task

    def _serve(self) -> None:
        again: Again | None = None
        while self._crew.next(self, again):
            again = self._handle()

    def _handle(self) -> Again | None:
        task = self.task
        assert task is not None, "the pool gave no task"
        job_number.set(task.number)
        try:
            outcome = self._take_through(task)
        except BaseException as error:  # noqa: BLE001 - what a handler raises is the Future's, never the thread's end
            self._finish(task, None, error)
            return None
        if isinstance(outcome, Receipt):
            self._finish(task, outcome, None)
            return None
        return outcome

    def _take_through(self, task: T) -> Receipt | Again | None:
        """What becomes of the task; None when it was taken away."""
        if task.verdict is not None:
            return self._handler.failed(task, task.verdict)
        early = self._handler.admit(task)
        if early is not None:
            return early
        begun = self._clock.monotonic()
        self._ticket = ticket = [begun]
        if self._crew.cut.is_set():
            return Again(0.0) if _tear_up(ticket) else None
        try:
            value = self._handler.work(task)
        except BaseException as error:  # noqa: BLE001 - a worker that exits fails its event, not the pool
            return self._handler.failed(task, error) if self._counts(task, ticket, begun) else None
        return self._handler.conclude(task, value) if self._counts(task, ticket, begun) else None

    def _counts(self, task: T, ticket: list[float], begun: float) -> bool:
        """Whether the task is still this thread's, so that what came of it counts."""
        seconds = self._clock.monotonic() - begun
        if _tear_up(ticket):
            task.seconds = seconds
            return True
        log.info("the work ended after %.1f s: too late, what came of it does not count", seconds)
        return False

    def _finish(self, task: T, receipt: Receipt | None, error: BaseException | None) -> None:
        try:
            end(self._handler, task, receipt, error)
        except BaseException:  # observers and callbacks of Futures are strangers' code; the thread goes on
            log.exception("an observer of %s failed", task.label)


def _tear_up(ticket: list[float]) -> bool:
    try:
        ticket.pop()
    except IndexError:
        return False
    return True
