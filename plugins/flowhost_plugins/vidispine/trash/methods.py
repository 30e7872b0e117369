"""The library's face: the recycle bin."""

from __future__ import annotations

from datetime import datetime, timedelta

from flowhost_plugins.vidispine.opened import Opened
from flowhost_plugins.vidispine.trash.purging import Purging
from flowhost_plugins.vidispine.trash.putting import put


class TrashMethods(Opened):
    """The recycle bin of Portal. An item there is hidden from searches and collections; all else works on."""

    _grace: timedelta
    _purges: bool
    _purging: Purging | None = None

    def trash_item(self, item_id: str, grace: timedelta | None = None) -> bool:
        """See `flowhost.MediaLibrary`. An item that is there already stays as it is, its grace, too.

        Portal empties its recycle bin by a grace of its own and knows no other; one that is given here holds where
        ``purge`` is on.

        Raises:
            DeletionLocked: it may not be deleted.
        """
        other = None if grace == self._grace else grace
        return put(self._client, self._marks, item_id, self._clock.now(), other, lambda: self._notes)

    def purge(self, now: datetime | None = None) -> list[str]:
        """Delete the items in the recycle bin whose grace has passed; return their ids.

        With the option ``purge`` a daemon does this by itself once a minute. Items with a deletion lock stay.

        Args:
            now: the moment that counts; None: now.
        """
        return self._bin().purge(now or self._clock.now())

    def _bin(self) -> Purging:
        if self._purging is None:
            self._purging = Purging(self._client, self._kept, self._grace, self._clock)
        return self._purging

    def _begin_purging(self) -> None:
        if self._purges:
            self._bin().begin()

    def _end_purging(self) -> None:
        self._bin().end()
