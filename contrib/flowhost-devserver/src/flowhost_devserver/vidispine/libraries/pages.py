"""Pages: libraries."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.entries import forget_entries, give_owner
from flowhost_devserver.vidispine.access.rights import readable, require
from flowhost_devserver.vidispine.answers import document, empty, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.items.listing import items_list
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_devserver.vidispine.jobs.starting import job_answer, start_job
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind
from flowhost_devserver.vidispine.libraries.records import (
    Library,
    delete_library,
    keep,
    libraries,
    library_of,
    make_library,
)
from flowhost_devserver.vidispine.libraries.refreshing import members, refresh
from flowhost_devserver.vidispine.libraries.settings import checked_settings, read_settings
from flowhost_devserver.vidispine.metadata.checking import checked_metadata
from flowhost_devserver.vidispine.metadata.kept import change_metadata
from flowhost_devserver.vidispine.metadata.subjects import id_of, subject_of
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.searching.asking import Paging
from flowhost_devserver.vidispine.searching.reading import read_search
from flowhost_devserver.vidispine.site import Site


def list_libraries(call: Call) -> Response:
    """The ids of the libraries; of those that refresh themselves, or do not, when ``autoRefresh`` says so."""
    wanted = call.flag("autoRefresh") if "autoRefresh" in call.parameters else None
    allowed, paging = readable(call), Paging(call)
    found = [
        one.id
        for one in libraries(call.site)
        if wanted in (None, one.autoRefresh) and (allowed is None or allowed("library", one.id))
    ]
    shown, _ = paging.of_all(found)
    return uri_list(call, shown, hits=len(found) if paging.counts else None)


def create_library(call: Call) -> Response:
    """Make a library of the items in a list."""
    given = call.document("ItemListDocument").get("item", ())
    items = [id_of(call.site, "item", one.get("id", "")) for one in given]
    made = make_library(call.site, call.run_as, items=tuple(dict.fromkeys(items)), **read_settings(call))
    give_owner(call.site, "library", made.id, call.run_as)
    listed = [{"id": one, "start": "-INF", "end": "+INF"} for one in made.items]
    told = {"hits": len(listed), "library": made.id, "item": listed}
    return document(call, "ItemListDocument", told, text=made.id)


def read_library(call: Call, library_id: str) -> Response:
    """The items of a library."""
    library = _library(call, library_id, "READ")
    found, paging = members(call.site, library.id), Paging(call)
    shown, more = paging.of_all(found)
    hits = {"hits": len(found)} if paging.counts else {}
    return items_list(call, shown, **hits, library=library.id, **more)


def remove_library(call: Call, library_id: str) -> Response:
    """Delete a library, not its items."""
    _delete(call, _library(call, library_id, "ALL"))
    return empty()


def remove_libraries(call: Call) -> Response:
    """Delete the libraries in ``id``; ids that are unknown do not matter."""
    ids = call.words("id")
    if not ids:
        raise invalid_input("id", explanation="expected ids of libraries")
    known = {one.id for one in libraries(call.site)}
    for one in ids:
        if one in known:
            _delete(call, _library(call, one, "ALL"))
    return empty()


def _delete(call: Call, library: Library) -> None:
    delete_library(call.site, library.id)
    forget_entries(call.site, "library", library.id)


def read_library_settings(call: Call, library_id: str) -> Response:
    """The settings of a library."""
    return document(call, "LibrarySettingsDocument", _library(call, library_id, "READ").settings)


def write_library_settings(call: Call, library_id: str) -> Response:
    """Change the settings of a library; what the document does not say stays."""
    library = _library(call, library_id, "WRITE")
    settings = checked_settings(call.document("LibrarySettingsDocument"))
    read_search(settings.get("query", {}))  # which must make sense
    with call.site.lock:
        library = keep(call.site, replace(library_of(call.site, library.id), **settings))
        if library.autoRefresh and library.query is not None:
            library = refresh(call.site, library)
    return document(call, "LibrarySettingsDocument", library.settings)


def add_item(call: Call, library_id: str, item_id: str) -> Response:
    """Put an item into a library."""
    library, item = _library(call, library_id, "WRITE"), id_of(call.site, "item", item_id)
    with call.site.lock:
        library = library_of(call.site, library.id)
        keep(call.site, replace(library, items=tuple(dict.fromkeys((*library.items, item)))))
    return empty()


def remove_item(call: Call, library_id: str, item_id: str) -> Response:
    """Take an item out of a library."""
    library, item = _library(call, library_id, "WRITE"), id_of(call.site, "item", item_id)
    with call.site.lock:
        library = library_of(call.site, library.id)
        keep(call.site, replace(library, items=tuple(one for one in library.items if one != item)))
    return empty()


def write_item_metadata(call: Call, library_id: str) -> Response:
    """Start a job that changes the metadata of all items of a library."""
    library = _library(call, library_id, "WRITE")
    given = checked_metadata(call.site, call.document("MetadataDocument"))
    step = Step("library-metadata", {"library": library.id, "metadata": given}, "Updating metadata")
    data = {"libraryId": library.id}
    return job_answer(call, start_job(call, "UPDATE_LIBRARY_ITEM_METADATA", "", [step], data=data))


def _change_all(
    site: Site, record: JobRecord, orders: Mapping[str, Any], stop: threading.Event
) -> Mapping[str, str]:
    for item in members(site, orders["library"]):
        if stop.is_set():
            break
        change_metadata(site, subject_of(site, "item", item), orders["metadata"], record.user)
    return {}


add_kind("library-metadata", Kind(do=_change_all))


def _library(call: Call, library_id: str, wanted: str) -> Library:
    """The library, for who may do this with it."""
    library = library_of(call.site, library_id)
    require(call, wanted, "library", library.id)
    return library


ROUTES = (
    Route("GET", "/library", list_libraries),
    Route("POST", "/library", create_library),
    Route("DELETE", "/library", remove_libraries),
    Route("GET", "/library/<library_id>", read_library),
    Route("DELETE", "/library/<library_id>", remove_library),
    Route("GET", "/library/<library_id>/settings", read_library_settings),
    Route("PUT", "/library/<library_id>/settings", write_library_settings),
    Route("PUT", "/library/<library_id>/item-metadata", write_item_metadata),
    Route("PUT", "/library/<library_id>/<item_id>", add_item),
    Route("DELETE", "/library/<library_id>/<item_id>", remove_item),
)
