"""How many events a second: counted between looks, averaged over the last seconds."""

from __future__ import annotations

from collections import deque

RATE_OVER = 10.0  # seconds a rate is averaged over


class Rates:
    """Events a second of each daemon, over the last seconds.

    Args:
        over: seconds to average over.
    """

    def __init__(self, over: float = RATE_OVER) -> None:
        self._over = over
        self._seen: dict[str, deque[tuple[float, int]]] = {}

    def note(self, name: str, now: float, ended: int) -> float:
        """Note how many events have ended so far; return how many a second that is."""
        seen = self._seen.setdefault(name, deque())
        if seen and ended < seen[-1][1]:
            seen.clear()  # the daemon was reloaded and counts from 0
        seen.append((now, ended))
        while len(seen) > 2 and now - seen[1][0] >= self._over:
            seen.popleft()
        first_time, first_ended = seen[0]
        return (ended - first_ended) / (now - first_time) if now > first_time else 0.0
