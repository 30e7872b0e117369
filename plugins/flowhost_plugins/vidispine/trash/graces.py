"""Notes of the items that stay in the recycle bin for another time than is usual."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import flowhost
from flowhost_plugins.vidispine.documents import found_time

NOTES = "vidispine/trash/"
"""Keys of the notes begin so."""


def note(store: flowhost.Store, item_id: str, deleted: str, grace: timedelta) -> None:
    """Note the grace of an item that is put there now.

    Args:
        store: where.
        item_id: the item.
        deleted: the value of ``portal_deleted``; a note with another value is of an earlier time, and counts no more.
        grace: how long it stays.
    """
    store.put(NOTES + item_id, {"deleted": deleted, "grace": grace.total_seconds()})


def noted(store: flowhost.Store | None, item_id: str, deleted: str) -> timedelta | None:
    """The grace that was noted for an item; None when there is none."""
    found = store.get(NOTES + item_id) if store is not None else None
    return timedelta(seconds=found["grace"]) if found and found["deleted"] == deleted else None


def forget_others(store: flowhost.Store, there: Collection[str], before: datetime) -> None:
    """Remove the notes of items that are not in the recycle bin any more.

    Args:
        store: where.
        there: the ids of those that are.
        before: only notes of what was put there before this moment; a newer one is on its way.
    """
    for key in store.keys(NOTES):  # a Store is no mapping
        found = store.get(key)
        if key.removeprefix(NOTES) in there or not found:
            continue
        since = found_time(found["deleted"])
        if since is None or since < before:
            store.delete(key)
