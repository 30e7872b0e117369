"""Sizes and counts in documents."""

from __future__ import annotations

DIGITS = 18
"""No size and no count is longer; Python refuses to read thousands of digits."""


def whole_number(text: str | None) -> int | None:
    """The size or count that a text is; None for none, and for any other text."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else None
