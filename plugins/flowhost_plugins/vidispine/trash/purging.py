"""Empties the recycle bin of what is due."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client import Missing
from flowhost_plugins.vidispine.documents import Item, ItemList, found_time
from flowhost_plugins.vidispine.search.criteria import DELETED_FIELD
from flowhost_plugins.vidispine.trash import graces
from flowhost_plugins.vidispine.trash.locks import effective_lock
from flowhost_plugins.vidispine.trash.putting import ASKED, deleted_at

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

log = logging.getLogger(__name__)

PAUSE = 60.0
"""Seconds between two looks; a grace is meant in hours."""

PAGE = 100
"""Items looked at at once."""

ON_ITS_WAY = timedelta(hours=1)
"""So long a note may be there before its item is: the site may be down between."""

EVER = ("1000-01-01T00:00:00Z", "3000-01-01T00:00:00Z")
"""The range that Portal itself asks its recycle bin with."""


class Purging:
    """Looks into the recycle bin, in a thread of its own.

    Args:
        client: for the site.
        store: has the notes of other graces; None: there are none.
        grace: how long an item stays when nothing is noted.
        clock: the time.
    """

    def __init__(
        self, client: Client, store: flowhost.Store | None, grace: timedelta, clock: flowhost.Clock
    ) -> None:
        self._client = client
        self._store = store
        self._grace = grace
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Look from now on, again and again."""
        self._thread = threading.Thread(target=self._run, name="vidispine-trash")
        self._thread.start()

    def end(self) -> None:
        """Look no more, and wait for what is under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._stop.clear()  # who purges by hand afterwards does so

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if gone := self.purge(self._clock.now()):
                    log.info(
                        "%d items in the recycle bin were due and are deleted: %s", len(gone), ", ".join(gone)
                    )
            except flowhost.FlowhostError as error:
                log.warning("the recycle bin could not be emptied and is looked at again later: %s", error)
            self._clock.wait(self._stop, PAUSE)

    def purge(self, now: datetime) -> list[str]:
        """Delete what is due at this moment; return the ids. Items with a deletion lock stay.

        Each is asked for again just before it goes: while others were deleted, or since the site last updated what its
        searches know, somebody may have fetched it back.
        """
        there = self._trashed()
        due = [item_id for item_id, deleted in there.items() if self._is_due(item_id, deleted, now)]
        gone = [item_id for item_id in due if not self._stop.is_set() and self._delete(item_id, now)]
        if self._store is not None:
            left = there.keys() - set(gone)
            graces.forget_others(self._store, left, now - ON_ITS_WAY, lambda one: bool(self._deleted_at(one)))
        return gone

    def _is_due(self, item_id: str, deleted: str, now: datetime) -> bool:
        since = found_time(deleted)
        if since is None:
            what = "the item %s was put into the recycle bin at %r, which is no time; it stays"
            log.warning(what, item_id, deleted)
            return False
        return since + self._grace_of(item_id, deleted) <= now

    def _grace_of(self, item_id: str, deleted: str) -> timedelta:
        noted = graces.noted(self._store, item_id, deleted)
        return self._grace if noted is None else noted

    def _trashed(self) -> dict[str, str]:
        """What a search finds there: item → the value of its field."""
        found: dict[str, str] = {}
        ends = [{"value": end} for end in EVER]
        document = {"field": [{"name": DELETED_FIELD, "range": [{"value": ends}]}]}
        while True:
            query = {**ASKED, "first": str(len(found) + 1), "number": str(PAGE)}
            page = self._client.put("item", document=document, query=query, into=ItemList).item
            new = {item.id: deleted_at(item) for item in page}
            if not new.keys() - found.keys():
                return found
            found |= new

    def _deleted_at(self, item_id: str) -> str:
        """Since when an item is there, as it is now; empty: it is not, or there is no such item."""
        item = self._client.found("item", item_id, query=ASKED, into=Item)
        return "" if item is None else deleted_at(item)

    def _delete(self, item_id: str, now: datetime) -> bool:
        try:
            if effective_lock(self._client, item_id) is not None:
                return False
            deleted = self._deleted_at(item_id)
            if not deleted or not self._is_due(item_id, deleted, now):
                return False
            self._client.delete("item", item_id)
        except Missing:  # somebody was faster
            return False
        except (flowhost.Permanent, flowhost.Conflict) as error:
            log.warning("the item %s stays in the recycle bin: %s", item_id, error)
            return False
        return True
