"""The assets that were just made, as long as iconik's search may not know them: nothing is made twice by two runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import flowhost

INDEXED = 30.0
"""Seconds until the search surely finds what was just made; another try before that could make it twice."""


class Newest:
    """Remembers them; used by several threads at once.

    Args:
        place: where they are; tells one iconik from another.
        clock: the time.
    """

    def __init__(self, place: str, clock: flowhost.Clock) -> None:
        self._place = place
        self._clock = clock
        self._guard = threading.Lock()
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def alone(self, external_id: str) -> flowhost.Locked:
        """While this is held, nobody else in this process looks for the asset, or makes it."""
        return flowhost.Locked(f"{self._place}#{external_id}")

    def get(self, external_id: str) -> Mapping[str, Any] | None:
        """What iconik told of the asset with this external id, when it was made just now."""
        with self._guard:
            self._forget()
            return self._known.get(external_id, (0.0, None))[1]

    def add(self, external_id: str, asset: Mapping[str, Any]) -> None:
        """An asset was made."""
        with self._guard:
            self._forget()
            self._known[external_id] = (self._clock.monotonic(), asset)

    def _forget(self) -> None:
        since = self._clock.monotonic() - INDEXED
        self._known = {name: one for name, one in self._known.items() if one[0] > since}
