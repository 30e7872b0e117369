"""The next time of a schedule.

A crontab entry means what it means to Debian's cron(8): a job at a certain time that clocks skip runs when they have
skipped it, one that they show twice runs once; what recurs every few minutes, or every hour, keeps its pace.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flowhost_plugins.rules.rule import Schedule
from flowhost_plugins.rules.timing.zones import zone_called

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Intervals are counted from here, so that a restart does not shift them."""

_FIELDS = "five fields as in crontab(5): minute hour day-of-month month day-of-week, e.g. '0 2 * * mon-fri'"


def next_time(schedule: Schedule, after: datetime) -> datetime:
    """The first time of a schedule that is later than a moment.

    Args:
        schedule: one that was checked.
        after: with time zone.

    Returns:
        In UTC.

    Raises:
        ValueError: there is none, within fifty years.
    """
    if schedule.every is not None:
        return _next_interval(schedule.every, after)
    return _next_cron(schedule.cron, schedule.zone, after.astimezone(UTC))


def check_cron(cron: str) -> None:
    """See whether a crontab entry can be used.

    Raises:
        ValueError: it cannot; it tells what was expected.
    """
    from cronsim import CronSimError

    if len(cron.split()) != 5:
        raise ValueError(_FIELDS)
    try:
        _next_cron(cron, "UTC", EPOCH)
    except CronSimError as error:
        raise ValueError(f"{_FIELDS} ({str(error).lower()})") from None


def _next_interval(every: float, after: datetime) -> datetime:
    step = timedelta(seconds=every)  # whole microseconds, so that thousands of steps add up exactly
    return EPOCH + ((after - EPOCH) // step + 1) * step


def _next_cron(cron: str, zone: str, after: datetime) -> datetime:
    from cronsim import CronSim

    # on the day clocks are put back, a time on the wall after `after` may have been before it already
    for found in CronSim(cron, after.astimezone(zone_called(zone))):
        moment = found.astimezone(UTC)
        if moment > after:
            return moment
    raise ValueError(f"{_FIELDS} (there is no such day)")  # it gives up after fifty years
