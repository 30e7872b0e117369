"""The error for a text that is no value of its type."""

from __future__ import annotations

from flowhost.errors import Rejected
from flowhost.options.wording import quoted


class Unreadable(Rejected, ValueError):
    """A text is not what its reader reads; a ValueError besides, as Python's own readers of texts raise it."""


def unlike(text: str, expected: str) -> Unreadable:
    """The error for a text that is not as expected."""
    size = f" ({len(text)} characters)" if len(text) > len(quoted(text)) else ""
    return Unreadable(f"the value is {quoted(text)}{size}, expected {expected}")
