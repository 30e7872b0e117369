"""Until when all that happened is known to have been told or found; it outlives the process."""

from __future__ import annotations

from datetime import datetime

import flowhost
from flowhost_plugins.vidispine.documents import found_time, write_time
from flowhost_plugins.vidispine.notifications.counts import Counts


class Position:
    """How far a source has come. It goes on only when the site was asked: that it told something proves nothing of the rest.

    Args:
        counts: of the source; they outlive one run of it.
        notes: keeps it; None: it is forgotten with this process.
        key: its key in the notes.
        now: where a source begins that has come nowhere yet.

    Attributes:
        is_new: whether nothing was known.
        seen: the moment.
    """

    def __init__(self, counts: Counts, notes: flowhost.Store | None, key: str, now: datetime) -> None:
        self._counts, self._notes, self._key = counts, notes, key
        known = counts.seen or self._kept()
        self.is_new = known is None
        self.seen = known or now

    def keep(self, seen: datetime) -> None:
        """It has come so far."""
        self.seen = self._counts.seen = seen
        if self._notes:
            self._notes.put(self._key, {"seen": write_time(seen)})

    def _kept(self) -> datetime | None:
        value = self._notes.get(self._key) if self._notes else None
        return found_time(value.get("seen")) if isinstance(value, dict) else None
