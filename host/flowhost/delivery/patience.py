"""Asking a ledger that is down again and again, while nothing new is taken in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from flowhost.delivery.telling import told
from flowhost.errors import StateUnavailable
from flowhost.parts import Clock

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.2  # most failures are a lock of a moment
LONGEST_PAUSE_SECONDS = 10.0  # a database that is back is noticed within this time

R = TypeVar("R")


class Patience:
    """Runs operations of a ledger, each until it works; says meanwhile that the daemon is degraded.

    Args:
        daemon: the daemon's name, for messages.
        cut: when set, an operation that fails is given up.
        clock: the time.
    """

    def __init__(self, *, daemon: str, cut: threading.Event, clock: Clock) -> None:
        self._daemon = daemon
        self._cut = cut
        self._clock = clock
        self._lock = threading.Lock()  # guards the three below
        self._reason: str | None = None
        self._since = 0.0
        self._stuck = 0  # operations that cannot be done at present
        self._passable = threading.Event()
        self._passable.set()
        self._closed = False

    @property
    def degraded(self) -> str | None:
        """Why nothing can be recorded at present; None when all is well."""
        return self._reason

    def hold(self) -> None:
        """Block while degraded, until `close`: whoever brings something new waits here."""
        if not self._passable.is_set():
            self._passable.wait()

    def close(self) -> None:
        """Hold nobody any more."""
        with self._lock:
            self._closed = True
            self._passable.set()

    def insist(self, operation: Callable[[], R]) -> R:
        """Do an operation of the ledger; while the ledger is down, again and again.

        Raises:
            StateUnavailable: it was given up. Any other error of the operation passes through.
        """
        try:
            return operation()
        except StateUnavailable as error:
            if self._cut.is_set():
                raise
            self._worse(error)
        recovered = False
        try:
            result = self._repeat(operation)
            recovered = True
        finally:
            self._better(recovered)
        return result

    def _repeat(self, operation: Callable[[], R]) -> R:
        pause = FIRST_PAUSE_SECONDS
        while True:
            self._clock.wait(self._cut, pause)
            try:
                return operation()
            except StateUnavailable as error:
                if self._cut.is_set():
                    raise
                self._reason = told(error)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _worse(self, error: StateUnavailable) -> None:
        with self._lock:
            self._stuck += 1
            self._reason = told(error)
            if self._stuck > 1:
                return
            self._since = self._clock.monotonic()
            if not self._closed:
                self._passable.clear()
        log.error("daemon %r is degraded and takes in nothing new: %s", self._daemon, error)

    def _better(self, recovered: bool) -> None:
        with self._lock:
            self._stuck -= 1
            if self._stuck:
                return
            self._reason = None
            self._passable.set()
            seconds = self._clock.monotonic() - self._since
        if recovered:
            log.info("daemon %r works normally again after %.1f s", self._daemon, seconds)
