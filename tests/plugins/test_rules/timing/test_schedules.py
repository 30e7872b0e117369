"""When schedules fire, by the clocks of a zone, also on the days they are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import pytz
from hypothesis import example, given
from hypothesis import strategies as st

from flowhost_plugins.rules.rule import Schedule
from flowhost_plugins.rules.timing import check_cron, next_time

ZONES = (
    "UTC",
    "Europe/Stockholm",
    "America/New_York",
    "America/Sao_Paulo",  # changed its clocks at midnight
    "Asia/Beirut",  # changes them at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Africa/Casablanca",  # back in summer
    "Antarctica/Troll",  # by two hours
    "Asia/Kathmandu",
)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


def times(schedule: Schedule, after: datetime, number: int) -> list[datetime]:
    found = [after]
    for _ in range(number):
        found.append(next_time(schedule, found[-1]))
    return found[1:]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        ("0 2 * * *", "UTC", "2026-05-01T01:59:59Z", ["2026-05-01T02:00Z", "2026-05-02T02:00Z"]),
        ("0 2 * * *", "UTC", "2026-05-01T02:00:00Z", ["2026-05-02T02:00Z"]),
        ("0 2 * * mon-fri", "UTC", "2026-05-01T12:00Z", ["2026-05-04T02:00Z", "2026-05-05T02:00Z"]),
        ("0 0 29 2 *", "UTC", "2026-05-01T12:00Z", ["2028-02-29T00:00Z", "2032-02-29T00:00Z"]),
        ("0 12 L * *", "UTC", "2026-02-01T00:00Z", ["2026-02-28T12:00Z", "2026-03-31T12:00Z"]),
        ("0 2 * * *", "Europe/Stockholm", "2026-05-01T12:00Z", ["2026-05-02T02:00+02:00"]),
        # clocks are put forward from 2:00 to 3:00
        ("30 2 * * *", "Europe/Stockholm", "2026-03-28T12:00Z", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
        ("15,45 2 * * *", "Europe/Stockholm", "2026-03-28T12:00Z", ["2026-03-29T03:00+02:00", "2026-03-30T02:15+02:00"]),
        ("*/30 * * * *", "Europe/Stockholm", "2026-03-29T01:30+01:00", ["2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00"]),
        # clocks are put back from 3:00 to 2:00
        ("30 2 * * *", "Europe/Stockholm", "2026-10-24T12:00Z", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
        ("30 2 * * *", "Europe/Stockholm", "2026-10-25T02:10+01:00", ["2026-10-26T02:30+01:00"]),
        ("*/30 * * * *", "Europe/Stockholm", "2026-10-25T02:00+02:00",
         ["2026-10-25T02:30+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00", "2026-10-25T03:00+01:00"]),
        # there was no 30 December
        ("0 12 * * *", "Pacific/Apia", "2011-12-29T12:00-10:00", ["2011-12-31T00:00+14:00", "2011-12-31T12:00+14:00"]),
    ],
)  # fmt: skip
def test_a_crontab_entry(cron: str, zone: str, after: str, expected: list[str]) -> None:
    assert times(Schedule(cron, zone=zone), at(after), len(expected)) == [at(one) for one in expected]


@given(minute=st.integers(0, 59), hour=st.integers(0, 23), zone=st.sampled_from(ZONES), after=MOMENTS)
@example(30, 2, "Europe/Stockholm", datetime(2026, 3, 27, tzinfo=UTC))
@example(30, 0, "Asia/Beirut", datetime(2026, 3, 27, tzinfo=UTC))
@example(15, 1, "Australia/Lord_Howe", datetime(2026, 4, 3, tzinfo=UTC))
@example(30, 1, "Antarctica/Troll", datetime(2026, 3, 27, tzinfo=UTC))
def test_a_daily_one_fires_once_on_each_day(minute: int, hour: int, zone: str, after: datetime) -> None:
    found = times(Schedule(f"{minute} {hour} * * *", zone=zone), after, 8)

    assert all(left < right for left, right in pairwise([after, *found]))
    days = [one.astimezone(pytz.timezone(zone)).date() for one in found]
    assert all(right - left == timedelta(days=1) for left, right in pairwise(days))
    shown = [one.astimezone(pytz.timezone(zone)).strftime("%H:%M") for one in found]
    assert sum(one != f"{hour:02}:{minute:02}" for one in shown) <= 1  # the day a zone skips that time


@given(
    cron=st.sampled_from(["*/7 * * * *", "0 */3 * * *", "5 4,16 * * mon", "0 0 1 * *", "59 23 L * *", "1-9/4 2-3 * * *"]),
    zone=st.sampled_from(ZONES),
    after=MOMENTS,
)  # fmt: skip
def test_times_grow_and_are_what_the_clocks_show(cron: str, zone: str, after: datetime) -> None:
    found = times(Schedule(cron, zone=zone), after, 12)

    assert all(left < right for left, right in pairwise([after, *found]))
    assert all(one.tzinfo is UTC and (one.second, one.microsecond) == (0, 0) for one in found)


@given(cron=st.sampled_from(["*/10 * * * *", "0 * * * *"]), zone=st.sampled_from(ZONES), after=MOMENTS)
def test_what_recurs_keeps_its_pace_whatever_clocks_do(cron: str, zone: str, after: datetime) -> None:
    pace = timedelta(minutes=10) if cron.startswith("*/10") else timedelta(hours=1)
    found = times(Schedule(cron, zone=zone), after, 10)
    # only where clocks are changed by half an hour does the full hour come early or late
    assert all(abs(right - left - pace) <= timedelta(minutes=30) for left, right in pairwise(found))
    if zone != "Australia/Lord_Howe":
        assert {right - left for left, right in pairwise(found)} == {pace}


@given(
    every=st.sampled_from([1.0, 0.1 * 30, 90.0, 3600.0, 86400.0, 7 * 86400.0]),
    after=MOMENTS,
    later=st.floats(0, 1e6),
)
def test_an_interval_does_not_shift_with_a_restart(every: float, after: datetime, later: float) -> None:
    schedule = Schedule(every=every)
    first = next_time(schedule, after)
    assert timedelta(0) < first - after <= timedelta(seconds=every)
    again = next_time(schedule, first + timedelta(seconds=later))
    assert (again - first) % timedelta(seconds=every) == timedelta(0)


def test_an_interval_of_a_day_begins_at_midnight() -> None:
    assert next_time(Schedule(every=86400), at("2026-05-01T12:00Z")) == at("2026-05-02T00:00Z")


@pytest.mark.parametrize(
    "cron",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "a * * * *",
     "*/0 * * * *", "0 0 31 2 *", "0 0 31 4,6,9,11 *", "@daily", "1#2 * * * *", "* * * * mon#6", "5-1 * * * *"],
)  # fmt: skip
def test_an_entry_that_cannot_be_used(cron: str) -> None:
    with pytest.raises(ValueError, match="five fields as in crontab"):
        check_cron(cron)


@given(st.lists(st.text("0123456789*/,-#LWmonjan", max_size=5), min_size=5, max_size=5).map(" ".join))
def test_any_text_is_an_entry_or_refused(cron: str) -> None:
    try:
        check_cron(cron)
    except ValueError as error:
        assert "five fields as in crontab" in str(error)
        return
    after = at("2026-05-01T00:00Z")
    assert next_time(Schedule(cron), after) > after
