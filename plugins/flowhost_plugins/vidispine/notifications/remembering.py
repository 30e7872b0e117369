"""Remembers many texts in little memory, all of which is there from the start."""

from __future__ import annotations

import hashlib
import threading
from array import array

FREE = 0
"""What stands in a place of a table that nothing is in."""


class Remembered:
    """Which texts came lately: the newest `number` at least, and at most twice as many. Safe for several threads.

    Of each only a digest of 8 bytes is kept; that two texts have the same one does not happen in practice.

    Args:
        number: how many.
    """

    def __init__(self, number: int) -> None:
        self._number = number
        self._places = 1 << (2 * number).bit_length()  # at most half of them are taken, so a free one is near
        self._lock = threading.Lock()  # guards the three below
        self._new, self._old = self._table(), self._table()
        self._count = 0  # of those in the new one

    def add(self, text: str) -> None:
        """It came."""
        digest = _digest(text)
        with self._lock:
            if self._count == self._number:
                self._old, self._new, self._count = self._new, self._table(), 0
            place = self._place(self._new, digest)
            self._count += self._new[place] == FREE
            self._new[place] = digest

    def __contains__(self, text: str) -> bool:
        digest = _digest(text)
        with self._lock:
            return any(table[self._place(table, digest)] == digest for table in (self._new, self._old))

    def _table(self) -> array[int]:
        return array("Q", bytes(8 * self._places))

    def _place(self, table: array[int], digest: int) -> int:
        """Where a digest is, or belongs."""
        place = digest % self._places
        while table[place] not in (FREE, digest):
            place = (place + 1) % self._places
        return place


def _digest(text: str) -> int:
    hashed = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed) or 1  # FREE is taken
