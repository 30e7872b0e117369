"""Notices when the metadata of one asset is written again and again: two mappers that undo each other's work."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

import flowhost

REMEMBERED = 10_000  # assets; those written longest ago are forgotten first


class Restraint:
    """Counts writes of each asset.

    Args:
        most: writes of one asset within the period.
        period: seconds.
        clock: tells the time.
    """

    def __init__(self, most: int, period: float, clock: flowhost.Clock) -> None:
        self._most = most
        self._period = period
        self._clock = clock
        self._lock = threading.Lock()  # guards the next one
        self._writes: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, asset: str) -> bool:
        """Whether the asset may be written once more."""
        with self._lock:
            times = self._writes.get(asset, deque())
            self._drop_old(times)
            return len(times) < self._most

    def written(self, asset: str) -> None:
        """The asset was written."""
        with self._lock:
            self._writes.setdefault(asset, deque()).append(self._clock.monotonic())
            self._writes.move_to_end(asset)
            while len(self._writes) > REMEMBERED:
                self._writes.popitem(last=False)

    def _drop_old(self, times: deque[float]) -> None:
        oldest = self._clock.monotonic() - self._period
        while times and times[0] <= oldest:
            times.popleft()
