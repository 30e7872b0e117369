"""Pages: what items are called elsewhere."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.items.contents import record_of
from flowhost_devserver.vidispine.metadata.subjects import subject_of
from flowhost_devserver.vidispine.refusals import conflict, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_plugins.catalogue import CatalogueItem, NotFound

NAMESPACE = "default"
"""That of every external id: there are no others here."""

add_forms(
    {
        "ExternalId": dict.fromkeys(("externalId", "namespace", "entityType", "entityId"), "text"),
        "ExternalIds": {"id": "ExternalId*"},
    },
    {"ExternalIdentifierListDocument": "ExternalIds"},
)


def read_external_ids(call: Call, item_id: str) -> Response:
    """The external ids of an item, the oldest first."""
    item = _item(call, item_id, "READ")
    listed = [
        {"externalId": one, "namespace": NAMESPACE, "entityType": "item", "entityId": item.id}
        for one in item.external_ids
    ]
    text = "".join(one + LINE for one in item.external_ids)
    return document(call, "ExternalIdentifierListDocument", {"id": listed}, text=text)


def add_external_id(call: Call, item_id: str, external_id: str) -> Response:
    """Let the item be called so, too; another item of this external id is a conflict."""
    item = _item(call, item_id, "WRITE")
    if external_id not in item.external_ids:
        check_free(call, external_id)
        call.site.catalogue.update_item(item.id, external_ids=(*item.external_ids, external_id))
    return empty()


def check_free(call: Call, external_id: str) -> None:
    """Let an external id be given to an item only if no other one has it.

    Raises:
        Refusal: another item is called so (409).
    """
    try:
        other = call.site.catalogue.record(external_id)
    except NotFound:
        return
    raise conflict("Item", external_id, explanation=f"the item {other.id} is called so already")


def remove_external_id(call: Call, item_id: str, external_id: str) -> Response:
    """Let the item no longer be called so."""
    item = _item(call, item_id, "WRITE")
    if external_id not in item.external_ids:
        raise not_found("external-id", external_id)
    left = [one for one in item.external_ids if one != external_id]
    call.site.catalogue.update_item(item.id, external_ids=left)
    return empty()


def remove_external_ids(call: Call, item_id: str) -> Response:
    """Let the item have its own id only."""
    call.site.catalogue.update_item(_item(call, item_id, "WRITE").id, external_ids=())
    return empty()


def _item(call: Call, item_id: str, wanted: str) -> CatalogueItem:
    subject = subject_of(call.site, "item", item_id)
    require(call, wanted, "item", subject.id)
    return record_of(subject)


ROUTES = (
    Route("GET", "/item/<item_id>/external-id", read_external_ids),
    Route("PUT", "/item/<item_id>/external-id/<external_id>", add_external_id),
    Route("DELETE", "/item/<item_id>/external-id/<external_id>", remove_external_id),
    Route("DELETE", "/item/<item_id>/external-id", remove_external_ids),
)
