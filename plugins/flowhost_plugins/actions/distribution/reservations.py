"""Room that runs of this process have chosen, and that no job has asked the library for yet."""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import flowhost

KEPT_FOR = 3600.0
"""Seconds. A run that was cancelled, or failed, while it waited never comes back for its room."""


@dataclass(frozen=True, slots=True)
class _Entry:
    room: Mapping[str, int]
    until: float


class Reservations:
    """The book of one library. Hold `lock` from the look into it until the jobs of the plan are started.

    What a job writes is in the library's own count; here is what a plan needs in its later stages, so that two runs
    do not count on the same room. The library refuses in the end what does not fit.
    """

    _books: ClassVar[weakref.WeakKeyDictionary[flowhost.MediaLibrary, Reservations]] = (
        weakref.WeakKeyDictionary()
    )
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    @classmethod
    def of(cls, assets: flowhost.MediaLibrary) -> Reservations:
        """The one book that all rules share for a library."""
        with cls._guard:
            return cls._books.setdefault(assets, cls())

    def taken(self, now: float) -> Mapping[str, int]:
        """Id of a storage → bytes that steps count on. The caller holds the lock.

        Args:
            now: the clock's seconds.
        """
        self._entries = {key: entry for key, entry in self._entries.items() if entry.until > now}
        total: Counter[str] = Counter()
        for entry in self._entries.values():
            total.update(entry.room)
        return total

    def keep(self, key: str, room: Mapping[str, int], now: float) -> None:
        """Keep room for a step. The caller holds the lock."""
        if room:
            self._entries[key] = _Entry(room, now + KEPT_FOR)

    def forget(self, key: str) -> None:
        """Keep no room for a step any more. The caller holds the lock."""
        self._entries.pop(key, None)
