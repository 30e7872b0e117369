"""Notes of the items that stay in the recycle bin for another time than is usual."""

from __future__ import annotations

from collections.abc import Callable, Collection
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
    """The grace that was noted for an item; None when there is none.

    A site may write the moment in another way than it was given, with another zone or fewer digits.
    """
    found = store.get(NOTES + item_id) if store is not None else None
    if not found or found_time(found["deleted"]) != found_time(deleted):
        return None
    return timedelta(seconds=found["grace"])


def forget_others(
    store: flowhost.Store, there: Collection[str], before: datetime, is_there: Callable[[str], bool]
) -> None:
    """Remove the notes of items that are not in the recycle bin any more.

    Args:
        store: where.
        there: the ids of those that are.
        before: only notes of what was put there before this moment; a newer one is on its way.
        is_there: asks for one that was not found: a search may miss some, and without its note an item that shall stay
            longer than is usual would be deleted.
    """
    for key in store.keys(NOTES):  # a Store is no mapping
        item_id, found = key.removeprefix(NOTES), store.get(key)
        if item_id in there or not found:
            continue
        since = found_time(found["deleted"])
        if (since is None or since < before) and not is_there(item_id):
            store.delete(key)
