"""Ids as people see them, ``VX-12``, and the numbers the tables have."""

from __future__ import annotations

import re
from typing import Any

import flowhost

_ID = re.compile(r"[A-Z]{2}-[1-9][0-9]{0,17}")  # 18 digits fit into 64 bits


class Site:
    """The letters that this catalogue's ids begin with.

    Args:
        letters: two capital letters.
    """

    def __init__(self, letters: str) -> None:
        self._letters = letters

    def id(self, number: int) -> str:
        """The id of the thing with this number."""
        return f"{self._letters}-{number}"

    def maybe(self, number: int | None) -> str | None:
        """As `id`; None for None."""
        return None if number is None else self.id(number)

    def number(self, id: Any) -> int | None:  # noqa: A002  # the word of everything here
        """The number in this id; None when it is no id of this site."""
        if isinstance(id, str) and _ID.fullmatch(id) and id.startswith(self._letters):
            return int(id[3:])
        return None


def cursor_number(cursor: str | None) -> int:
    """The number a cursor of ours stands for: that of the last thing seen.

    Raises:
        Permanent: it is none of ours.
    """
    if cursor is None:
        return 0
    if not re.fullmatch("[0-9]{1,18}", cursor, re.ASCII):
        raise flowhost.Permanent(f"the cursor is {cursor!r}, expected one that a page of this catalogue had")
    return int(cursor)


def checked_number(number: int) -> int:
    """How many things a page may have.

    Raises:
        Permanent: it is less than one.
    """
    if number < 1:
        raise flowhost.Permanent(f"number is {number}, expected at least 1")
    return min(number, 10_000)
