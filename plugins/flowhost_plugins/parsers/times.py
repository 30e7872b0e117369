"""Points in time: iso, date, time, datetime."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.parsers.payload import shortened, text_of
from flowhost_plugins.parsers.zones import DefaultTimezone, localized, zone_named

Format = Annotated[str, "how it is written, in the notation of Python's strptime, e.g. %d.%m.%Y"]


class IsoParser:
    """A timestamp as ISO 8601 writes it, e.g. ``2026-05-01T12:00:00+02:00``.

    Args:
        default_timezone: where a timestamp without offset was written.
    """

    name: ClassVar[str] = "iso"

    def __init__(self, *, default_timezone: DefaultTimezone = "UTC") -> None:
        self._zone = zone_named(default_timezone)

    def parse(self, data: bytes | str | None) -> datetime | None:
        """The time with the offset it was given with, or else with that of the default time zone."""
        text = text_of(data)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise _unlike(text, "an ISO 8601 timestamp such as 2026-05-01T12:00:00+02:00") from None
        return moment if moment.tzinfo else localized(moment, self._zone, text)


class DateParser:
    """A day.

    Args:
        format: how it is written.
    """

    name: ClassVar[str] = "date"

    def __init__(self, *, format: Format) -> None:  # noqa: A002  # the option's name in profiles
        self._format = checked_format(format)

    def parse(self, data: bytes | str | None) -> date | None:
        """The day; what else the format reads is dropped, and what it does not read is of 1900-01-01."""
        moment = _read(data, self._format)
        return moment.date() if moment else None


class TimeParser:
    """A time of day.

    Args:
        format: how it is written.
    """

    name: ClassVar[str] = "time"

    def __init__(self, *, format: Format) -> None:  # noqa: A002  # the option's name in profiles
        self._format = checked_format(format)

    def parse(self, data: bytes | str | None) -> time | None:
        """The time of day, with its offset when the format reads one (``%z``)."""
        moment = _read(data, self._format)
        return moment.timetz() if moment else None


class DateTimeParser:
    """A day and a time of day.

    Args:
        format: how it is written.
        default_timezone: where it was written, when the format reads no offset (``%z``).
    """

    name: ClassVar[str] = "datetime"

    def __init__(self, *, format: Format, default_timezone: DefaultTimezone = "UTC") -> None:  # noqa: A002  # the option's name in profiles
        self._format = checked_format(format)
        self._zone = zone_named(default_timezone)

    def parse(self, data: bytes | str | None) -> datetime | None:
        """The moment, in UTC."""
        moment = _read(data, self._format)
        if moment is None:
            return None
        try:
            return (moment if moment.tzinfo else localized(moment, self._zone, data)).astimezone(UTC)
        except OverflowError:
            raise _unlike(data, "a time within the years 1 to 9999") from None


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


def _read(data: bytes | str | None, written: str) -> datetime | None:
    text = text_of(data)
    if text is None:
        return None
    try:
        return datetime.strptime(text.strip(), written)
    except (ValueError, OverflowError):
        raise _unlike(text, f"the format {written!r}") from None


def _unlike(payload: object, expected: str) -> flowhost.Rejected:
    return flowhost.Rejected(f"the payload is {shortened(payload)}, expected {expected}")
