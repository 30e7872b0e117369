"""One term of a dictionary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DictionaryTerm:
    """A term of a dictionary: what is stored, and what people see.

    Args:
        key: what a payload stores.
        label: what people see.
        href: address of the term; empty when unknown.
    """

    key: str
    label: str = ""
    href: str = ""
