"""Points in time as Vidispine writes them: ``2021-03-09T15:04:43.603+0000`` in JSON, with ``Z`` in XML and elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """The moment in the form of JSON documents; as form ``moment`` it becomes that of XML."""
    return zulu(moment).replace("Z", "+0000")


def zulu(moment: datetime) -> str:
    """The moment with ``Z``: as in XML, job data and values of fields."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
