"""Moments as a site writes them, and as it reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_STAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE,
)


def read_time(text: str) -> datetime:
    """The moment that a stamp means, with its time zone; UTC where it has none.

    Seen are ``2021-03-09T15:04:43.603+0000`` in JSON, ``2018-07-20T14:13:53.691+01:00`` in XML, both with ``Z``, and dates
    alone. What is finer than a microsecond is cut off.

    Raises:
        ValueError: it is no stamp.
    """
    found = _STAMP.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{text!r} is no time, expected one such as 2021-03-09T15:04:43.603+0000")
    day, minutes, seconds, fraction, zone = found.groups()
    clock = f"{minutes or '00:00'}:{seconds or '00'}.{(fraction or '0')[:6]:0<6}"
    try:
        return datetime.fromisoformat(f"{day}T{clock}{_zone(zone)}")
    except ValueError as error:
        raise ValueError(f"{text!r} is no time: {error}") from None


def found_time(text: str | None) -> datetime | None:
    """As `read_time`, but None for nothing and for what is no stamp: a site's mistake is not worth an error."""
    try:
        return read_time(text) if text else None
    except ValueError:
        return None


def write_time(moment: datetime) -> str:
    """A moment as metadata fields of the type ``date`` have it: UTC, milliseconds, ``Z``.

    Raises:
        ValueError: it has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _zone(text: str | None) -> str:
    if text is None or text in "Zz":
        return "+00:00"
    digits = text[1:].replace(":", "")
    return f"{text[0]}{digits[:2]}:{digits[2:] or '00'}"
