"""Mutual exclusion by key, for plugin code that cannot use an event's key."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import ClassVar


class Locked:
    """A lock by name within this process: ``with Locked("clip.mxf"): ...``.

    Whoever asks for a name that is taken waits. Not re-entrant. A name costs nothing once nobody holds or awaits it:
    its lock is counted before it is acquired, so that two first-comers always share one.

    Args:
        key: the name; equal texts exclude each other.
    """

    _guard: ClassVar[threading.Lock] = threading.Lock()
    _entries: ClassVar[dict[str, tuple[threading.Lock, int]]] = {}

    def __init__(self, key: str) -> None:
        self.key = key

    def __enter__(self) -> Locked:
        with self._guard:
            lock, users = self._entries.get(self.key) or (threading.Lock(), 0)
            self._entries[self.key] = (lock, users + 1)
        try:
            lock.acquire()
        except BaseException:  # an interrupt while waiting must not leave the name counted for ever
            self._forget()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entries[self.key][0].release()
        self._forget()

    def _forget(self) -> None:
        with self._guard:
            lock, users = self._entries[self.key]
            if users == 1:
                del self._entries[self.key]
            else:
                self._entries[self.key] = (lock, users - 1)
