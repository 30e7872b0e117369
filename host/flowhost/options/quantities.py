"""The option types flowhost adds to Python's own: lengths of time, sizes, secrets, whole sections."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, SecretStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from flowhost.options.wording import quoted

Secret = SecretStr
"""A text that is never shown; `.get_secret_value()` gives it."""

_TIME_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_TIME = r"\s*([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)\s*([A-Za-z]*)\s*"
_SIZE = r"\s*([+-]?[0-9]+(?:\.[0-9]*)?|[+-]?\.[0-9]+)\s*(?:([KMGT])(i?))?B?\s*"


@dataclass(frozen=True, slots=True)
class Label:
    """Marks a type with the words that `flowhost describe` uses for it."""

    text: str


def unreadable(sentence: str) -> PydanticCustomError:
    """The error of a reader of texts; its sentence says the value and what was expected."""
    return PydanticCustomError("unreadable", "{sentence}", {"sentence": sentence})


def _seconds(value: object) -> object:
    seconds = _seconds_of(value) if isinstance(value, str) else value
    if isinstance(seconds, int | float) and not 0 <= seconds < math.inf:
        raise unreadable(f"{quoted(value)} is no possible length of time; expected 0 or more seconds")
    return seconds


def _seconds_of(text: str) -> float:
    match = re.fullmatch(_TIME, text)
    unit = _TIME_UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        expected = "a number of seconds or e.g. '5 min'"
        raise unreadable(
            f"{quoted(text)} is not a length of time; expected {expected} (units ms, s, min, h, d)"
        )
    # Decimal, so that 300 ms are the same number as 0.3
    return float(Decimal(match[1]) * Decimal(str(unit)))


def _bytes(value: object) -> object:
    size = _bytes_of(value) if isinstance(value, str) else value
    if isinstance(size, int | float) and size < 0:
        raise unreadable(f"{quoted(value)} is no possible size; expected 0 or more bytes")
    return size


def _bytes_of(text: str) -> int:
    match = re.fullmatch(_SIZE, text, re.IGNORECASE)
    if match is None:
        raise unreadable(
            f"{quoted(text)} is not a size; expected a number of bytes or e.g. '50 MB' or '64 KiB'"
        )
    step = 1024 if match[3] else 1000
    size = Decimal(match[1]) * step ** " KMGT".index((match[2] or " ").upper())
    if size != int(size):
        raise unreadable(f"{quoted(text)} is not a whole number of bytes; expected e.g. '50 MB'")
    return int(size)


Seconds = Annotated[
    float,
    BeforeValidator(_seconds),
    Label("length of time"),
    WithJsonSchema({"type": ["number", "string"], "minimum": 0}),
]
"""A length of time, 0 or more; in INI files ``90``, ``1.5``, ``500 ms``, ``5 min``, ``2 h``, ``30 d``."""

Size = Annotated[
    int,
    BeforeValidator(_bytes),
    Label("size"),
    WithJsonSchema({"type": ["integer", "string"], "minimum": 0}),
]
"""A number of bytes, 0 or more; in INI files ``1048576``, ``50 MB``, ``64 KiB``."""


@dataclass(frozen=True, slots=True)
class Section:
    """Marks an option that is read from INI sections of its own.

    Written ``Annotated[dict[str, str], Section("Vdf"), "help"]``.

    Args:
        pattern: title of the section, whose keys and values become the mapping. With a star (``Field:*``) the
            option maps what the star stands for to the keys and values of that section.
    """

    pattern: str
