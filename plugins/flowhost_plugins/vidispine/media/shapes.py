"""Shapes, as a site has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import Item, Shape, found_time
from flowhost_plugins.vidispine.media.ages import age
from flowhost_plugins.vidispine.media.components import components_of
from flowhost_plugins.vidispine.media.files import file_of

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


def item_with_shapes(client: Client, item_id: str) -> Item:
    """An item with all its shapes, in one request."""
    return client.get("item", item_id, query={"content": "shape"}, into=Item)


def shapes_of(item: Item) -> tuple[flowhost.Shape, ...]:
    """The shapes of an item, the oldest first; placeholders that nothing was put into are left out."""
    found = [shape_of(shape, item.id) for shape in item.shape if shape.components or shape.tag]
    return tuple(sorted(found, key=lambda shape: age(shape.id)))


def shape_of(shape: Shape, item: str) -> flowhost.Shape:
    """A shape as the role has it.

    A file is in every component that lies in it; it is one file all the same.
    """
    return flowhost.Shape(
        shape.id,
        item,
        tuple(shape.tag),
        next(iter(shape.mime_type), ""),
        tuple(sorted((file_of(file, item, shape.id) for file in shape.files), key=lambda file: age(file.id))),
        found_time(shape.created),
        components_of(shape),
    )


def tagged(shapes: Iterable[flowhost.Shape], tag: str) -> list[flowhost.Shape]:
    """Those with this tag."""
    return [shape for shape in shapes if tag in shape.tags]
