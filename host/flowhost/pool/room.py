"""How many tasks may be inside a pool, and who waits to bring one in."""

from __future__ import annotations

import threading
from typing import Generic

from flowhost.pool.agenda import Agenda
from flowhost.pool.tasks import T

PUT_OFF_FOR_EACH_PLACE = 10  # tasks without a place; an end to the memory they take


class Room(Generic[T]):
    """The places in a pool; the pool's lock guards it.

    A task has a place from `enter` until `leave`, except while its agenda has put it off: a few tasks that
    ask for an hour must not stop all others. So many may be put off at once; those beyond have a place.

    Attributes:
        inside: how many tasks were accepted and have not come to their end.
        closed: whether no more are accepted.

    Args:
        lock: the pool's.
        capacity: how many places there are.
        agenda: knows how many tasks are put off.
    """

    def __init__(self, lock: threading.Lock, capacity: int, agenda: Agenda[T]) -> None:
        self._capacity = capacity
        self._agenda = agenda
        self._changed = threading.Condition(lock)
        self._blocked = 0  # those waiting and not called yet
        self.inside = 0
        self.closed = False

    def enter(self) -> bool:
        """Take a place, waiting for one; False when the room is closed."""
        while self._free() < 1 and not self.closed:
            self._blocked += 1
            self._changed.wait()
        if not self.closed:
            self.inside += 1
        return not self.closed

    def leave(self, tasks: int) -> None:
        """So many tasks have come to their end."""
        self.inside -= tasks
        self.call()

    def call(self) -> None:
        """Wake one of those waiting for each place that is free."""
        if self._blocked and (called := min(self._blocked, self._free())) > 0:
            self._blocked -= called
            self._changed.notify(called)

    def close(self) -> None:
        """Accept no more, and let go whoever waits."""
        self.closed = True
        self._changed.notify_all()

    def _free(self) -> int:
        put_off = min(self._agenda.put_off, PUT_OFF_FOR_EACH_PLACE * self._capacity)
        return self._capacity - (self.inside - put_off)
