"""When windows are open, by the clocks of a zone, also on the days they are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import pytz
from hypothesis import example, given
from hypothesis import strategies as st

from flowhost_plugins.rules.rule import Window
from flowhost_plugins.rules.timing import Windows, check_zone

NIGHT = Window(frozenset(range(5)), time(22), time(6), "Europe/Stockholm")
ZONES = (
    "UTC",
    "Europe/Stockholm",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Antarctica/Troll",
)

TIMES = st.times().map(lambda one: time(one.hour, one.minute))
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))
WINDOWS = st.builds(
    Window, st.frozensets(st.integers(0, 6), min_size=1), TIMES, TIMES, st.sampled_from(ZONES)
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_without_windows_it_is_always_open() -> None:
    now = at("2026-05-01T00:00Z")
    assert Windows(()).open_at(now)
    assert Windows(()).next_opening(now) == now


@pytest.mark.parametrize(
    ("now", "is_open", "opening"),
    [
        ("2026-11-20T21:59:59+01:00", False, "2026-11-20T22:00+01:00"),  # Friday
        ("2026-11-20T22:00+01:00", True, "2026-11-20T22:00+01:00"),
        (
            "2026-11-21T05:59:59+01:00",
            True,
            "2026-11-21T05:59:59+01:00",
        ),  # the night of Friday ends on Saturday
        ("2026-11-21T06:00+01:00", False, "2026-11-23T22:00+01:00"),
        ("2026-11-21T23:00+01:00", False, "2026-11-23T22:00+01:00"),
    ],
)
def test_a_window_over_midnight(now: str, is_open: bool, opening: str) -> None:
    windows = Windows((NIGHT,))
    assert windows.open_at(at(now)) is is_open
    assert windows.next_opening(at(now)) == at(opening)


def test_the_first_of_several() -> None:
    windows = Windows((NIGHT, Window(frozenset({5}), time(12), time(13), "UTC")))
    assert windows.next_opening(at("2026-11-21T11:00Z")) == at("2026-11-21T12:00Z")
    assert windows.open_at(at("2026-11-21T12:30Z"))


@pytest.mark.parametrize("start", [time(0), time(7, 30)])
def test_as_late_as_early_is_a_whole_day(start: time) -> None:
    windows = Windows((Window(frozenset({2}), start, start),))
    opens = datetime.combine(date(2026, 11, 25), start, UTC)  # a Wednesday
    assert windows.next_opening(opens - timedelta(hours=1)) == opens
    assert windows.open_at(opens + timedelta(hours=23, minutes=59))
    assert not windows.open_at(opens + timedelta(hours=24))


def span(window: Window, day: str) -> tuple[datetime, datetime]:
    """When a window opens after noon of the day before, and when it closes then."""
    windows = Windows((window,))
    opens = windows.next_opening(at(day) - timedelta(hours=12))
    closes = opens
    while windows.open_at(closes):
        closes += timedelta(minutes=1)
    return opens, closes


@pytest.mark.parametrize(
    ("day", "start", "end", "opens", "closes"),
    [
        # 29 March 2026: from 2:00 to 3:00
        ("2026-03-29", time(1), time(4), "2026-03-29T01:00+01:00", "2026-03-29T04:00+02:00"),
        ("2026-03-29", time(2, 30), time(4), "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00"),
        ("2026-03-29", time(1), time(2, 30), "2026-03-29T01:00+01:00", "2026-03-29T03:30+02:00"),
        ("2026-03-29", time(2, 10), time(2, 20), "2026-03-29T03:00+02:00", "2026-03-29T03:20+02:00"),
        # 25 October 2026: from 3:00 to 2:00
        ("2026-10-25", time(2, 30), time(4), "2026-10-25T02:30+02:00", "2026-10-25T04:00+01:00"),
        ("2026-10-25", time(1), time(2, 30), "2026-10-25T01:00+02:00", "2026-10-25T02:30+01:00"),
    ],
)
def test_where_clocks_are_changed(day: str, start: time, end: time, opens: str, closes: str) -> None:
    window = Window(start=start, end=end, zone="Europe/Stockholm")
    assert span(window, f"{day}T00:00+01:00") == (at(opens), at(closes))


@given(WINDOWS, MOMENTS)
@example(
    Window(frozenset(range(7)), time(0), time(0, 30), "Asia/Beirut"), datetime(2026, 3, 28, 12, tzinfo=UTC)
)
@example(
    Window(frozenset(range(7)), time(1), time(2), "Antarctica/Troll"), datetime(2026, 3, 28, 12, tzinfo=UTC)
)
def test_it_opens_on_each_of_its_days(window: Window, now: datetime) -> None:
    windows, zone = Windows((window,)), pytz.timezone(window.zone)
    opens = windows.next_opening(now)

    assert opens >= now
    assert windows.open_at(opens)
    assert windows.next_opening(opens) == opens
    if opens > now:
        assert not windows.open_at(now)
        assert not windows.open_at(opens - timedelta(microseconds=1))
        local = opens.astimezone(zone)
        assert local.weekday() in window.days
        today = now.astimezone(zone).date()
        between = [today + timedelta(days=number) for number in range(1, (local.date() - today).days)]
        assert not {day.weekday() for day in between} & window.days


@given(WINDOWS, MOMENTS)
def test_it_is_open_whenever_the_clock_on_the_wall_says_so(window: Window, now: datetime) -> None:
    wall = now.astimezone(pytz.timezone(window.zone))
    clock, day = wall.time(), wall.date().weekday()
    if window.end > window.start:
        shows = day in window.days and window.start <= clock < window.end
    else:
        late = day in window.days and clock >= window.start
        shows = late or ((day - 1) % 7 in window.days and clock < window.end)
    if shows:
        assert Windows((window,)).open_at(now)


def test_a_zone_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="a time zone; did you mean 'Europe/Stockholm'"):
        check_zone("Europe/Stokholm")
