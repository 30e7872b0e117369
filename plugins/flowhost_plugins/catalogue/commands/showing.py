"""How the commands write moments and sizes."""

from __future__ import annotations

from datetime import datetime


def moment(when: datetime | None) -> str:
    """A moment for people, in UTC."""
    return "" if when is None else f"{when:%Y-%m-%d %H:%M:%S}"


def size(count: int | None) -> str:
    """Bytes for people."""
    if count is None:
        return ""
    shown, units = float(count), iter(("B", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while shown >= 1000 and (larger := next(units, None)):
        shown, unit = shown / 1000, larger
    return f"{shown:.0f} {unit}" if unit == "B" else f"{shown:.1f} {unit}"
