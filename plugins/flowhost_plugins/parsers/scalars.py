"""Single values: string, integer, float, boolean."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, NoReturn

import flowhost
from flowhost_plugins.parsers.payload import shortened, text_of

TRUE = frozenset({"1", "yes", "true", "on"})
FALSE = frozenset({"0", "no", "false", "off"})


class StringParser:
    """The payload as text.

    Args:
        encoding: how bytes are to be read.
    """

    name: ClassVar[str] = "string"

    def __init__(
        self, *, encoding: Annotated[str, "how bytes are read, e.g. utf-8 or iso-8859-1"] = "utf-8"
    ) -> None:
        try:
            "a".encode(encoding)
        except (LookupError, ValueError):
            raise ValueError(
                f"encoding {encoding!r} is unknown; expected one such as utf-8 or iso-8859-1"
            ) from None
        self.encoding = encoding

    def parse(self, data: bytes | str | None) -> str | None:
        """The text as it is; None for an empty payload."""
        return text_of(data, self.encoding)


class IntegerParser:
    """A whole number."""

    name: ClassVar[str] = "integer"

    def parse(self, data: bytes | str | None) -> int | None:
        """The number; blanks around it do not matter. Python refuses more than 4300 digits."""
        text = text_of(data)
        if text is None:
            return None
        try:
            return int(_without_underscores(text))
        except ValueError:
            _reject(text, "a whole number such as -42")


class FloatParser:
    """A number with a decimal point."""

    name: ClassVar[str] = "float"

    def parse(self, data: bytes | str | None) -> float | None:
        """The number; blanks around it do not matter. ``nan``, ``inf`` and what overflows are rejected."""
        text = text_of(data)
        if text is None:
            return None
        try:
            number = float(_without_underscores(text))
        except ValueError:
            number = math.nan
        return number if math.isfinite(number) else _reject(text, "a finite number such as 12.5")


class BooleanParser:
    """Yes or no."""

    name: ClassVar[str] = "boolean"

    def parse(self, data: bytes | str | None) -> bool | None:
        """True for 1, yes, true, on; False for 0, no, false, off; case and blanks around it do not matter."""
        text = text_of(data)
        if text is None:
            return None
        word = text.strip().lower()
        if word not in TRUE | FALSE:
            _reject(text, "1, yes, true, on, 0, no, false or off")
        return word in TRUE


def _without_underscores(text: str) -> str:
    """The text, unless it is a number in Python's notation, such as 1_000, which nobody else means as one."""
    if "_" in text:
        raise ValueError(text)
    return text


def _reject(text: str, expected: str) -> NoReturn:
    raise flowhost.Rejected(f"the payload is {shortened(text)}, expected {expected}")
