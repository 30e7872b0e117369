"""Points in time: iso, date, time, datetime."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.parsers.payload import text_of

Format = Annotated[str, "how it is written, in the notation of Python's strptime, e.g. %d.%m.%Y"]
DefaultTimezone = Annotated[str, "time zone of times that name none, e.g. Europe/Stockholm"]


class IsoParser:
    """A timestamp as ISO 8601 writes it, e.g. ``2026-05-01T12:00:00+02:00``.

    Args:
        default_timezone: where a timestamp without offset was written.
    """

    name: ClassVar[str] = "iso"

    def __init__(self, *, default_timezone: DefaultTimezone = "UTC") -> None:
        self._read: Callable[[str], datetime]
        self._read = flowhost.value_reader("iso", default_timezone=default_timezone)

    def parse(self, data: bytes | str | None) -> datetime | None:
        """The time with the offset it was given with, or else with that of the default time zone."""
        text = text_of(data)
        return None if text is None else self._read(text)


class DateParser:
    """A day.

    Args:
        format: how it is written.
    """

    name: ClassVar[str] = "date"

    def __init__(self, *, format: Format) -> None:  # noqa: A002  # the option's name in profiles
        self._read: Callable[[str], date] = flowhost.value_reader("date", format=format)

    def parse(self, data: bytes | str | None) -> date | None:
        """The day; what else the format reads is dropped, and what it does not read is of 1900-01-01."""
        text = text_of(data)
        return None if text is None else self._read(text)


class TimeParser:
    """A time of day.

    Args:
        format: how it is written.
    """

    name: ClassVar[str] = "time"

    def __init__(self, *, format: Format) -> None:  # noqa: A002  # the option's name in profiles
        self._read: Callable[[str], time] = flowhost.value_reader("time", format=format)

    def parse(self, data: bytes | str | None) -> time | None:
        """The time of day, with its offset when the format reads one (``%z``)."""
        text = text_of(data)
        return None if text is None else self._read(text)


class DateTimeParser:
    """A day and a time of day.

    Args:
        format: how it is written.
        default_timezone: where it was written, when the format reads no offset (``%z``).
    """

    name: ClassVar[str] = "datetime"

    def __init__(self, *, format: Format, default_timezone: DefaultTimezone = "UTC") -> None:  # noqa: A002  # the option's name in profiles
        self._read: Callable[[str], datetime]
        self._read = flowhost.value_reader("datetime", format=format, default_timezone=default_timezone)

    def parse(self, data: bytes | str | None) -> datetime | None:
        """The moment, in UTC."""
        text = text_of(data)
        return None if text is None else self._read(text)
