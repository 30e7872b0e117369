"""Time zones by name, and what a clock on the wall there means."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Protocol, cast

import flowhost
from flowhost_plugins.parsers.payload import shortened

DefaultTimezone = Annotated[str, "time zone of times that name none, e.g. Europe/Stockholm"]


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
        hint = (
            flowhost.nearest(name, pytz.all_timezones) or "; expected one such as 'Europe/Stockholm' or 'UTC'"
        )
        raise ValueError(f"default timezone {name!r} is unknown{hint}") from None


def localized(wall: datetime, zone: Zone, payload: object) -> datetime:
    """The moment at which clocks in `zone` showed `wall`, with the offset from UTC that held then.

    Args:
        wall: a time without zone.
        zone: where the clock hangs.
        payload: what it was read from, for the error.

    Raises:
        Rejected: clocks there never showed this time, or showed it twice, because they were changed that day.
    """
    import pytz

    try:
        moment = zone.localize(wall, is_dst=None)
    except pytz.NonExistentTimeError:
        raise _unclear(payload, wall, zone, "never was: clocks were put forward over it") from None
    except pytz.AmbiguousTimeError:
        raise _unclear(payload, wall, zone, "was twice: clocks were put back over it") from None
    except OverflowError:
        raise flowhost.Rejected(f"the payload {shortened(payload)} is beyond the years 1 to 9999") from None
    # a pytz zone would go wrong in arithmetic across a change of the clocks; a fixed offset cannot
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta(0)))


def _unclear(payload: object, wall: datetime, zone: Zone, why: str) -> flowhost.Rejected:
    found = f"the payload is {shortened(payload)}, but {wall} {why} in {zone}"
    return flowhost.Rejected(f"{found}; expected a time with its offset from UTC")
