"""Time zones by name, and what a clock on the wall there means."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Protocol, cast

from flowhost.options.wording import nearest, quoted
from flowhost.values.unreadable import Unreadable


class Zone(Protocol):
    """A pytz time zone."""

    def localize(self, dt: datetime, is_dst: bool | None = False) -> datetime:
        """The wall clock time `dt` with this zone; with ``is_dst=None`` it must have been exactly once."""


def zone_named(name: str) -> Zone:
    """The time zone with this name from the Olson database.

    Raises:
        ValueError: there is none.
    """
    import pytz

    try:
        return cast(Zone, pytz.timezone(name))
    except pytz.UnknownTimeZoneError:
        hint = nearest(name, pytz.all_timezones) or "; expected one such as 'Europe/Stockholm' or 'UTC'"
        raise ValueError(f"default timezone {name!r} is unknown{hint}") from None


def localized(wall: datetime, zone: Zone, text: str) -> datetime:
    """The moment at which clocks in `zone` showed `wall`, with the offset from UTC that held then.

    Args:
        wall: a time without zone.
        zone: where the clock hangs.
        text: what it was read from, for the error.

    Raises:
        Unreadable: clocks there never showed this time, or showed it twice, because they were changed that day.
    """
    import pytz

    try:
        moment = zone.localize(wall, is_dst=None)
    except pytz.NonExistentTimeError:
        raise _unclear(text, wall, zone, "never was: clocks were put forward over it") from None
    except pytz.AmbiguousTimeError:
        raise _unclear(text, wall, zone, "was twice: clocks were put back over it") from None
    except OverflowError:
        raise Unreadable(f"the value {quoted(text)} is beyond the years 1 to 9999") from None
    # a pytz zone would go wrong in arithmetic across a change of the clocks; a fixed offset cannot
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta(0)))


def _unclear(text: str, wall: datetime, zone: Zone, why: str) -> Unreadable:
    found = f"the value is {quoted(text)}, but {wall} {why} in {zone}"
    return Unreadable(f"{found}; expected a time with its offset from UTC")
