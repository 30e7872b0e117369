"""Which timespans a reader asks for: that of all the time, and those that have a part in a span of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from flowhost_devserver.vidispine import time_codes

_SPAN = re.compile(r"(-INF|\+?INF|[^-]+)-(-INF|\+?INF|[^-]+)")


@dataclass(frozen=True, slots=True)
class Interval:
    """What is asked for.

    Args:
        generic: whether what is always is wanted.
        spans: start and end in seconds: what has a part in one of them is wanted.
    """

    generic: bool
    spans: tuple[tuple[float, float], ...]

    def wants(self, start: str, end: str) -> bool:
        """Whether it asks for a timespan, which is not that of all the time."""
        low, high = seconds(start), seconds(end)
        return any(first <= high and low <= last for first, last in self.spans)


EVERY_TIME = Interval(generic=True, spans=((-inf, inf),))
"""All there is."""


def read_interval(words: Iterable[str]) -> Interval:
    """The parameter ``interval``: ``generic``, ``timed``, ``all``, spans such as ``0@PAL-250@PAL``, or several of them.

    Raises:
        ValueError: a word is none of these.
    """
    given = tuple(words) or ("all",)
    spans = []
    for one in given:
        if one in ("all", "timed"):
            spans.append((-inf, inf))
        elif one != "generic":
            found = _SPAN.fullmatch(one)
            if found is None:
                raise ValueError(one)
            spans.append((seconds(found[1]), seconds(found[2])))
    return Interval("all" in given or "generic" in given, tuple(spans))


def seconds(time: str) -> float:
    """A time code in seconds; those of the beginning and the end of all time are without end.

    Raises:
        ValueError: it is none.
    """
    return float(time if time in ("-INF", "+INF", "INF") else time_codes.seconds(time))
