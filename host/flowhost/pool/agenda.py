"""Which task is next: first come, first served, but of a key one at a time, and some only later."""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from typing import Generic

from flowhost.pool.tasks import T


class Agenda(Generic[T]):
    """The tasks of a pool that no thread has. It holds no lock: the pool's lock guards it.

    A key is held from `add` until `leave`, also while its task is worked on or waits for another try; the
    tasks behind it follow one by one.

    Attributes:
        put_off: how many tasks are not worked on for a long while: one with a long delay, and those behind it.
    """

    def __init__(self) -> None:
        self.put_off = 0
        self._ready: deque[T] = deque()
        self._followers: dict[str, deque[T]] = {}
        self._delayed: list[tuple[float, int, T, bool]] = []  # the last: whether it is put off
        self._keys_put_off: set[str] = set()
        self._sequence = itertools.count()  # equal times: first come, first served

    def add(self, task: T) -> bool:
        """Take a new task in; return whether it can be worked on now, that is, its key is free."""
        key = task.event.key
        if key is not None:
            followers = self._followers.get(key)
            if followers is not None:
                followers.append(task)
                self.put_off += key in self._keys_put_off
                return False
            self._followers[key] = deque()
        self._ready.append(task)
        return True

    def put_first(self, task: T) -> None:
        """Let a task that holds its key already be next of all."""
        self._ready.appendleft(task)

    def delay(self, task: T, due: float, *, long: bool = False) -> None:
        """Let a task that holds its key already wait until `due`, in the seconds of the pool's clock.

        Args:
            task: the task.
            due: when it can be worked on again.
            long: whether that puts it off, with all tasks behind it.
        """
        heapq.heappush(self._delayed, (due, next(self._sequence), task, long))
        if long:
            self.put_off += 1 + self._behind(task)
            if task.event.key is not None:
                self._keys_put_off.add(task.event.key)

    def next(self) -> T | None:
        """Take the next task out, or None when none can be worked on now."""
        return self._ready.popleft() if self._ready else None

    def leave(self, task: T) -> None:
        """The task has come to its end: its key is its follower's."""
        key = task.event.key
        if key is None or (followers := self._followers.get(key)) is None:
            return
        if followers:
            self._ready.append(followers.popleft())
        else:
            del self._followers[key]

    def release_due(self, now: float) -> int:
        """Let the tasks that waited until `now` be worked on; return how many."""
        released = 0
        while self._delayed and self._delayed[0][0] <= now:
            _, _, task, long = heapq.heappop(self._delayed)
            self._ready.append(task)
            released += 1
            if long:
                self.put_off -= 1 + self._behind(task)
                if task.event.key is not None:
                    self._keys_put_off.discard(task.event.key)
        return released

    @property
    def ready(self) -> int:
        """How many tasks can be worked on now."""
        return len(self._ready)

    @property
    def delayed(self) -> int:
        """How many tasks wait for another try."""
        return len(self._delayed)

    @property
    def earliest(self) -> float:
        """When the first of the waiting tasks is due; infinity when none waits."""
        return self._delayed[0][0] if self._delayed else math.inf

    def clear(self) -> list[T]:
        """Take everything out."""
        tasks = [*self._ready, *(task for _, _, task, _ in self._delayed)]
        for followers in self._followers.values():
            tasks += followers
        self._ready.clear()
        self._delayed.clear()
        self._followers.clear()
        self._keys_put_off.clear()
        self.put_off = 0
        return tasks

    def _behind(self, task: T) -> int:
        return len(self._followers.get(task.event.key, ())) if task.event.key is not None else 0
