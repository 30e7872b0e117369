"""How often Viz One is told the progress of a transfer."""

from __future__ import annotations

import threading

import flowhost

EVERY = 1.0  # seconds between two reports: each is a request to Viz One, and nobody looks more often
COMPLETE = 100  # per cent


class Progress:
    """Decides which steps of a transfer are worth a report: it never goes back, and is told once a second.

    Args:
        clock: the time.
        every: seconds between two reports; the last, of 100 %, never waits.
    """

    def __init__(self, clock: flowhost.Clock, every: float = EVERY) -> None:
        self._clock = clock
        self._every = every
        self._told: int | None = None
        self._told_at = 0.0
        self._lock = threading.Lock()

    def due(self, percent: float) -> int | None:
        """What to report now that the transfer is so far; None for nothing.

        Args:
            percent: 0 to 100; more or less than that is cut off.
        """
        whole = int(min(max(percent, 0), COMPLETE))
        with self._lock:
            if self._told is not None and (whole <= self._told or not self._waited(whole)):
                return None
            self._told, self._told_at = whole, self._clock.monotonic()
            return whole

    def _waited(self, whole: int) -> bool:
        return whole == COMPLETE or self._clock.monotonic() - self._told_at >= self._every
