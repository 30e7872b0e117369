"""Marks in the store: for a process that starts anew, and for others on the same store.

Each mark has one of a fixed number of places, which its change's names decide. So one write keeps it, one read finds it,
nothing is ever deleted, and the store does not grow: a newer mark takes the place of an old one.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import timedelta

import flowhost
from flowhost_plugins.vidispine.documents import found_time, write_time

PREFIX = "vidispine/marks/"
"""Keys of the notes begin so."""

PLACES = 10_000
"""Some megabytes at most. A mark is asked for within seconds, so it does not matter that it is written over one day."""

log = logging.getLogger(__name__)


class KeptMarks:
    """Marks of changes, as the store knows them.

    Args:
        notes: the store; None: nothing is kept.
        clock: the time.
        lifetime: seconds a mark is known.
    """

    def __init__(self, notes: flowhost.Store | None, clock: flowhost.Clock, lifetime: float) -> None:
        self._notes, self._clock, self._lifetime = notes, clock, timedelta(seconds=lifetime)

    def keep(self, mark: str, names: Iterable[tuple[str, str]]) -> None:
        """Keep the mark of changes: item, and id of the change set or access entry.

        A store that cannot be written to is a line in the log: the changes are made, and known in this process.
        """
        if self._notes is None:
            return
        until = write_time(self._clock.now() + self._lifetime)
        for item, name in names:
            note = {"item": item, "name": name, "mark": mark, "until": until}
            try:
                self._notes.put(_place(item, name), note)
            except flowhost.Unavailable as error:
                log.warning("the mark of a change of %s is not kept over a restart: %s", item, error)

    def of(self, item: str, name: str) -> str:
        """The mark of a change; empty: none is known.

        Raises:
            Unavailable: the store cannot be read.
        """
        note = None if self._notes is None else self._notes.get(_place(item, name))
        if not isinstance(note, dict) or (note.get("item"), note.get("name")) != (item, name):
            return ""
        until = found_time(note.get("until"))
        return str(note.get("mark", "")) if until and self._clock.now() < until else ""


def _place(item: str, name: str) -> str:
    digest = hashlib.blake2b(f"{item}\n{name}".encode(errors="surrogatepass"), digest_size=8).digest()
    return f"{PREFIX}{int.from_bytes(digest) % PLACES}"
