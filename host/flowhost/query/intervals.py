"""A range as an interval of keys. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flowhost.query.tree import Bound, Range
from flowhost.query.values import (
    BEYOND,
    MOMENT,
    NUMBER,
    TEXT,
    micros,
    moment_key,
    number_key,
    text_key,
)

_NEXT = {NUMBER: MOMENT, MOMENT: TEXT, TEXT: BEYOND}


@dataclass(frozen=True, slots=True)
class Interval:
    """The keys from `low` to `high`, each with or without itself."""

    low: str
    above: bool
    high: str
    below: bool

    def holds(self, key: str) -> bool:
        """Whether this key is one of them."""
        return (self.low < key if self.above else self.low <= key) and (
            key < self.high if self.below else key <= self.high
        )


def interval(wanted: Range) -> Interval:
    """The keys of the values in a range: all of one kind."""
    bound = wanted.minimum if wanted.minimum is not None else wanted.maximum
    kind = MOMENT if isinstance(bound, date) else TEXT if isinstance(bound, str) else NUMBER
    low, above, high, below = kind, False, _NEXT[kind], True
    if wanted.minimum is not None:
        low, above = _key(wanted.minimum, end=wanted.exclusive_minimum), wanted.exclusive_minimum
        if _is_day(wanted.minimum):
            above = False
    if wanted.maximum is not None:
        high, below = _key(wanted.maximum, end=not wanted.exclusive_maximum), wanted.exclusive_maximum
        if _is_day(wanted.maximum):
            below = True
    return Interval(low, above, high, below)


def _is_day(bound: Bound) -> bool:
    return isinstance(bound, date) and not isinstance(bound, datetime)


def _key(bound: Bound, *, end: bool) -> str:
    """The key of a bound; of a day that of its beginning or, `end`, of its end."""
    if isinstance(bound, datetime):
        return moment_key(micros(bound))
    if isinstance(bound, date):
        begin = datetime.combine(bound, time(), UTC)
        return moment_key(micros(begin) + (timedelta(days=1) // timedelta(microseconds=1) if end else 0))
    return text_key(bound) if isinstance(bound, str) else number_key(bound)
