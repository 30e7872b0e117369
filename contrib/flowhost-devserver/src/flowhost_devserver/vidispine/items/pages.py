"""Pages: one item, and deleting items."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.items import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.items.contents import item_document, item_uris
from flowhost_devserver.vidispine.items.deleting import delete_items
from flowhost_devserver.vidispine.metadata.subjects import subject_of
from flowhost_devserver.vidispine.metadata.terse_xml import items_answer
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route


def read_item(call: Call, item_id: str) -> Response:
    """One item with what ``content`` asks for."""
    subject = subject_of(call.site, "item", item_id, missing="item")
    require(call, "READ", "item", subject.id)
    return items_answer(call, "ItemDocument", item_document(call, subject), text=subject.id)


def delete_item(call: Call, item_id: str) -> Response:
    """Delete an item with its media; what is to be kept stays in its storage."""
    subject = subject_of(call.site, "item", item_id)
    delete_items(call, [subject.id])
    return empty()


def read_uris(call: Call, item_id: str) -> Response:
    """Where the media of an item is."""
    subject = subject_of(call.site, "item", item_id)
    require(call, "READ", "item", subject.id)
    return uri_list(call, item_uris(call, subject))


def delete_many(call: Call) -> Response:
    """Delete the items in ``id``; ids that are unknown do not matter."""
    ids = call.words("id")
    if not ids:
        raise invalid_input("id", explanation="expected ids of items")
    delete_items(call, ids)
    return empty()


ROUTES = (
    Route("GET", "/item/<item_id>", read_item),
    Route("GET", "/item/<item_id>/uri", read_uris),
    Route("DELETE", "/item/<item_id>", delete_item),
    Route("DELETE", "/item", delete_many),
)
