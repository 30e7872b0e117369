"""Ticks."""

from __future__ import annotations

from typing import ClassVar

from flow.source.native import Native


class Interval(Native):
    """Gives None every so many seconds; flowhost's source ``interval``.

    Args:
        interval: seconds.
        window_start: ``HH[:MM[:SS]]`` from when there are ticks; None: from midnight.
        window_end: ``HH[:MM[:SS]]`` until when there are ticks; None: until midnight.
    """

    native: ClassVar[str] = "interval"

    def __init__(
        self, interval: str | int = 60, window_start: str | None = None, window_end: str | None = None
    ) -> None:
        self.interval = int(interval)
        self.window_start = window_start
        self.window_end = window_end
