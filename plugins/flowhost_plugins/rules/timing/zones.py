"""Time zones of pytz in the form that Python's own arithmetic expects.

pytz keeps a zone object for each offset and wants `localize` and `normalize` around every step; crontab arithmetic and
windows are written for zones that tell their offset for a time on the wall (PEP 495).
"""

from __future__ import annotations

import contextlib
import functools
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import flowhost

_DAY = timedelta(days=1)  # no zone has changed its clocks twice within two days
_MINUTE = timedelta(minutes=1)


class WallZone(tzinfo):
    """A zone: which offset from UTC holds when clocks there show a time.

    Of a time that clocks show twice, ``fold`` tells which one is meant; one that they skip is taken with the offset
    before the change, or with ``fold=1`` with the one after it.

    Args:
        name: in the Olson database.

    Raises:
        ValueError: there is no such zone.
    """

    def __init__(self, name: str) -> None:
        import pytz

        self.name = name
        try:
            self._zone: Any = pytz.timezone(name)
        except pytz.UnknownTimeZoneError:
            near = flowhost.nearest(name, pytz.all_timezones) or " such as 'Europe/Stockholm' or 'UTC'"
            raise ValueError(f"a time zone{near}") from None

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """The offset for a time on the wall."""
        assert dt is not None
        wall = dt.replace(tzinfo=None, fold=0)
        before, after = self._offset(wall, -_DAY), self._offset(wall, _DAY)
        if before == after:
            return before
        shown = [offset for offset in (before, after) if self._offset(wall - offset) == offset]
        possible = shown or [before, after]
        return possible[min(dt.fold, len(possible) - 1)]

    def fromutc(self, dt: datetime) -> datetime:
        """The time on the wall for a moment of UTC."""
        moment = dt.replace(tzinfo=None)
        wall = moment + self._offset(moment)
        first = wall.replace(tzinfo=self)
        return first.replace(fold=int(wall - self.utcoffset(first) != moment))

    def dst(self, dt: datetime | None) -> None:  # noqa: ARG002  # the signature is Python's
        """Nobody here asks whether an offset is called summer time."""
        return

    def tzname(self, dt: datetime | None) -> str:  # noqa: ARG002  # as above
        """Its name."""
        return self.name

    def __repr__(self) -> str:
        return f"WallZone({self.name!r})"

    def _offset(self, moment: datetime, away: timedelta = timedelta(0)) -> timedelta:
        """The offset at a moment of UTC, given without zone; beyond the years 1 to 9999 that at their edge."""
        with contextlib.suppress(OverflowError):
            moment += away
        offset: timedelta = self._zone.fromutc(moment).utcoffset()
        return offset


@functools.lru_cache(maxsize=256)
def zone_called(name: str) -> WallZone:
    """The zone with this name; always the same object, because Python compares times of one zone by the wall."""
    return WallZone(name)


def check_zone(name: str) -> None:
    """See whether there is a zone with this name.

    Raises:
        ValueError: there is not; it tells what was expected.
    """
    zone_called(name)


def moment_of(wall: datetime) -> datetime:
    """The moment of UTC at which clocks in a zone show a time; of one that they skip, when they skip it.

    Args:
        wall: with a `WallZone`, at a full minute.
    """
    while (moment := wall.astimezone(UTC)).astimezone(wall.tzinfo) != wall:
        wall += _MINUTE
    return moment
