"""Group commit: units of work that threads bring while another one writes are done together, with one wait.

A thread that finds nobody at work leads: it does its own unit with those that wait, and then lets the first of those
that came meanwhile lead. So nobody waits for more than the batch under way and the one it is in. When threads wrote
together a moment ago, the leader waits a little until as many are there again.

This file knows about threads and nothing about SQL.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any

MOST_AT_ONCE = 64
"""Units in one batch: the wait for the disk is shared by enough, and nobody waits long for the others' work."""


GATHERING = 0.0005
"""Seconds a batch waits for the threads of the last one to come again. Woken together they do so within that time, and
share the next wait for the disk, which takes longer; without it they would take turns in two halves."""


class Unit:
    """One thread's work, on its way through a batch.

    Attributes:
        lasting: whether it must outlive a power failure.
        begun: whether it ran; it never runs twice.
        result: what it returned.
        error: what it raised: it alone was undone.
        undone_by: what undid the transaction it ran in, with everything in it, or kept that from beginning.
    """

    __slots__ = ("_context", "_turn", "_work", "begun", "error", "lasting", "leads", "result", "undone_by")

    def __init__(self, work: Callable[[Any], Any], *, lasting: bool) -> None:
        self.lasting = lasting
        self.begun = False
        self.leads = False
        self.result: Any = None
        self.error: Exception | None = None
        self.undone_by: BaseException | None = None
        self._work = work
        self._context: Context = (
            copy_context()
        )  # log lines of the unit name the job of the thread that brought it
        self._turn = (
            threading.Lock()
        )  # taken until it is settled or its thread shall lead; lighter than an Event
        self._turn.acquire()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to do for it."""
        return self.begun or self.undone_by is not None

    def run(self, connection: Any) -> None:
        """Do the work; what it raises comes out."""
        self.begun = True
        self.result = self._context.run(self._work, connection)

    def wait(self) -> None:
        """Wait until the unit is settled or its thread has to lead."""
        self._turn.acquire()

    def wake(self) -> None:
        """Let the thread that waits go on."""
        self._turn.release()


class Writer:
    """Who in this process writes to a file: one thread at a time, whichever of the file's open databases it uses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        self._holder = threading.get_ident()

    def __exit__(self, *_: object) -> None:
        self._holder = None
        self._lock.release()

    @property
    def is_this_thread(self) -> bool:
        """Whether the thread that asks is the one that writes."""
        return self._holder == threading.get_ident()


class GroupCommit:
    """The units that wait for one open database.

    Args:
        writer: the file's.
        run: does a batch in one transaction: settles each unit that it began, raises only what interrupts a thread.
    """

    def __init__(self, writer: Writer, run: Callable[[list[Unit]], None]) -> None:
        self._writer = writer
        self._run = run
        self._guard = threading.Condition(threading.Lock())
        self._waiting: deque[Unit] = deque()
        self._led = False  # whether a thread is leading or has been told to
        self._expected = 1  # units in the next batch: as many as there were when the last one was over

    def settle(self, unit: Unit) -> None:
        """Bring a unit; return when it has run and its transaction is over.

        Raises:
            RuntimeError: a unit brings a unit, which would wait for itself.
        """
        if self._writer.is_this_thread:
            raise RuntimeError("a unit of work that writes cannot begin another one; let it do both")
        try:
            self._await(unit)
        except BaseException:  # interrupted: nobody may wait for this thread to lead
            with self._guard:
                if unit in self._waiting:
                    self._waiting.remove(unit)
                elif unit.leads:
                    self._hand_over()
            raise
        if unit.leads:
            self._lead(unit)

    def _await(self, unit: Unit) -> None:
        with self._guard:
            if self._led:
                self._waiting.append(unit)
                self._guard.notify()
            else:
                self._led = unit.leads = True
        if not unit.leads:
            unit.wait()

    def _lead(self, first: Unit) -> None:
        batch: list[Unit] = [first]
        try:
            with self._writer:  # whoever comes while we wait for it is in the batch
                with self._guard:
                    self._guard.wait_for(lambda: len(self._waiting) + 1 >= self._expected, GATHERING)
                    batch += [
                        self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE - 1))
                    ]
                self._run(batch)
        finally:
            with self._guard:
                # now, since the next batch begins those whose transaction was lost before their turn
                settled = [unit for unit in batch[1:] if unit.is_over]
                self._waiting.extendleft(unit for unit in reversed(batch[1:]) if not unit.is_over)
                self._expected = min(1 + len(settled) + len(self._waiting), MOST_AT_ONCE)
                self._hand_over()
            for unit in settled:
                unit.wake()

    def _hand_over(self) -> None:
        """Let the first that waits lead; called with the guard held."""
        if self._waiting:
            following = self._waiting.popleft()
            following.leads = True
            following.wake()
        else:
            self._led = False
