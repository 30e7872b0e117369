"""What the clock on the wall shows in a time zone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

import flowhost


def zone(name: str) -> tzinfo:
    """The time zone with this name of the IANA database, e.g. ``Europe/Oslo``.

    Raises:
        ValueError: there is none; the text names the nearest.
    """
    import pytz

    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        message = f"there is no time zone {name!r}{_hint(name, pytz.all_timezones)}"
        raise ValueError(message) from None


def wall_clock(moment: datetime, in_zone: tzinfo | None) -> datetime:
    """The moment as the clock on the wall shows it; None means the machine's own time zone."""
    return moment.astimezone(in_zone)


def _hint(name: str, zones: Iterable[str]) -> str:
    # people write the city alone as often as they misspell the whole name
    cities = {full.rpartition("/")[2].lower(): full for full in zones}
    wanted = cities.get(name.lower().replace(" ", "_"), name)
    return flowhost.nearest(wanted, zones) or ", expected a name such as 'Europe/Oslo' or 'UTC'"
