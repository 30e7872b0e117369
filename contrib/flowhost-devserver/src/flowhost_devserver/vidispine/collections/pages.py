"""Pages: collections and what they hold."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.entries import forget_entries, give_owner
from flowhost_devserver.vidispine.access.rights import collections_above, require
from flowhost_devserver.vidispine.answers import document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.collections.changing import (
    change_contents,
    checked_contents,
    member_of,
    reorder,
)
from flowhost_devserver.vidispine.collections.contents import (
    LIBRARIES,
    add_content,
    added,
    place_content,
    remove_content,
)
from flowhost_devserver.vidispine.collections.documents import collection_document
from flowhost_devserver.vidispine.external_ids.documents import check_free
from flowhost_devserver.vidispine.external_ids.namings import own_id, rename
from flowhost_devserver.vidispine.imports.settings import give, settings_access
from flowhost_devserver.vidispine.libraries.refreshing import libraries_holding
from flowhost_devserver.vidispine.metadata.checking import checked_metadata
from flowhost_devserver.vidispine.metadata.kept import change_metadata, forget_metadata
from flowhost_devserver.vidispine.metadata.subjects import collection_subject, id_of, subject_of
from flowhost_devserver.vidispine.metadata.terse_xml import items_answer
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input, not_found
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
    """Make a collection, owned by who asks; the document may have its metadata and what it holds."""
    given = call.document("CollectionDocument")
    name, external = call.text("name") or given.get("name", ""), call.text("externalId")
    if not name:
        raise invalid_input("name", explanation="expected the name of the collection")
    metadata = checked_metadata(call.site, given["metadata"], new=True) if given.get("metadata") else None
    checked_contents(call.site, given.get("content", ()))
    access = settings_access(call)
    with call.site.lock:
        if external:
            check_free(call, external, "collection")
        made = call.site.catalogue.create_collection(name)
        if external:
            rename(call.site, "collection", made.id, (external,))
    give_owner(call.site, "collection", made.id, call.run_as)
    give(call, "collection", made.id, access)
    if metadata:
        change_metadata(call.site, collection_subject(call.site, made), metadata, call.run_as)
    change_contents(call.site, made.id, given.get("content", ()))
    after = collection_of(call, made.id)
    told = collection_document(call, after, whole=True)
    return document(call, "CollectionDocument", told, text=after.id)


def read_collection(call: Call, collection_id: str) -> Response:
    """One collection, with what it holds."""
    found = collection_of(call, collection_id)
    require(call, "READ", "collection", found.id)
    told = collection_document(call, found, whole=True, slash="/")
    return items_answer(call, "CollectionDocument", told, text=found.id)


def change_collection(call: Call, collection_id: str) -> Response:
    """Let it hold what the document says; with modes add, remove and move only that. It may get another name."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    given = call.document("CollectionDocument")
    if "content" in given:
        change_contents(call.site, found.id, given["content"], clear=call.flag("clear", default=True))
    if given.get("name"):
        _give_name(call, found.id, given["name"])
    return _whole(call, found.id)


def order_collection(call: Call, collection_id: str) -> Response:
    """Move what it holds before or behind something else."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    reorder(call.site, found.id, call.document("CollectionReorderDocument"))
    return _whole(call, found.id)


def _whole(call: Call, collection_id: str) -> Response:
    after = collection_of(call, collection_id)
    told = collection_document(call, after, whole=True, slash="/")
    return document(call, "CollectionDocument", told, text=after.id)


def rename_collection(call: Call, collection_id: str) -> Response:
    """Give it another name."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    if not call.text("name"):
        raise invalid_input("name", explanation="expected the new name of the collection")
    _give_name(call, found.id, call.text("name"))
    return empty()


def _give_name(call: Call, collection_id: str, name: str) -> None:
    """The name is its title, so that those hear of it who want to hear of changes of metadata."""
    title = {"name": "title", "value": [{"value": name}]}
    subject = subject_of(call.site, "collection", collection_id)
    change_metadata(call.site, subject, {"timespan": [{"field": [title]}]}, call.run_as)


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
    rename(call.site, "collection", found.id, ())


def add_member(call: Call, collection_id: str, member_id: str) -> Response:
    """Add an item, unless ``type`` says that it is a collection or library."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    what = member_of(call.site, call.text("type", "item"), member_id)
    notes = dict(pair.partition("=")[::2] for pair in call.texts("metadata"))
    if not all(key.removeprefix("-") for key in notes):
        raise invalid_input(
            "metadata", explanation="expected key=value, or -key", value=call.text("metadata")
        )
    places = {"before": call.text("before"), "after": call.text("after")}
    with call.site.lock:
        for one in added(call.site, what, items=call.flag("addItems")):
            add_content(call.site, found.id, one, notes)
        for key, beside in places.items():
            if beside:
                place_content(call.site, found.id, what, beside, behind=key == "after")
    return empty()


def remove_member(call: Call, collection_id: str, member_id: str) -> Response:
    """Remove an item, unless ``type`` says that it is a collection or library."""
    found = collection_of(call, collection_id)
    require(call, "WRITE", "collection", found.id)
    what = member_of(call.site, call.text("type", "item"), member_id)
    with call.site.lock:
        remove_content(call.site, found.id, what)
    return empty()


def ancestors(call: Call, collection_id: str) -> Response:
    """The ids of the collections that it is in, at whatever depth, the nearest first."""
    found = collection_of(call, collection_id)
    require(call, "READ", "collection", found.id)
    return uri_list(call, collections_above(call.site, "collection", found.id))


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
    Route("GET", "/collection/<collection_id>/ancestor", ancestors),
    Route("POST", "/collection/<collection_id>/order", order_collection),
    Route("PUT", "/collection/<collection_id>/rename", rename_collection),
    Route("PUT", "/collection/<collection_id>/<member_id>", add_member),
    Route("DELETE", "/collection/<collection_id>/<member_id>", remove_member),
    Route("GET", "/item/<item_id>/collections", collections_of_item),
    Route("GET", "/item/<item_id>/library", libraries_of_item),
)
