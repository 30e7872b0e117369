"""Which item and which of its shapes a path names, for those who may."""

from __future__ import annotations

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.shapes.awaited import shapes_of
from flowhost_plugins.catalogue import CatalogueItem, NotFound, Shape


def item_of(call: Call, item_id: str, wanted: str = "") -> CatalogueItem:
    """The item with this id or external id.

    Args:
        call: the request.
        item_id: as it was given.
        wanted: the permission that is needed; empty: READ to look at it, WRITE for anything else.

    Raises:
        Refusal: there is none, or the user may not do this with it.
    """
    try:
        item = call.site.catalogue.record(item_id)
    except NotFound:
        raise not_found("Item", item_id) from None
    if call.run_as:  # pictures are shown to everybody who knows their URI without a login
        require(call, wanted or ("READ" if call.request.method == "GET" else "WRITE"), "item", item.id)
    return item


def shape_of(call: Call, item_id: str, shape_id: str, wanted: str = "") -> tuple[CatalogueItem, Shape]:
    """The item and its shape; a tag stands for the shape that has it.

    Raises:
        Refusal: there is no such item, it has no such shape, or the user may not do this with it.
    """
    item = item_of(call, item_id, wanted)
    for shape in shapes_of(call.site, item):
        if shape.id == shape_id or shape_id in shape.tags:
            return item, shape
    raise not_found("shape", shape_id)
