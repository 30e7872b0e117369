"""Pages: collections and what they hold."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.entries import forget_entries, give_owner
from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.collections.contents import (
    LIBRARIES,
    Content,
    add_content,
    guessed,
    located,
    member_kind,
    place_content,
    remove_content,
)
from flowhost_devserver.vidispine.collections.documents import collection_document
from flowhost_devserver.vidispine.collections.naming import EXTERNAL, own_id
from flowhost_devserver.vidispine.libraries.refreshing import libraries_holding
from flowhost_devserver.vidispine.metadata.kept import forget_metadata
from flowhost_devserver.vidispine.metadata.subjects import id_of, subject_of
from flowhost_devserver.vidispine.metadata.terse_xml import items_answer
from flowhost_devserver.vidispine.refusals import Refusal, conflict, invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_plugins.catalogue import Collection, NotFound

MISSING = "Collection"


def collection_of(call: Call, collection_id: str) -> Collection:
    """The collection, by its id or external id.

    Raises:
        Refusal: there is none.
    """
    try:
        return call.site.catalogue.collection(own_id(call.site, collection_id))
    except NotFound:
        raise not_found(MISSING, collection_id) from None


def create_collection(call: Call) -> Response:
    """Make a collection, owned by who asks."""
    name = call.text("name") or call.document("CollectionDocument").get("name", "")
    if not name:
        raise invalid_input("name", explanation="expected the name of the collection")
    external = call.text("externalId")
    with call.site.lock:
        if external and call.site.keeping.get(EXTERNAL, external):
            raise conflict(MISSING, external, explanation="another collection has this external id")
        made = call.site.catalogue.create_collection(name)
        if external:
            call.site.keeping.put(EXTERNAL, external, made.id)
    give_owner(call.site, "collection", made.id, call.run_as)
    return document(call, "CollectionDocument", collection_document(call, made), text=made.id)


def read_collection(call: Call, collection_id: str) -> Response:
    """One collection, with what it holds."""
    found = collection_of(call, collection_id)
    require(call, "READ", "collection", found.id)
    told = collection_document(call, found, whole=True, slash="/")
    return items_answer(call, "CollectionDocument", told, text=found.id)


def change_collection(call: Call, collection_id: str) -> Response:
    """Add, remove and move what it holds; ``mode`` is ``add`` unless it says ``remove``."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    given = call.document("CollectionDocument")
    wanted = [(one, _named(call, one)) for one in given.get("content", ())]
    for one, what in wanted:
        if one.get("mode") == "remove":
            remove_content(call.site, found.id, what)
            continue
        add_content(call.site, found.id, what, _notes(one))
        for key in ("before", "after"):
            if one.get(key):
                place_content(call.site, found.id, what, one[key], behind=key == "after")
    if given.get("name"):
        call.site.catalogue.update_collection(found.id, name=given["name"])
    after = collection_of(call, found.id)
    told = collection_document(call, after, whole=True, slash="/")
    return document(call, "CollectionDocument", told, text=after.id)


def _named(call: Call, one: dict[str, Any]) -> Content:
    if one.get("mode", "add") not in ("add", "remove", "move"):
        raise invalid_input("mode", explanation="expected add or remove", value=one["mode"])
    return _member(call, one.get("type", ""), one.get("id", ""))


def _member(call: Call, kind: str, id_: str) -> Content:
    return located(call.site, member_kind(kind), id_) if kind else guessed(call.site, id_)


def _notes(one: dict[str, Any]) -> dict[str, str]:
    fields = one.get("metadata", {}).get("field", ())
    return {field["key"]: next(iter(field.get("value", ())), "") for field in fields if field.get("key")}


def rename_collection(call: Call, collection_id: str) -> Response:
    """Give it another name."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    if not call.text("name"):
        raise invalid_input("name", explanation="expected the new name of the collection")
    call.site.catalogue.update_collection(found.id, name=call.text("name"))
    return empty()


def delete_collection(call: Call, collection_id: str) -> Response:
    """Delete a collection, not what it holds."""
    found = collection_of(call, collection_id)
    require(call, "ALL", "collection", found.id)
    _delete(call, found)
    return empty()


def delete_many(call: Call) -> Response:
    """Delete the collections in ``id``; ids that are unknown do not matter."""
    ids = call.words("id")
    if not ids:
        raise invalid_input("id", explanation="expected ids of collections")
    for one in ids:
        try:
            found = collection_of(call, one)
        except Refusal:
            continue
        require(call, "ALL", "collection", found.id)
        _delete(call, found)
    return empty()


def _delete(call: Call, found: Collection) -> None:
    subject = subject_of(call.site, "collection", found.id)
    call.site.catalogue.delete_collection(found.id)
    forget_metadata(call.site, subject.key)
    forget_entries(call.site, "collection", found.id)
    call.site.keeping.delete(LIBRARIES, found.id)
    for external, id_ in call.site.keeping.all(EXTERNAL).items():
        if id_ == found.id:
            call.site.keeping.delete(EXTERNAL, external)


def add_member(call: Call, collection_id: str, member_id: str) -> Response:
    """Add an item, unless ``type`` says that it is a collection or library."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    what = _member(call, call.text("type", "item"), member_id)
    notes = dict(pair.partition("=")[::2] for pair in call.texts("metadata"))
    add_content(call.site, found.id, what, notes, items=call.flag("addItems"))
    for key in ("before", "after"):
        if call.text(key):
            place_content(call.site, found.id, what, call.text(key), behind=key == "after")
    return empty()


def remove_member(call: Call, collection_id: str, member_id: str) -> Response:
    """Remove an item, unless ``type`` says that it is a collection or library."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    what = _member(call, call.text("type", "item"), member_id)
    remove_content(call.site, found.id, what)
    return empty()


def collections_of_item(call: Call, item_id: str) -> Response:
    """The ids of the collections that an item is in."""
    item = id_of(call.site, "item", item_id)
    return uri_list(call, [one.id for one in call.site.catalogue.collections_of(item)])


def libraries_of_item(call: Call, item_id: str) -> Response:
    """The ids of the libraries that an item is in."""
    item = id_of(call.site, "item", item_id)
    return uri_list(call, libraries_holding(call.site, item))


ROUTES = (
    Route("POST", "/collection", create_collection),
    Route("DELETE", "/collection", delete_many),
    Route("GET", "/collection/<collection_id>", read_collection),
    Route("PUT", "/collection/<collection_id>", change_collection),
    Route("DELETE", "/collection/<collection_id>", delete_collection),
    Route("PUT", "/collection/<collection_id>/rename", rename_collection),
    Route("PUT", "/collection/<collection_id>/<member_id>", add_member),
    Route("DELETE", "/collection/<collection_id>/<member_id>", remove_member),
    Route("GET", "/item/<item_id>/collections", collections_of_item),
    Route("GET", "/item/<item_id>/library", libraries_of_item),
)
