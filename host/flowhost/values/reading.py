"""A reader for each type of value."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flowhost.options import nearest
from flowhost.values import scalars, times
from flowhost.values.zones import zone_named

PLAIN: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": scalars.integer,
    "float": scalars.decimal,
    "boolean": scalars.boolean,
}
FORMATTED: dict[str, Callable[..., Any]] = {
    "date": times.day,
    "time": times.time_of_day,
    "datetime": times.moment,
}


def value_reader(
    type: str = "string",  # noqa: A002  # the option's name in profiles
    *,
    format: str | None = None,  # noqa: A002  # as above
    default_timezone: str = "UTC",
) -> Callable[[str], Any]:
    """A function that turns texts into values of one type; several threads may use it.

    It raises `Rejected`, which is a ValueError there, for a text that means no such value. A time without offset is one of
    `default_timezone`; one that clocks there showed twice, or never, is refused and not guessed.

    Example::

        read = flowhost.value_reader("date", format="%d/%m/%Y")
        read("24/12/2026")  # datetime.date(2026, 12, 24)

    Args:
        type: ``string``, ``integer``, ``float``, ``boolean``, ``iso`` (a timestamp of ISO 8601), ``date``, ``time`` or
            ``datetime``.
        format: how a ``date``, ``time`` or ``datetime`` is written, in the notation of Python's strptime.
        default_timezone: where an ``iso`` or ``datetime`` without offset was written, e.g. ``Europe/Stockholm``.

    Raises:
        ValueError: there is no such type or time zone, or the format is missing or wrong.
    """
    zone = zone_named(default_timezone) if type in ("iso", "datetime") else None
    if type in PLAIN:
        return PLAIN[type]
    if type == "iso":
        return partial(times.iso, zone=zone)  # type: ignore[arg-type]  # made above for this type
    if type not in FORMATTED:
        types = [*PLAIN, "iso", *FORMATTED]
        raise ValueError(f"type is {type!r}, expected one of {', '.join(types)}{nearest(type, types)}")
    if format is None:
        raise ValueError(f"the type {type!r} needs a 'format' that says how it is written, e.g. %d.%m.%Y")
    options: dict[str, Any] = {"written": times.checked_format(format)}
    return partial(FORMATTED[type], **options, **({"zone": zone} if zone is not None else {}))
