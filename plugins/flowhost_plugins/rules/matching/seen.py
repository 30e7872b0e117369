"""Remembers which of very many ids a sweep saw, in eight bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

NEWEST = 50_000
"""Ids kept as they come; more are put in order, which takes the longer the more there are."""


class Seen:
    """Ids that were seen.

    Two ids may be taken for one, with a probability of one in many millions for millions of ids, and not again in the
    next process: an item that is wrongly taken as seen is noticed then.
    """

    def __init__(self) -> None:
        self._sorted = array("q")
        self._newest: set[int] = set()

    def add(self, ids: Iterable[str]) -> None:
        """Remember ids."""
        self._newest.update(map(hash, ids))
        if len(self._newest) > NEWEST:
            self._sorted = array("q", sorted([*self._sorted, *self._newest]))
            self._newest = set()

    def without(self, ids: Iterable[str]) -> list[str]:
        """Those ids that were not seen."""
        return [one for one in ids if not self._has(hash(one))]

    def _has(self, number: int) -> bool:
        if number in self._newest:
            return True
        place = bisect_left(self._sorted, number)
        return place < len(self._sorted) and self._sorted[place] == number
