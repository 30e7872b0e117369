"""Single values: string, integer, float, boolean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.parsers.payload import text_of


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

    def __init__(self) -> None:
        self._read: Callable[[str], int] = flowhost.value_reader("integer")

    def parse(self, data: bytes | str | None) -> int | None:
        """The number; blanks around it do not matter. Python refuses more than 4300 digits."""
        text = text_of(data)
        return None if text is None else self._read(text)


class FloatParser:
    """A number with a decimal point."""

    name: ClassVar[str] = "float"

    def __init__(self) -> None:
        self._read: Callable[[str], float] = flowhost.value_reader("float")

    def parse(self, data: bytes | str | None) -> float | None:
        """The number; blanks around it do not matter. ``nan``, ``inf`` and what overflows are rejected."""
        text = text_of(data)
        return None if text is None else self._read(text)


class BooleanParser:
    """Yes or no."""

    name: ClassVar[str] = "boolean"

    def __init__(self) -> None:
        self._read: Callable[[str], bool] = flowhost.value_reader("boolean")

    def parse(self, data: bytes | str | None) -> bool | None:
        """True for 1, yes, true, on; False for 0, no, false, off; case and blanks around it do not matter."""
        text = text_of(data)
        return None if text is None else self._read(text)
