"""Times."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from datetime import datetime as datetime_type  # the class below has an attribute of that name
from typing import Any, Self


class Timestamp:
    """A moment as ISO 8601 writes it, with or without a time zone.

    Args:
        value: a text, a datetime, another timestamp; None is now, in UTC.
    """

    def __init__(self, value: str | datetime | Timestamp | None = None) -> None:
        self.datetime: datetime_type = _moment(value)

    @property
    def has_tz(self) -> bool:
        """Whether it names a time zone."""
        return self.datetime.tzinfo is not None

    def assume(self, zone: str | tzinfo) -> Self:
        """The same time of day in this zone, if it names none itself.

        Args:
            zone: a zone, or its name, e.g. ``Europe/Stockholm``.
        """
        if self.has_tz:
            return self
        import pytz

        named: Any = pytz.timezone(zone) if isinstance(zone, str) else zone
        localize = getattr(named, "localize", None)
        return type(self)(localize(self.datetime) if localize else self.datetime.replace(tzinfo=named))

    def utc(self) -> Self:
        """The same moment in UTC; without a zone UTC is meant."""
        return type(self)(self.assume(UTC).datetime.astimezone(UTC))

    def __str__(self) -> str:
        return self.datetime.isoformat().replace("+00:00", "Z")

    def __repr__(self) -> str:
        return f"Timestamp({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timestamp) and self.datetime == other.datetime

    def __hash__(self) -> int:
        return hash(self.datetime)


def _moment(value: str | datetime | Timestamp | None) -> datetime:
    if isinstance(value, Timestamp):
        return value.datetime
    if isinstance(value, str):
        return datetime.fromisoformat(value.strip())
    return datetime.now(UTC) if value is None else value
