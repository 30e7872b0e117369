"""Until when all that happened is known to have been told or found; it outlives the process."""

from __future__ import annotations

from collections.abc import Iterable
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
        behind: key of a kind that is to be asked for though the site tells → the moment for this kind.
    """

    def __init__(self, counts: Counts, notes: flowhost.Store | None, key: str, now: datetime) -> None:
        self._counts, self._notes, self._key = counts, notes, key
        known, self.behind = (counts.seen, counts.behind) if counts.seen else self._kept()
        self.is_new = known is None
        self.seen = known or now

    @property
    def first(self) -> datetime:
        """Where the kind is that is farthest behind."""
        return min([self.seen, *self.behind.values()])

    def go_on(self, seen: datetime, skipped: Iterable[str]) -> None:
        """It has come so far, but not with the kinds that were skipped: they stay where they are."""
        self.behind = {key: self.behind.get(key, self.seen) for key in skipped}
        self.seen = max(self.seen, seen)
        self.keep()

    def stay_behind(self, keys: Iterable[str]) -> None:
        """These kinds are to be asked for once more."""
        self.behind = dict.fromkeys(keys, self.seen) | self.behind

    def keep(self) -> None:
        """Let it outlive this run."""
        self._counts.seen, self._counts.behind = self.seen, self.behind
        if self._notes:
            behind = {key: write_time(moment) for key, moment in self.behind.items()}
            self._notes.put(
                self._key, {"seen": write_time(self.seen)} | ({"behind": behind} if behind else {})
            )

    def _kept(self) -> tuple[datetime | None, dict[str, datetime]]:
        value = self._notes.get(self._key) if self._notes else None
        if not isinstance(value, dict):
            return None, {}
        behind = value.get("behind")
        kept = behind.items() if isinstance(behind, dict) else ()
        return found_time(value.get("seen")), {
            key: moment for key, text in kept if (moment := found_time(text))
        }
