"""Second tries of notifications in which nothing says which one they are: by when the first of the same words came.

It is kept in the store before the event goes on, so that a process that is killed between doing it and answering knows
the second try as one.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import flowhost
from flowhost_plugins.vidispine.documents import found_time, write_time

SAME = timedelta(minutes=10)
"""Equal bodies without a number of their own within this time are one notification that was tried again."""


class Repeats:
    """Knows when the first of equal bodies came; called in several threads at once.

    Args:
        clock: the time.
        notes: keeps it; None: it is forgotten with this process.
        prefix: of its keys in the notes.
    """

    def __init__(self, clock: flowhost.Clock, notes: flowhost.Store | None, prefix: str) -> None:
        self._clock, self._notes, self._prefix = clock, notes, prefix
        self._lock = threading.Lock()
        self._first = self._kept()

    def id_of(self, fingerprint: str) -> str:
        """An id for a body with this digest, the same for all that come within `SAME` of the first.

        Raises:
            Unavailable: it cannot be kept.
        """
        now = self._clock.now()
        with self._lock:
            first = self._first.get(fingerprint)
            is_new = first is None or now - first > SAME
            first = now if first is None or is_new else first
            self._first[fingerprint] = first
        if is_new and self._notes:
            self._notes.put(self._prefix + fingerprint, {"first": write_time(first)})
        return f"{fingerprint}:{write_time(first)}"

    def forget(self) -> None:
        """Forget what is too long ago to be tried again."""
        now = self._clock.now()
        with self._lock:
            old = [one for one, first in self._first.items() if now - first > SAME]
            for one in old:
                del self._first[one]
        for one in old if self._notes else ():
            assert self._notes is not None
            self._notes.delete(self._prefix + one)

    def _kept(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for key in self._notes.keys(self._prefix) if self._notes else ():
            assert self._notes is not None
            value = self._notes.get(key)
            first = found_time(value.get("first")) if isinstance(value, dict) else None
            found[key.removeprefix(self._prefix)] = first or datetime.min.replace(
                tzinfo=self._clock.now().tzinfo
            )
        return found
