"""Marks in the store: for a process that starts anew, and for others on the same store.

Each mark has one of a fixed number of places, which its change's names decide. So one write keeps it, one read finds it,
nothing is ever deleted, and the store does not grow: a newer mark takes the place of an old one. Ids are those of one site
only, so the site is a part of the name: that of another one on the same store means something else.
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
        site: URL of the site's API.
    """

    def __init__(
        self, notes: flowhost.Store | None, clock: flowhost.Clock, lifetime: float, site: str
    ) -> None:
        self._notes, self._clock, self._lifetime = notes, clock, timedelta(seconds=lifetime)
        self._site = site

    def keep(self, mark: str, names: Iterable[tuple[str, str]]) -> None:
        """Keep the mark of changes: item, and id of the change set or access entry.

        A store that cannot be written to is a line in the log: the changes are made, and known in this process.
        """
        if self._notes is None:
            return
        until = write_time(self._clock.now() + self._lifetime)
        for item, name in names:
            change = {"site": self._site, "item": item, "name": name}
            try:
                self._notes.put(self._place(item, name), {**change, "mark": mark, "until": until})
            except flowhost.Unavailable as error:
                log.warning("the mark of a change of %s is not kept over a restart: %s", item, error)

    def of(self, item: str, name: str) -> str:
        """The mark of a change; empty: none is known.

        Raises:
            Unavailable: the store cannot be read.
        """
        note = None if self._notes is None else self._notes.get(self._place(item, name))
        if not isinstance(note, dict):
            return ""
        if (note.get("site"), note.get("item"), note.get("name")) != (self._site, item, name):
            return ""
        until = found_time(note.get("until"))
        return str(note.get("mark", "")) if until and self._clock.now() < until else ""

    def _place(self, item: str, name: str) -> str:
        text = f"{self._site}\n{item}\n{name}"
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
        return f"{PREFIX}{int.from_bytes(digest) % PLACES}"
