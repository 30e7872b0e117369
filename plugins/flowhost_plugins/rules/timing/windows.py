"""Windows: the times of day at which runs may start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from flowhost_plugins.rules.rule import Window
from flowhost_plugins.rules.timing.zones import moment_of, zone_called

_DAY = timedelta(days=1)
_FORESEEN = 9  # days: a window opens on one day of the week at least, and today's may be over


class Windows:
    """The windows of a rule; without any it is always open.

    A time that clocks skip is taken as the one at which they skip it when a window opens, and as late by as much as
    they skip when it closes; of a time that they show twice the first opens and the second closes. So a window opens on
    each of its days, and never is shorter by a change of clocks.

    Args:
        windows: as the rule has them.
    """

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = tuple(windows)

    def open_at(self, now: datetime) -> bool:
        """Whether runs may start at this moment, which has a time zone."""
        return not self._windows or any(
            opens <= now < closes for one in self._windows for opens, closes in _openings(one, now, until=1)
        )

    def next_opening(self, now: datetime) -> datetime:
        """The first moment from `now` on at which runs may start: `now` itself when they may. In UTC."""
        now = now.astimezone(UTC)
        if self.open_at(now):
            return now
        openings = (found for one in self._windows for found in _openings(one, now, until=_FORESEEN))
        return min(opens for opens, _ in openings if opens > now)


def _openings(window: Window, now: datetime, until: int) -> Iterator[tuple[datetime, datetime]]:
    """When a window opens and closes, in UTC, on each of its days until so many after today.

    The first is two days before: it can be open a day later, and a zone can skip the day between.
    """
    today = now.astimezone(zone_called(window.zone)).date()
    for number in range(-2, until):
        day = today + number * _DAY
        if day.weekday() in window.days:
            yield _opening(window, day)


def _opening(window: Window, day: date) -> tuple[datetime, datetime]:
    zone = zone_called(window.zone)
    last = day if window.end > window.start else day + _DAY
    opens = moment_of(datetime.combine(day, window.start, zone))
    return opens, datetime.combine(last, window.end, zone).replace(fold=_second(window, last)).astimezone(UTC)


def _second(window: Window, day: date) -> int:
    """The fold of the closing time: 1 when clocks show it twice; one that they skip is taken as before the change."""
    closes = datetime.combine(day, window.end, zone_called(window.zone))
    return int(closes.replace(fold=1).utcoffset() < closes.utcoffset())  # type: ignore[operator]  # this zone always tells
