"""Shapes that stand for the media of placeholders until it comes; the catalogue knows nothing of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowhost_plugins.catalogue import CatalogueItem, Shape

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

AWAITED = "awaited shape"
"""Kind of what is kept: item → id of its shape."""

IDS = 1_000_000
"""Ids of such shapes begin above this, as the catalogue counts the others."""


def await_shape(site: Site, item_id: str) -> None:
    """Let an item without media have such a shape."""
    site.keeping.put(AWAITED, item_id, f"VX-{IDS + site.keeping.next_number(AWAITED)}")


def is_awaited(shape: Shape) -> bool:
    """Whether it is such a shape."""
    return int(shape.id.partition("-")[2]) > IDS


def _awaited(site: Site, item: CatalogueItem) -> Shape | None:
    """The shape that stands for the media of an item; None: it has media, or never waited for any."""
    shape_id = site.keeping.get(AWAITED, item.id)
    if shape_id is None or item.media_type or any(shape.files for shape in item.shapes):
        return None
    return Shape(shape_id, item.id, ("original",), "", (), item.created, ())


def shapes_of(site: Site, item: CatalogueItem) -> tuple[Shape, ...]:
    """The shapes of an item, that which stands for awaited media included."""
    awaited = _awaited(site, item)
    return item.shapes if awaited is None else (*item.shapes, awaited)
