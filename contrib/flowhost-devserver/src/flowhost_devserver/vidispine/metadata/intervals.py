"""Which timespans a reader asks for: that of all the time, and those that have a part in a span of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import inf

_SPAN = re.compile(r"(-INF|\+?INF|[^-]+)-(-INF|\+?INF|[^-]+)")
_TIME = re.compile(
    r"(?P<samples>-?[0-9]{1,18})"
    r"(?:@(?:(?P<name>PAL|NTSC|NTSC30)|(?P<rate>0*[1-9][0-9]{0,8})(?::(?P<per>0*[1-9][0-9]{0,8}))?))?"
)
_RATES = {"PAL": Fraction(25), "NTSC": Fraction(30000, 1001), "NTSC30": Fraction(30)}
"""Samples in a second, of the time bases that have a name."""


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
    """A time code, ``250@PAL`` or ``48000@48000:1``, in seconds; without a time base it is in microseconds.

    Raises:
        ValueError: it is none.
    """
    if time in ("-INF", "+INF", "INF"):
        return float(time)
    found = _TIME.fullmatch(time)
    if found is None:
        raise ValueError(time)
    return float(int(found["samples"]) / _rate(found))


def _rate(found: re.Match[str]) -> Fraction:
    if found["name"]:
        return _RATES[found["name"]]
    return Fraction(int(found["rate"] or 1_000_000), int(found["per"] or 1))
