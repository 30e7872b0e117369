"""From Vidispine's ItemDocument to a `flowhost.Item`. Pure."""

from __future__ import annotations

import flowhost
from flowhost_plugins.vidispine.documents import Item, Metadata
from flowhost_plugins.vidispine.metadata.reading import LAST_MODIFIED, fields_of, first, moment_of, tree_of

CONTENT = {"content": "metadata,external", "interval": "generic"}
"""What is asked for in order to make a whole item: what holds for all of it, and its external ids."""

PLACEHOLDER = "none"
"""The media type of an item that has no media yet."""


def item_of(document: Item) -> flowhost.Item:
    """The item of a document that was asked for with `CONTENT`."""
    external = next(iter(document.external_ids), None)
    return made(document.id, document.metadata or Metadata(), external)


def made(item_id: str, metadata: Metadata, external_id: str | None) -> flowhost.Item:
    """An item of its parts."""
    tree = tree_of(metadata)
    media_type = first(tree, "mediaType")
    return flowhost.Item(
        item_id,
        first(tree, "title"),
        "" if media_type == PLACEHOLDER else media_type,
        fields_of(tree),
        metadata.revision or "",
        external_id,
        moment_of(tree, "created"),
        moment_of(tree, LAST_MODIFIED) or moment_of(tree, "created"),
    )
