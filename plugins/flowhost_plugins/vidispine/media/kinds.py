"""What kind of media an item is, and whether a shape tag suits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import Item, Metadata
from flowhost_plugins.vidispine.media import shape_tags
from flowhost_plugins.vidispine.media.shapes import shapes_of
from flowhost_plugins.vidispine.metadata.reading import first, tree_of

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

NONE = "none"
"""The media type of a placeholder."""


def item_and_kind(client: Client, item_id: str) -> tuple[str, str, tuple[flowhost.Shape, ...]]:
    """The id, media type and shapes of an item, in one request.

    Raises:
        Permanent: it waits for its media.
    """
    item, kind = kind_of(client, item_id, "metadata,shape")
    if kind == NONE:
        raise flowhost.Permanent(f"the item {item.id} is a placeholder; import its media first")
    return item.id, kind, shapes_of(item)


def kind_of(client: Client, item_id: str, content: str = "metadata") -> tuple[Item, str]:
    """An item with this content, and its media type, which is ``none`` while it waits for its media."""
    item = client.get("item", item_id, query={"content": content, "field": "mediaType"}, into=Item)
    return item, first(tree_of(item.metadata or Metadata()), "mediaType") or NONE


def require_kind(client: Client, item: str, kind: str, tag: str) -> None:
    """Make sure that a tag is for media of this kind.

    Raises:
        MediaTypeMismatch: it is for another.
        Permanent: there is no such tag.
    """
    wanted = shape_tags.shape_tag(client, tag).media_type
    if wanted != kind:
        raise flowhost.MediaTypeMismatch(f"the item {item} is {kind}, the shape tag {tag!r} is for {wanted}")
