"""The runs this process has claimed: on their way to a thread, or being advanced."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flowhost_plugins.rules.records import Run


def task_of(run: Run) -> str:
    """The text that stands for a claimed run."""
    return f"{run.id}/{run.token}"


class InFlight:
    """Claimed runs by their task; a task is the text ``run/token``, so that a run claimed again is another.

    Args:
        landed: called with each that is no longer in flight.
    """

    def __init__(self, landed: Callable[[Run], None]) -> None:
        self._landed = landed
        self._lock = threading.Lock()
        self._waiting: dict[str, Run] = {}
        self._advancing: dict[str, Run] = {}
        self._unwanted: set[int] = set()

    def __len__(self) -> int:
        with self._lock:
            return len(self._waiting) + len(self._advancing)

    def add(self, run: Run) -> str:
        """A run was claimed; return its task."""
        task = task_of(run)
        with self._lock:
            self._waiting[task] = run
            if run.cancel:
                self._unwanted.add(run.id)
        return task

    def begin(self, task: str) -> Run | None:
        """A thread takes up a task; None: it is none of this process, or was taken up before."""
        with self._lock:
            run = self._waiting.pop(task, None)
            if run is not None:
                self._advancing[task] = run
            return run

    def end(self, task: str) -> None:
        """A task is done with. May be called twice."""
        with self._lock:
            run = self._advancing.pop(task, None) or self._waiting.pop(task, None)
            if run is not None:
                self._unwanted.discard(run.id)
        if run is not None:
            self._landed(run)

    @property
    def tasks(self) -> set[str]:
        """All of them."""
        with self._lock:
            return {*self._waiting, *self._advancing}

    def never_begun(self) -> list[tuple[str, Run]]:
        """The tasks nobody has taken up, and their runs."""
        with self._lock:
            return list(self._waiting.items())

    def want_no_more(self, runs: set[int]) -> None:
        """Somebody cancelled these runs."""
        with self._lock:
            mine = {run.id for run in (*self._waiting.values(), *self._advancing.values())}
            self._unwanted |= runs & mine

    def is_unwanted(self, run: int) -> bool:
        """Whether somebody cancelled this run."""
        return run in self._unwanted  # one look at a set is atomic
