"""Times as Atom and VDF write them: ISO 8601, in the profile of RFC 3339 and of XML Schema's dateTime."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from flowhost_plugins.viz_one.documents.errors import DocumentError


def read_time(text: str, *, default_zone: tzinfo | None = UTC) -> datetime:
    """The time that a text of a document means.

    Args:
        text: ISO 8601, such as ``2024-01-02T03:04:05Z``; a date alone is its midnight.
        default_zone: the zone of a text that names none; None leaves such a time without one.

    Raises:
        DocumentError: it is not such a text.
    """
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DocumentError(f"{text!r} is no time; expected ISO 8601 such as 2024-01-02T03:04:05Z") from None
    return time if time.tzinfo is not None else time.replace(tzinfo=default_zone)


def write_time(time: datetime) -> str:
    """The time as a document says it: in UTC with a ``Z``; a time without a zone stays without."""
    if time.tzinfo is None:
        return time.isoformat()
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
