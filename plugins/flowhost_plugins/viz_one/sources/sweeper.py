"""Sweeps from time to time, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import flowhost

log = logging.getLogger(__name__)

AGAIN_SECONDS = 30.0
"""After so long a sweep that failed is tried again."""


class Sweeper:
    """The thread that sweeps: when woken, and then once in a while.

    Args:
        sweep: does it, and ends early once the event it is given is set.
        every: seconds between two sweeps; 0 for those only that somebody wakes it for.
        clock: time.
        called: what is swept, for the log.
    """

    def __init__(
        self, sweep: Callable[[threading.Event], None], every: float, clock: flowhost.Clock, called: str
    ) -> None:
        self._sweep, self._every, self._clock, self._called = sweep, every, clock, called
        self._wake, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sweep {called}")

    def start(self) -> None:
        """Start the thread; it waits to be woken."""
        self._thread.start()

    def wake(self) -> None:
        """Sweep now."""
        self._wake.set()

    def close(self) -> None:
        """End the thread; wait for it."""
        self._end.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        pause = None
        while True:
            self._clock.wait(self._wake, pause)
            self._wake.clear()
            if self._end.is_set():  # after the clearing: a `close` that it hid has set this before
                return
            pause = self._every or None
            try:
                self._sweep(self._end)
            except Exception as error:  # whatever is wrong with sweeps, messages go on
                pause = min(self._every or AGAIN_SECONDS, AGAIN_SECONDS)
                log.log(
                    logging.WARNING if isinstance(error, flowhost.FlowhostError) else logging.ERROR,
                    "the sweep of %s failed, it is tried again in %.0f s: %s",
                    self._called,
                    pause,
                    error,
                    exc_info=None if isinstance(error, flowhost.FlowhostError) else error,
                )
