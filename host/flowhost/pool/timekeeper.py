"""The thread that does what is due."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from flowhost.parts import Clock

TURN_SECONDS = 1.0  # it turns at least so often, to show that it lives
SHORTEST_TURN_SECONDS = 0.01  # a tiny time-out must not make it spin
STALLED_SECONDS = 5.0  # without a turn for so long it is taken for dead
JOIN_SECONDS = 5.0  # it ends at once; this only keeps a stop from hanging


class Timekeeper:
    """Calls `turn` again and again.

    Args:
        turn: does what is due at a time, in the seconds of the clock; returns seconds until there is more.
        clock: the time.
    """

    def __init__(self, turn: Callable[[float], float], clock: Clock) -> None:
        self._turn = turn
        self._clock = clock
        self._turned = -math.inf
        self._stopping = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="timekeeper", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._turned = self._clock.monotonic()
        self._thread.start()

    def wake(self) -> None:
        """Have it turn now, because something may be due earlier than it knows."""
        self._wake.set()

    def alive(self) -> bool:
        """Whether it has turned in the last seconds."""
        return self._clock.monotonic() - self._turned < STALLED_SECONDS

    def stop(self) -> None:
        """End the thread and wait for that."""
        self._stopping = True
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            self._turned = self._clock.monotonic()
            pause = self._turn(self._turned)
            self._clock.wait(self._wake, max(SHORTEST_TURN_SECONDS, min(TURN_SECONDS, pause)))
