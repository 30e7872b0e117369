"""Lets exactly some access entries hold for an item."""

from __future__ import annotations

from collections.abc import Sequence

import flowhost
from flowhost_plugins.vidispine.access.entries import document, shown
from flowhost_plugins.vidispine.access.grants import locked
from flowhost_plugins.vidispine.client import Client, Missing
from flowhost_plugins.vidispine.documents import Access, AccessList
from flowhost_plugins.vidispine.marks import Marks


def set_exactly(client: Client, marks: Marks, item_id: str, wanted: Sequence[flowhost.AccessEntry]) -> None:
    """Make the entries that are missing, then remove the others; equal entries of several origins stay.

    Args:
        client: speaks with the site.
        marks: the marks of what is changed.
        item_id: the item's own id, not an external one.
        wanted: the entries.
    """
    with locked(item_id), marks.writing(item_id) as written:
        there = shown(client.get("item", item_id, "access", into=AccessList))
        for entry in wanted:
            if entry not in there.values():
                made = client.post("item", item_id, "access", document=document(entry), into=Access)
                written.called(item_id, [made.id or ""])
        for access_id, entry in there.items():
            if entry not in wanted:
                written.called(item_id, [access_id])
                _remove(client, item_id, access_id)


def _remove(client: Client, item_id: str, access_id: str) -> None:
    try:
        client.delete("item", item_id, "access", access_id)
    except Missing:
        return  # somebody else was faster
