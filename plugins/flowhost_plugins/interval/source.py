"""The source ``interval``."""

from __future__ import annotations

import math
import threading
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import time
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.interval.window import Window, parse_time
from flowhost_plugins.interval.zones import wall_clock, zone

_LOOK = 60.0
"""Seconds between two looks at the time of day, so that a clock set by hand is noticed."""

_HOLD = 0.5
"""Seconds between two looks at `stop` while every worker is busy."""

_ROUNDING = 1e-6
"""Seconds by which sums of seconds may miss a moment."""


class Interval:
    """Emits a tick at once, and then every `interval` seconds: the average holds even when ticks are late.

    A tick waits until a worker is free for it, and ticks missed meanwhile are not made up for. When the window
    opens and a tick is due since it closed, it comes at once and the count begins anew. The window is what
    the clock on the wall shows: an hour that daylight saving repeats opens it twice, one it skips does not.
    """

    name: ClassVar[str] = "interval"

    def __init__(
        self,
        *,
        interval: Annotated[flowhost.Seconds, "time from one tick to the next"] = 60,
        window_start: Annotated[str | None, "HH[:MM[:SS]] from when ticks are emitted; from midnight"] = None,
        window_end: Annotated[str | None, "HH[:MM[:SS]] until when ticks are emitted; until midnight"] = None,
        timezone: Annotated[
            str | None, "time zone of the window, e.g. Europe/Oslo; the machine's own"
        ] = None,
        clock: flowhost.Clock,
        daemon: flowhost.DaemonInfo,
    ) -> None:
        if not 0 < interval < math.inf:
            raise ValueError(f"interval is {interval:g} seconds, expected more than 0")
        self._interval = interval
        self._window = Window(_time("window start", window_start), _time("window end", window_end))
        self._zone = zone(timezone) if timezone else None
        self._clock = clock
        self._workers = daemon.workers

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit ticks until `stop` is set."""
        due = self._clock.monotonic()
        closed = False
        ticks: list[Future[flowhost.Receipt]] = []
        while not stop.is_set():
            if pause := self._closed_for():
                closed = True
                self._clock.wait(stop, pause)
                continue
            late = self._clock.monotonic() - due
            if late < -_ROUNDING:
                closed = False
                self._clock.wait(stop, min(-late, _LOOK))
                continue
            if len(ticks := [tick for tick in ticks if not tick.done()]) >= self._workers:
                wait(ticks, timeout=_HOLD, return_when=FIRST_COMPLETED)
                continue
            if closed:
                due += late
            ticks.append(emit(flowhost.Event("tick", source=self.name, time=self._clock.now())))
            closed = False
            due = self._next_after(due)

    def _closed_for(self) -> float:
        """Seconds to wait before the window may be open; 0 when it is.

        Time zones change their offset at full minutes, so a look at each full minute is never late.
        """
        shown = wall_clock(self._clock.now(), self._zone)
        to_full_minute = 60 - shown.second - shown.microsecond / 1_000_000
        return min(self._window.opens_in(shown.time()), to_full_minute)

    def _next_after(self, due: float) -> float:
        missed = max(0.0, (self._clock.monotonic() - due + _ROUNDING) // self._interval)
        return due + (missed + 1) * self._interval


def _time(option: str, text: str | None) -> time | None:
    if not text:
        return None
    try:
        return parse_time(text)
    except ValueError as error:
        raise ValueError(f"{option}: {error}") from None
