"""Pages: searches for items, collections, both, shapes and files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.entries import give_owner
from flowhost_devserver.vidispine.access.rights import readable, require
from flowhost_devserver.vidispine.answers import LINE, document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.collections.contents import libraries_in
from flowhost_devserver.vidispine.collections.documents import collection_document
from flowhost_devserver.vidispine.collections.pages import collection_of
from flowhost_devserver.vidispine.files.documents import file_document
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.items.contents import item_document
from flowhost_devserver.vidispine.items.listing import items_list
from flowhost_devserver.vidispine.libraries.records import keep, library_of, make_library, refreshed
from flowhost_devserver.vidispine.libraries.refreshing import members
from flowhost_devserver.vidispine.libraries.settings import read_settings
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.searching.asking import Paging, search_document
from flowhost_devserver.vidispine.searching.counting import facets
from flowhost_devserver.vidispine.searching.criteria import (
    Criterion,
    Either,
    Every,
    FieldIs,
    Related,
    Wanted,
    Without,
)
from flowhost_devserver.vidispine.searching.facts import ItemFacts
from flowhost_devserver.vidispine.searching.part_facts import FileFacts, ShapeFacts
from flowhost_devserver.vidispine.searching.reading import read_search
from flowhost_devserver.vidispine.searching.saving import saved
from flowhost_devserver.vidispine.searching.suggesting import completed, suggestions
from flowhost_devserver.vidispine.searching.walking import Found, Search
from flowhost_devserver.vidispine.shapes.documents import shape_document

SPAN = {"start": "-INF", "end": "+INF"}
"""When what was found is true: always, as nothing is found by metadata of a part of the time."""

add_forms(
    {"ShapeList": {"hits": "int", "nextCursor": "text", "shape": "Shape*"}},
    {"ShapeListDocument": "ShapeList"},
)


def search_items(call: Call) -> Response:
    """Items for which a document holds; all without one."""
    return saved(call) or _items(call, search_document(call), _in_library(call))


def search_in_collection(call: Call, collection_id: str) -> Response:
    """As `search_items`, among the items of a collection, and of its libraries."""
    found = collection_of(call, collection_id)
    require(call, "READ", "collection", found.id)
    held: Criterion = Related("collection", FieldIs("collectionId", (found.id,)))
    libraries = libraries_in(call.site, found.id)
    if items := tuple(item for one in libraries for item in members(call.site, one)):
        held = Either((held, FieldIs("itemId", items)))
    return saved(call) or _items(call, search_document(call), Every((held, _in_library(call))))


def _in_library(call: Call) -> Criterion:
    """To be in the library of the parameter, when there is one."""
    if not call.text("library"):
        return Every()
    library = library_of(call.site, call.text("library"))
    require(call, "READ", "library", library.id)
    items = tuple(members(call.site, library.id))
    return FieldIs("itemId", items) if items else Without(Every())


def _items(call: Call, data: dict[str, Any], within: Criterion) -> Response:
    wanted = _wanted(data, within)
    search = _search(call, wanted)
    paging = Paging(call, wanted.cursor)
    shown, more = paging.of(search.items(paging.place, paging.about))
    told: dict[str, Any] = {"hits": search.count_items()} if paging.counts else {}
    told |= _library(call, data, search)
    told |= more
    told |= facets(wanted, lambda one: (item for item, _ in _search(call, wanted, one).items()))
    told |= suggestions(data, lambda: (item for item, _ in _search(call, wanted, within).items()))
    return items_list(call, [one.id for one in shown], **told)


def _library(call: Call, data: dict[str, Any], search: Search) -> dict[str, str]:
    """Put all that is found into a library, a new one or that in ``libraryId``; return its id under its key."""
    known, settings = call.text("libraryId"), read_settings(call)
    if known:
        require(call, "WRITE", "library", library_of(call.site, known).id)
    elif call.text("result") != "library":
        return {}
    found = [item.id for item, _ in search.items()]
    with call.site.lock:
        library = library_of(call.site, known) if known else make_library(call.site, call.run_as)
        library = keep(call.site, replace(library, query=data, **settings))
        refreshed(call.site, library, found)
    if not known:
        give_owner(call.site, "library", library.id, call.run_as)
    return {"library": library.id}


def search_collections(call: Call) -> Response:
    """Collections for which a document holds; all without one. The newest first."""
    if answer := saved(call):
        return answer
    data = search_document(call)
    wanted = _wanted(data)
    search, paging = _search(call, wanted), Paging(call, wanted.cursor)
    found = search.collections()
    shown, more = paging.of_all(found)
    told: dict[str, Any] = {"hits": len(found)} if paging.counts else {}
    told |= more
    told["collection"] = [collection_document(call, one.record) for one in shown]
    told |= facets(wanted, lambda one: _search(call, wanted, one).collections())
    told |= suggestions(data, lambda: _search(call, wanted, Every()).collections())
    text = "".join(one.id + LINE for one in shown)
    return document(call, "CollectionListDocument", told, text=text)


def search_both(call: Call) -> Response:
    """Items and collections for which a document holds; all without one."""
    if answer := saved(call):
        return answer
    data = search_document(call)
    wanted = _wanted(data)
    search, paging = _search(call, wanted), Paging(call, wanted.cursor)
    found = search.both()
    shown, more = paging.of_all(found)
    told: dict[str, Any] = {"hits": len(found)} if paging.counts else {}
    told |= more
    told["entry"] = [_entry(call, one) for one in shown]
    told |= facets(wanted, lambda one: _search(call, wanted, one).both())
    told |= suggestions(data, lambda: _search(call, wanted, Every()).both())
    return document(call, "SearchResultDocument", told, text="".join(one.id + LINE for one in shown))


def _entry(call: Call, one: Found) -> dict[str, Any]:
    if isinstance(one, ItemFacts):
        item = {**SPAN, **item_document(call, one.subject)}
        return {"type": "Item", "id": one.id, **SPAN, "item": item, "timespan": [SPAN]}
    told = collection_document(call, one.record)
    return {"type": "Collection", "id": one.id, **SPAN, "collection": told, "timespan": [SPAN]}


def complete(call: Call) -> Response:
    """The values of items and collections that begin with a text."""
    begun = call.document("AutocompleteRequestDocument")
    told = completed(begun, _search(call, Wanted()).both())
    text = "".join(one + LINE for one in told["suggestion"])
    return document(call, "AutocompleteResponseDocument", told, text=text)


def search_shapes(call: Call) -> Response:
    """Shapes for which a document holds; what it says of other things is about their items."""
    if answer := saved(call):
        return answer
    wanted = _wanted(search_document(call))
    found = [one for one in _search(call, wanted).parts("shape") if isinstance(one, ShapeFacts)]
    shown, told = _parts_page(call, wanted, found)
    listed = [shape_document(call.site, one.shape) for one in shown]
    text = "".join(one.id + LINE for one in shown)
    return document(call, "ShapeListDocument", {**told, "shape": listed}, text=text)


def search_files(call: Call) -> Response:
    """Files of items for which a document holds; what it says of other things is about their items."""
    if answer := saved(call):
        return answer
    wanted = _wanted(search_document(call))
    found = [one for one in _search(call, wanted).parts("file") if isinstance(one, FileFacts)]
    shown, told = _parts_page(call, wanted, found)
    listed = [file_document(call.site, one.file, item=call.flag("includeItem")) for one in shown]
    text = "".join(one.id + LINE for one in shown)
    return document(call, "FileListDocument", {**told, "file": listed}, text=text)


def _parts_page(call: Call, wanted: Wanted, found: list[Any]) -> tuple[list[Any], dict[str, Any]]:
    paging = Paging(call, wanted.cursor)
    shown, more = paging.of_all(found)
    hits: dict[str, Any] = {"hits": len(found)} if paging.counts else {}
    return shown, hits | more


def _wanted(data: dict[str, Any], within: Criterion | None = None) -> Wanted:
    wanted = read_search(data)
    return wanted if within is None else replace(wanted, criterion=Every((within, wanted.criterion)))


def _search(call: Call, wanted: Wanted, criterion: Criterion | None = None) -> Search:
    whole = wanted.whole if criterion is None else criterion
    return Search(call.site, whole, wanted.sort, readable(call))


ROUTES = (
    Route("PUT", "/search/autocomplete", complete),
    *(
        Route(method, path, page)
        for path, page in (
            ("/item", search_items),
            ("/collection", search_collections),
            ("/collection/<collection_id>/item", search_in_collection),
            ("/search", search_both),
            ("/search/shape", search_shapes),
            ("/search/file", search_files),
        )
        for method in ("GET", "PUT")
    ),
)
