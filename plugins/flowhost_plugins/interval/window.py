"""A window of the day: from one time on the clock on the wall to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_DAY = 86_400
_PATTERN = re.compile(r"([0-9]{1,2})(?::([0-9]{1,2}))?(?::([0-9]{1,2}))?")


def parse_time(text: str) -> time:
    """Read ``HH``, ``HH:MM`` or ``HH:MM:SS``.

    Raises:
        ValueError: the text is none of these, or no time of day.
    """
    match = _PATTERN.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        hour, minute, second = (int(part or 0) for part in match.groups())
        return time(hour, minute, second)
    except ValueError:
        message = f"{text!r} is no time of day, expected HH[:MM[:SS]] from 00:00:00 to 23:59:59"
        raise ValueError(message) from None


@dataclass(frozen=True, slots=True)
class Window:
    """A part of each day, in whole seconds: the seconds `start` and `end` both belong to it.

    Args:
        start: None means midnight.
        end: None means midnight, the end of the day. When it is not after `start`, the window goes over
            midnight; equal times make a whole day.
    """

    start: time | None = None
    end: time | None = None

    def contains(self, moment: time) -> bool:
        """Whether the window is open at this time of day."""
        second = moment.replace(microsecond=0, fold=0)
        start, end = self.start or time.min, self.end
        if end is None:
            return second >= start
        if self.start is None or start < end:
            return start <= second <= end
        return second >= start or second <= end

    def opens_in(self, moment: time) -> float:
        """Seconds from this time of day until the window is open, by the clock on the wall; 0 when it is."""
        if self.contains(moment):
            return 0.0
        return (_second_of(self.start or time.min) - _second_of(moment)) % _DAY


def _second_of(moment: time) -> float:
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1_000_000
