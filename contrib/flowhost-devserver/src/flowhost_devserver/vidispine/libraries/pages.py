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
from flowhost_devserver.vidispine.external_ids.documents import check_free
from flowhost_devserver.vidispine.external_ids.namings import rename
from flowhost_devserver.vidispine.items.listing import items_list
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step
from flowhost_devserver.vidispine.jobs.starting import job_answer, start_job
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind
from flowhost_devserver.vidispine.libraries.pair_pages import PAIRS
from flowhost_devserver.vidispine.libraries.records import (
    Library,
    delete_library,
    keep,
    libraries,
    library_of,
    make_library,
)
from flowhost_devserver.vidispine.libraries.refreshing import members, refresh
from flowhost_devserver.vidispine.libraries.settings import asked_for, checked_settings, read_settings
from flowhost_devserver.vidispine.metadata.checking import checked_metadata
from flowhost_devserver.vidispine.metadata.kept import change_metadata
from flowhost_devserver.vidispine.metadata.subjects import id_of, subject_of
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.searching.asking import Paging
from flowhost_devserver.vidispine.searching.reading import read_search
from flowhost_devserver.vidispine.site import Site


def list_libraries(call: Call) -> Response:
    """The ids of the libraries; of those with settings that parameters ask for."""
    allowed, paging = readable(call), Paging(call)
    found = [
        one.id
        for one in asked_for(call, libraries(call.site))
        if allowed is None or allowed("library", one.id)
    ]
    shown, _ = paging.of_all(found)
    return uri_list(call, shown, hits=len(found) if paging.counts else None)


def create_library(call: Call) -> Response:
    """Make a library of the items in a list; the answer is its id."""
    items, external = _items(call), call.text("externalId")
    with call.site.lock:
        if external:
            check_free(call, external, "library")
        made = make_library(call.site, call.run_as, items=items, **read_settings(call))
        if external:
            rename(call.site, "library", made.id, (external,))
    give_owner(call.site, "library", made.id, call.run_as)
    return uri_list(call, [made.id])


def _items(call: Call) -> tuple[str, ...]:
    given = call.document("ItemListDocument").get("item", ())
    return tuple(dict.fromkeys(id_of(call.site, "item", one.get("id", "")) for one in given))


def read_library(call: Call, library_id: str) -> Response:
    """The items of a library."""
    library = _library(call, library_id, "READ")
    found, paging = members(call.site, library.id), Paging(call)
    shown, more = paging.of_all(found)
    hits = {"hits": len(found)} if paging.counts else {}
    return items_list(call, shown, **hits, library=library.id, **more)


def remove_library(call: Call, library_id: str) -> Response:
    """Delete a library, not its items; with ``async`` a job does it."""
    return _removed(call, [_library(call, library_id, "ALL")])


def remove_libraries(call: Call) -> Response:
    """Delete the libraries in ``id``; ids that are unknown do not matter."""
    ids = call.words("id")
    if not ids:
        raise invalid_input("id", explanation="expected ids of libraries")
    known = {one.id for one in libraries(call.site)}
    return _removed(call, [_library(call, one, "ALL") for one in ids if one in known])


def _removed(call: Call, found: list[Library]) -> Response:
    ids = [one.id for one in found]
    if not call.flag("async"):
        for one in ids:
            _delete(call.site, one)
        return empty()
    step = Step("delete-library", {"libraries": ids}, "Deleting libraries")
    return job_answer(call, start_job(call, "DELETE_LIBRARY", "", [step], data={"libraryId": ",".join(ids)}))


def _delete(site: Site, library_id: str) -> None:
    if delete_library(site, library_id):
        forget_entries(site, "library", library_id)
        rename(site, "library", library_id, ())
        site.keeping.delete(PAIRS, library_id)


def _delete_all(
    site: Site, _record: JobRecord, orders: Mapping[str, Any], _stop: threading.Event
) -> Mapping[str, str]:
    for library_id in orders["libraries"]:
        _delete(site, library_id)
    return {}


add_kind("delete-library", Kind(do=_delete_all))


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
            refresh(call.site, library)
    return empty()


def add_items(call: Call, library_id: str) -> Response:
    """Put the items of a list into a library."""
    return _add(call, library_id, _items(call))


def add_item(call: Call, library_id: str, item_id: str) -> Response:
    """Put an item into a library."""
    return _add(call, library_id, (id_of(call.site, "item", item_id),))


def _add(call: Call, library_id: str, items: tuple[str, ...]) -> Response:
    library = _library(call, library_id, "WRITE")
    with call.site.lock:
        library = library_of(call.site, library.id)
        keep(call.site, replace(library, items=tuple(dict.fromkeys((*library.items, *items)))))
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
    Route("PUT", "/library/<library_id>", add_items),
    Route("DELETE", "/library/<library_id>", remove_library),
    Route("GET", "/library/<library_id>/settings", read_library_settings),
    Route("PUT", "/library/<library_id>/settings", write_library_settings),
    Route("PUT", "/library/<library_id>/item-metadata", write_item_metadata),
    Route("PUT", "/library/<library_id>/<item_id>", add_item),
    Route("DELETE", "/library/<library_id>/<item_id>", remove_item),
)
