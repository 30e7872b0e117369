"""Points in time: as ISO 8601 writes them, or in a format of one's own."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from flowhost.values.unreadable import unlike
from flowhost.values.zones import Zone, localized


def iso(text: str, zone: Zone) -> datetime:
    """A timestamp, e.g. ``2026-05-01T12:00:00+02:00``, with its own offset or else that of `zone`."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise unlike(text, "an ISO 8601 timestamp such as 2026-05-01T12:00:00+02:00") from None
    return moment if moment.tzinfo else localized(moment, zone, text)


def day(text: str, written: str) -> date:
    """A day; what else the format reads is dropped, and what it does not read is of 1900-01-01."""
    return _read(text, written).date()


def time_of_day(text: str, written: str) -> time:
    """A time of day, with its offset when the format reads one (``%z``)."""
    return _read(text, written).timetz()


def moment(text: str, written: str, zone: Zone) -> datetime:
    """A day and a time of day, in UTC; in `zone` when the format reads no offset (``%z``)."""
    wall = _read(text, written)
    try:
        return (wall if wall.tzinfo else localized(wall, zone, text)).astimezone(UTC)
    except OverflowError:
        raise unlike(text, "a time within the years 1 to 9999") from None


def checked_format(text: str) -> str:
    """The format, if strptime can read with it.

    Raises:
        ValueError: it cannot; the sentence says which directive is wrong.
    """
    if "%" not in text.replace("%%", ""):
        raise ValueError(f"format {text!r} reads nothing; expected directives such as %d.%m.%Y")
    if re.search(r"(?<!%)(%%)*%Z", text):
        raise ValueError(f"format {text!r} has %Z, a name that fits many zones; use %z or 'default timezone'")
    try:
        datetime.strptime("", text)  # only its complaint is of interest
    except ValueError as error:
        if "does not match format" not in str(error):
            raise ValueError(f"format {text!r} cannot be used: {error}") from None
    except re.error:
        raise ValueError(f"format {text!r} has a directive twice") from None
    return text


def _read(text: str, written: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), written)
    except (ValueError, OverflowError):
        raise unlike(text, f"the format {written!r}") from None
