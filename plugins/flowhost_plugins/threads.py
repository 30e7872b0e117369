"""The resource ``thread-executor``: works on the tasks of the rules engine in threads of this process."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import flowhost

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Hand:
    """A thread, and whether its task was given up: then it ends as soon as the task lets it."""

    thread: threading.Thread | None = None
    lost: bool = False


class ThreadExecutor(flowhost.Executor):
    """Works on tasks in threads of this process; they are started when there is something to do.

    Tasks are begun in the order in which they were submitted. One that hangs keeps its thread, but not its place:
    once it is given up another thread takes that.

    Args:
        threads: how many tasks are worked on at once.
        clock: the time.
    """

    name: ClassVar[str] = "thread-executor"
    section: ClassVar[str] = "Threads"
    default: ClassVar[bool] = True

    def __init__(
        self,
        *,
        threads: Annotated[int, "how many tasks are worked on at once"] = 16,
        clock: flowhost.Clock,
    ) -> None:
        if threads < 1:
            raise ValueError(f"'threads' is {threads}, expected 1 or more")
        self.capacity = threads
        self._clock = clock
        self._work: Callable[[str], None] | None = None
        self._changed = threading.Condition()  # guards what follows
        self._tasks: deque[str] = deque()
        self._hands: set[_Hand] = set()
        self._working: dict[str, _Hand] = {}
        self._idle = 0
        self._started = 0
        self._over = False
        self._quiet = threading.Event()  # set when it takes no more tasks and works on none

    def open(self) -> None:
        """See `flowhost.Resource`; the threads come with the tasks."""

    def close(self) -> None:
        """See `flowhost.Resource`; tasks that are still worked on are left to themselves."""
        self.end(0)

    def begin(self, work: Callable[[str], None]) -> None:
        """See `flowhost.Executor`."""
        with self._changed:
            self._work, self._over = work, False
            self._quiet.clear()

    def submit(self, task: str) -> None:
        """See `flowhost.Executor`.

        Raises:
            RuntimeError: nobody said with `begin` what to do with it, or `end` was called.
        """
        with self._changed:
            if self._work is None or self._over:
                raise RuntimeError("the executor takes no tasks now: it has not begun, or has ended")
            self._tasks.append(task)
            if self._idle >= len(self._tasks):
                self._changed.notify()
            elif len(self._hands) < self.capacity:
                self._start_hand()

    def abandon(self, task: str) -> None:
        """See `flowhost.Executor`."""
        with self._changed:
            hand = self._working.pop(task, None)
            if hand is None:
                return
            hand.lost = True
            self._hands.discard(hand)
            if self._tasks:
                self._start_hand()
            self._note_quiet()

    def end(self, timeout: float | None = None) -> bool:
        """See `flowhost.Executor`; tasks nobody has begun with are dropped."""
        with self._changed:
            self._over = True
            self._tasks.clear()
            self._note_quiet()
            self._changed.notify_all()
        ended = self._clock.wait(self._quiet, timeout)
        with self._changed:
            waiting = [hand for hand in self._hands if hand not in self._working.values()]
        for hand in waiting:
            if hand.thread not in (None, threading.current_thread()):
                assert hand.thread is not None
                hand.thread.join()
        return ended

    def _start_hand(self) -> None:
        hand = _Hand()
        self._started += 1
        # daemonic: a task that hangs must not keep the process from ending
        hand.thread = threading.Thread(
            target=self._serve, args=(hand,), name=f"task-{self._started}", daemon=True
        )
        self._hands.add(hand)
        hand.thread.start()

    def _serve(self, hand: _Hand) -> None:
        while (task := self._next(hand)) is not None:
            assert self._work is not None, "a task was submitted, so there is something to do with it"
            try:
                self._work(task)
            except BaseException:  # whoever gave the work should have seen to it; the thread goes on
                log.exception("the task %s failed", task)
            finally:
                self._finished(hand, task)

    def _next(self, hand: _Hand) -> str | None:
        with self._changed:
            while not hand.lost and not self._over:
                if self._tasks:
                    task = self._tasks.popleft()
                    self._working[task] = hand
                    return task
                self._idle += 1
                self._changed.wait()
                self._idle -= 1
            self._hands.discard(hand)
            return None

    def _finished(self, hand: _Hand, task: str) -> None:
        with self._changed:
            if self._working.get(task) is hand:
                del self._working[task]
            self._note_quiet()

    def _note_quiet(self) -> None:
        if self._over and not self._working:
            self._quiet.set()


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """Provide the resource ``thread-executor``."""
    return [ThreadExecutor]
