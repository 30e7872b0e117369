"""Puts items into the recycle bin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine import portal_fields
from flowhost_plugins.vidispine.documents import Item, Metadata, write_time
from flowhost_plugins.vidispine.marks import Marks
from flowhost_plugins.vidispine.metadata.reading import first, tree_of
from flowhost_plugins.vidispine.search.criteria import DELETED_FIELD
from flowhost_plugins.vidispine.trash import graces
from flowhost_plugins.vidispine.trash.locks import refuse_locked

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

ASKED = {"content": "metadata", "field": DELETED_FIELD}
"""What to ask of an item to know whether it is there."""

LONGEST_GRACE = timedelta(days=36_500)
"""More than anybody means; later deadlines would leave what a calendar can hold."""


def put(
    client: Client,
    marks: Marks,
    item_id: str,
    now: datetime,
    grace: timedelta | None,
    notes: Callable[[], flowhost.Store],
) -> bool:
    """Put an item there; return whether it was not there before.

    Three requests. What is there already stays as it is, its grace, too.

    Args:
        client: for the site.
        marks: see `Marks`.
        item_id: the item.
        now: since when it is there.
        grace: how long it stays, when that is not as usual.
        notes: gives the store for the note of it.

    Raises:
        DeletionLocked: it may not be deleted.
    """
    if grace is not None and not timedelta() <= grace <= LONGEST_GRACE:
        raise flowhost.Permanent(f"the grace is {grace}, expected 0 to {LONGEST_GRACE.days} days")
    item = client.get("item", item_id, query=ASKED, into=Item)
    if deleted_at(item):
        return False
    refuse_locked(client, item.id)
    deleted = write_time(now)
    if grace is not None:  # before the item is there: no process that dies leaves it with the wrong time
        graces.note(notes(), item.id, deleted, grace)
    portal_fields.set_fields(client, marks, item.id, {DELETED_FIELD: [deleted]})
    return True


def deleted_at(item: Item) -> str:
    """Since when an item is in the recycle bin, as the site has it; empty: it is not there."""
    return first(tree_of(item.metadata or Metadata()), DELETED_FIELD)
