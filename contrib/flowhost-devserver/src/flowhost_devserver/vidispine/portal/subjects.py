"""Items and collections as Portal's pages look for them."""

from __future__ import annotations

from typing import Literal

from flowhost_devserver.vidispine.access import rights
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import forbidden, not_found
from flowhost_plugins.catalogue import CatalogueItem, NotFound, Shape

Right = Literal["READ", "WRITE"]


def may(call: Call, item: CatalogueItem, right: Right) -> bool:
    """Whether the user may do this with an item."""
    return rights.may(call.site, call.run_as, right, "item", item.id)


def item_for(call: Call, item_id: str, right: Right = "READ") -> CatalogueItem:
    """The item, by its id or external id.

    Raises:
        Refusal: there is none, or it is not for this user.
    """
    try:
        item = call.site.catalogue.record(item_id)
    except NotFound:
        raise not_found("Item", item_id) from None
    if not may(call, item, right):
        raise forbidden("You do not have permission to perform this action.")
    return item


def shape_for(item: CatalogueItem, shape_id: str) -> Shape:
    """A shape of an item.

    Raises:
        Refusal: the item has no such shape.
    """
    for shape in item.shapes:
        if shape.id == shape_id:
            return shape
    raise not_found("shape", shape_id)
