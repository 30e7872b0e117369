"""Points in time as searches name them: ISO 8601, and reckoned from now (``NOW-7DAYS``, ``NOW/DAY+6HOURS``). Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from flowhost.query import read_bound

_STEP = re.compile(r"/(?P<unit>[A-Z]+)|(?P<number>[+-][0-9]{1,6})(?P<units>[A-Z]+)")
_LENGTHS = {
    "MILLI": timedelta(milliseconds=1),
    "MILLISECOND": timedelta(milliseconds=1),
    "SECOND": timedelta(seconds=1),
    "MINUTE": timedelta(minutes=1),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "DATE": timedelta(days=1),
}
_PARTS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_FIRSTS = {"month": 1, "day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0}


def read_date(text: str, now: datetime) -> date | None:
    """The day or moment a text means; None when it means none."""
    if text.startswith("NOW"):
        return _reckoned(text[len("NOW") :], now)
    bound = read_bound(text)
    return bound if isinstance(bound, date) else None


def _reckoned(steps: str, now: datetime) -> datetime | None:
    place, moment = 0, now.astimezone(UTC)
    while place < len(steps):
        step = _STEP.match(steps, place)
        if step is None:
            return None
        try:
            after = _rounded(moment, step["unit"]) if step["unit"] else _moved(moment, step)
        except (ValueError, OverflowError):  # beyond the calendar
            return None
        if after is None:
            return None
        place, moment = step.end(), after
    return moment


def _rounded(moment: datetime, unit: str) -> datetime | None:
    """The beginning of the unit that a moment is in."""
    unit = "DAY" if unit == "DATE" else unit
    if unit not in _PARTS:
        return None
    finer = list(_FIRSTS.items())[_PARTS.index(unit) :]
    return moment.replace(**dict(finer))  # type: ignore[arg-type]  # the keys are those of replace


def _moved(moment: datetime, step: re.Match[str]) -> datetime | None:
    number, unit = int(step["number"]), step["units"].removesuffix("S")
    if length := _LENGTHS.get(unit):
        return moment + number * length
    if unit not in ("MONTH", "YEAR"):
        return None
    months = moment.year * 12 + moment.month - 1 + number * (12 if unit == "YEAR" else 1)
    return _in_month(moment, *divmod(months, 12))


def _in_month(moment: datetime, year: int, month: int) -> datetime:
    """The same day of a month, or its last."""
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            if day <= 28:
                raise
    raise AssertionError("every month has a first day")
