"""Who listens to changes: the thread that calls them, in the order of the log, after each commit."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from flowhost_plugins.catalogue.records import Change

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""How often the log is looked at for changes of other processes, which do not wake us."""

BATCH = 500
"""Changes read at once."""


class _Log(Protocol):
    """Where changes are read."""

    def after(self, sequence: int, number: int) -> list[Change]: ...

    def last(self) -> int: ...


class Listening:
    """One listener. `close` ends it; a call that is under way then is waited for, except from within that call."""

    def __init__(self, watcher: Watcher, callback: Callable[[Change], object], seen: int) -> None:
        self.callback = callback
        self.seen = seen
        self.calling = threading.Lock()
        self.closed = False
        self._watcher = watcher

    def close(self) -> None:
        """Call no more."""
        self.closed = True
        self._watcher.forget(self)


class Watcher:
    """Reads the log when something was committed, and calls the listeners from a thread of its own.

    Args:
        log: the change log; other processes may write to it, too.
    """

    def __init__(self, log: _Log) -> None:
        self._log = log
        self._guard = threading.Lock()
        self._listeners: list[Listening] = []
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._stop = False

    def listen(self, callback: Callable[[Change], object]) -> Listening:
        """Call `callback` with each change from now on."""
        listening = Listening(self, callback, self._log.last())
        with self._guard:
            self._listeners.append(listening)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="catalogue-changes", daemon=True)
                self._thread.start()
        self._wake.set()
        return listening

    def forget(self, listening: Listening) -> None:
        """Drop a listener."""
        with self._guard:
            if listening in self._listeners:
                self._listeners.remove(listening)
        if threading.current_thread() is not self._thread:
            with listening.calling:
                pass

    def wake(self) -> None:
        """Something was committed."""
        if self._thread:
            self._wake.set()

    def close(self) -> None:
        """End the thread, after the listeners were told what is already in the log."""
        self._stop = True
        self._wake.set()
        if self._thread and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while True:
            stopping = self._stop
            self._wake.clear()
            try:
                self._tell_all()
            except Exception:  # the database is away: the log keeps what we have not read
                log.exception("cannot read the catalogue's changes; trying again")
                if not stopping:
                    self._wake.wait(POLL_SECONDS)
                    continue
            if stopping:
                return
            self._wake.wait(POLL_SECONDS)

    def _tell_all(self) -> None:
        while True:
            with self._guard:
                listeners = list(self._listeners)
            if not listeners:
                return
            start = min(one.seen for one in listeners)
            changes = self._log.after(start, BATCH)
            for change in changes:
                for one in listeners:
                    if change.sequence > one.seen:
                        one.seen = change.sequence
                        _tell(one, change)
            if len(changes) < BATCH:
                return


def _tell(listening: Listening, change: Change) -> None:
    with listening.calling:
        if listening.closed:
            return
        try:
            listening.callback(change)
        except Exception:  # a stranger's code; it must not keep the others from hearing
            log.exception("a listener failed at change %d of the catalogue", change.sequence)
