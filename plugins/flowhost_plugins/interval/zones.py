"""What the clock on the wall shows in a time zone."""

from __future__ import annotations

import difflib
from datetime import datetime, tzinfo


def zone(name: str) -> tzinfo:
    """The time zone with this name of the IANA database, e.g. ``Europe/Oslo``.

    Raises:
        ValueError: there is none; the text names the nearest.
    """
    import pytz

    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        message = f"there is no time zone {name!r}{_nearest(name, pytz.all_timezones)}"
        raise ValueError(message) from None


def wall_clock(moment: datetime, in_zone: tzinfo | None) -> datetime:
    """The moment as the clock on the wall shows it; None means the machine's own time zone."""
    return moment.astimezone(in_zone)


def _nearest(name: str, names: list[str]) -> str:
    # People write the city alone as often as they misspell the whole name.
    known = {full.rpartition("/")[2].lower(): full for full in names} | {full.lower(): full for full in names}
    found = difflib.get_close_matches(name.lower(), known, n=1)
    return (
        f"; did you mean {known[found[0]]!r}?"
        if found
        else ", expected a name such as 'Europe/Oslo' or 'UTC'"
    )
