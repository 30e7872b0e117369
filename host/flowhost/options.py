"""A part's constructor signature is its schema (the types an option may have; binding follows)."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, SecretStr

Secret = SecretStr
"""A text that is never shown; `.get_secret_value()` gives it."""

_UNITS = {"ms": 0.001, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def _seconds(value: object) -> object:
    match = re.fullmatch(r"\s*([\d.]+)\s*([a-z]*)\s*", value) if isinstance(value, str) else None
    if match and (match[2] or "s") in _UNITS:
        return float(match[1]) * _UNITS[match[2] or "s"]
    return value


def _bytes(value: object) -> object:
    match = re.fullmatch(r"\s*([\d.]+)\s*([KMGT]?)(i?)B?\s*", value, re.I) if isinstance(value, str) else None
    if match:
        step = 1024 if match[3] else 1000
        return int(float(match[1]) * step ** " KMGT".index(match[2].upper() or " "))
    return value


Seconds = Annotated[float, BeforeValidator(_seconds)]
"""A length of time; in INI files ``90``, ``1.5``, ``500 ms``, ``5 min``, ``2 h``, ``30 d``."""

Size = Annotated[int, BeforeValidator(_bytes)]
"""A number of bytes; in INI files ``1048576``, ``50 MB``, ``64 KiB``."""


class Section:
    """Marks an option that is read from an INI section of its own; see `Annotated`."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
