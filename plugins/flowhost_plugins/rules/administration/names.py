"""Names and numbers that somebody typed: whether a database can hold them at all."""

from __future__ import annotations

LARGEST = 2**63 - 1
"""The largest number of a run; what a database's integers hold."""


def is_storable(text: str) -> bool:
    """Whether a database can hold a text: a broken argument of a command line, or a NUL, cannot be there."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)
