"""The forms of times: days of the week, times of day, time zones, crontab entries."""

from __future__ import annotations

import re
from datetime import time

from flowhost_plugins.rules.files.forms import Checked, Several
from flowhost_plugins.rules.files.records import Field, Record
from flowhost_plugins.rules.rule import Window
from flowhost_plugins.rules.timing import check_cron, check_zone

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _day(word: str) -> int:
    matches = [number for number, day in enumerate(DAYS) if word in (day, day[:3])]
    if not matches:
        raise ValueError("days such as 'mon-fri' or 'sat, sun'")
    return matches[0]


def days_of(text: str) -> frozenset[int]:
    """Days of the week, 0 is Monday: ``mon-fri``, ``sat, sun``, ``fri-mon``, ``daily``.

    Raises:
        ValueError: it names none, or what is no day.
    """
    days: set[int] = set()
    for part in text.lower().split(","):
        if part.strip() == "daily":
            days |= set(range(7))
            continue
        first, dash, last = (word.strip() for word in part.partition("-"))
        begin = _day(first)
        days |= {(begin + number) % 7 for number in range((_day(last) - begin) % 7 + 1 if dash else 1)}
    return frozenset(days)


def time_of(text: str) -> time:
    """A time of day, ``22:00``; ``24:00`` is the midnight at the end of a day.

    Raises:
        ValueError: it is none.
    """
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*", text, re.ASCII)
    hour, minute = (int(match[1]), int(match[2])) if match else (99, 0)
    if (hour, minute) == (24, 0):
        hour = 0
    if hour > 23 or minute > 59:
        raise ValueError("a time of day from '00:00' to '24:00'")
    return time(hour, minute)


def _zone(text: str) -> str:
    check_zone(text)
    return text


def _cron(text: str) -> str:
    check_cron(text)
    return " ".join(text.split())


_WORD = "(?:" + "|".join(f"{_any}" for _any in (*DAYS, *(day[:3] for day in DAYS))) + ")"
_RANGE = rf"\s*(?:daily|{_WORD}\s*(?:-\s*{_WORD}\s*)?)\s*"


def _either_case(pattern: str) -> str:
    """The pattern for both cases: JSON Schema's have no switch for that."""
    return re.sub(r"(?<!\\)[a-z]", lambda letter: f"[{letter[0].upper()}{letter[0]}]", pattern)


DAY_LIST = Checked(days_of, {"pattern": "^" + _either_case(f"{_RANGE}(?:,{_RANGE})*") + "$"})
TIME_OF_DAY = Checked(time_of, {"pattern": r"^\s*(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)\s*$"})
ZONE = Checked(_zone, {"minLength": 1})
CRON = Checked(_cron, {"pattern": r"^\s*\S+(\s+\S+){4}\s*$"})


def _window(
    days: tuple[frozenset[int], ...] = (frozenset(range(7)),),
    start: time = time(0),
    end: time = time(0),
    zone: str = "UTC",
) -> Window:
    return Window(frozenset[int]().union(*days), start, end, zone)


WINDOW = Record(
    _window,
    (
        Field("days", Several(DAY_LIST), "days on which it opens: mon-fri, or a list; every day by default"),
        Field("from", TIME_OF_DAY, "the time of day it opens, 22:00; midnight by default", "start"),
        Field("to", TIME_OF_DAY, "the time of day it closes; at or before 'from': on the next day", "end"),
        Field("time-zone", ZONE, "where these times hold, e.g. Europe/Stockholm; UTC by default", "zone"),
    ),
)
