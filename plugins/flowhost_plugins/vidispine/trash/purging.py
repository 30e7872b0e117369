"""Empties the recycle bin of what is due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.client import Missing
from flowhost_plugins.vidispine.documents import ItemList, Metadata, found_time
from flowhost_plugins.vidispine.metadata.reading import first, tree_of
from flowhost_plugins.vidispine.trash import graces
from flowhost_plugins.vidispine.trash.locks import effective_lock
from flowhost_plugins.vidispine.trash.putting import DELETED

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
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="vidispine-trash")
        self._thread.start()

    def end(self) -> None:
        """Look no more, and wait for what is under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

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
        """Delete what is due at this moment; return the ids. Items with a deletion lock stay."""
        there: set[str] = set()
        due = []
        for item_id, deleted in self._trashed():
            there.add(item_id)
            since = found_time(deleted)
            if since is None:
                log.warning(
                    "the item %s was put into the recycle bin at %r, which is no time; it stays",
                    item_id,
                    deleted,
                )
            elif since + self._grace_of(item_id, deleted) <= now:
                due.append(item_id)
        gone = [item_id for item_id in due if not self._stop.is_set() and self._delete(item_id)]
        if self._store is not None:
            graces.forget_others(self._store, there - set(gone), now - ON_ITS_WAY)
        return gone

    def _grace_of(self, item_id: str, deleted: str) -> timedelta:
        noted = graces.noted(self._store, item_id, deleted)
        return self._grace if noted is None else noted

    def _trashed(self) -> Iterator[tuple[str, str]]:
        """What is there: item, and the value of its field. It is read whole before anything is deleted."""
        found: dict[str, str] = {}
        ends = [{"value": end} for end in EVER]
        document = {"field": [{"name": DELETED, "range": [{"value": ends}]}]}
        while True:
            query = {
                "content": "metadata",
                "field": DELETED,
                "first": str(len(found) + 1),
                "number": str(PAGE),
            }
            page = self._client.put("item", document=document, query=query, into=ItemList).item
            new = {item.id: first(tree_of(item.metadata or Metadata()), DELETED) for item in page}
            if not new.keys() - found.keys():
                return iter(found.items())
            found |= new

    def _delete(self, item_id: str) -> bool:
        try:
            if effective_lock(self._client, item_id) is not None:
                return False
            self._client.delete("item", item_id)
        except Missing:  # somebody was faster
            return False
        except (flowhost.Permanent, flowhost.Conflict) as error:
            log.warning("the item %s stays in the recycle bin: %s", item_id, error)
            return False
        return True
