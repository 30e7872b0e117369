"""The pages about storages."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty, plain, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages.changing import change_storage, make_storage
from flowhost_devserver.vidispine.storages.documents import (
    WHOLE,
    capacity_of,
    free_capacity,
    state_of,
    storage_document,
)
from flowhost_devserver.vidispine.storages.groups import groups_with
from flowhost_devserver.vidispine.storages.kept import (
    KIND,
    all_storages,
    keep,
    kept_of,
    storage_of,
)
from flowhost_plugins.catalogue import Storage

PAGE = 1000  # files that are let go at once


def several(call: Call) -> Response:
    """`GET /storage`."""
    found = [one for one in all_storages(call.site) if _wanted(call, one)]
    if call.flag("url"):
        return uri_list(call, (f"{call.site.api}/storage/{one.id}" for one in found))
    shown = [storage_document(call.site, one) for one in found]
    text = "".join(one.id + LINE for one in found)
    return document(call, "StorageListDocument", {"storage": shown}, text=text)


def _wanted(call: Call, storage: Storage) -> bool:
    states, groups = call.words("status"), call.words("storagegroup")
    capacity, free = capacity_of(call.site, storage), free_capacity(call.site, storage)
    share = WHOLE * free // capacity if capacity else 0
    return (
        (not states or state_of(call.site, storage) in states)
        and (not groups or not set(groups).isdisjoint(groups_with(call.site, storage.id)))
        and capacity >= call.number("size", 0)
        and free >= call.number("freebytes", 0)
        and storage.used >= call.number("usedbytes", 0)
        and share >= call.number("freeamount", 0)
    )


def one(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}`."""
    return _shown(call, storage_of(call.site, storage_id))


def _shown(call: Call, storage: Storage) -> Response:
    return document(call, "StorageDocument", storage_document(call.site, storage), text=storage.id)


def create(call: Call) -> Response:
    """`POST /storage`."""
    return _shown(call, make_storage(call.site, call.document("StorageDocument")))


def change(call: Call, storage_id: str) -> Response:
    """`PUT /storage/{id}`."""
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        return _shown(call, change_storage(call.site, storage, call.document("StorageDocument")))


def delete(call: Call, storage_id: str) -> Response:
    """`DELETE /storage/{id}`: it is forgotten with its files, which stay on the disk."""
    storage, catalogue = storage_of(call.site, storage_id), call.site.catalogue
    while held := catalogue.files(storage=storage, unmanaged=False, number=PAGE).files:
        for file in held:
            catalogue.release_file(file.id)
    catalogue.remove_storage(storage)
    call.site.keeping.delete(KIND, storage.id)
    return empty(204)


def free_space(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}/freespace`."""
    return plain(str(free_capacity(call.site, storage_of(call.site, storage_id))))


def status(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}/status`, and `/state`."""
    return plain(state_of(call.site, storage_of(call.site, storage_id)))


STATES = ("NONE", "READY", "OFFLINE", "FAILED", "DISABLED", "EVACUATING", "EVACUATED")


def set_state(call: Call, storage_id: str, state: str) -> Response:
    """`PUT /storage/{id}/state/{STATE}`."""
    if state.upper() not in STATES:
        raise invalid_input("state", explanation=f"expected one of {', '.join(STATES)}", value=state)
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        wanted = "" if state.upper() == "NONE" else state.upper()
        keep(call.site, storage.id, replace(kept_of(call.site, storage), state=wanted))
    return _shown(call, storage)


def set_type(call: Call, storage_id: str, kind: str) -> Response:
    """`PUT /storage/{id}/type/{TYPE}`."""
    with call.site.lock:
        change_storage(call.site, storage_of(call.site, storage_id), {"type": kind})
    return empty()


def rescan(call: Call, storage_id: str) -> Response:
    """`POST /storage/{id}/rescan`: twice, since a file is whole when it did not change between two looks."""
    storage = storage_of(call.site, storage_id)
    for _ in range(2):
        call.site.catalogue.scan(storage)
    return empty()


_ONE = "/storage/<storage_id>"

ROUTES = (
    Route("GET", "/storage", several),
    Route("POST", "/storage", create),
    Route("GET", _ONE, one),
    Route("PUT", _ONE, change),
    Route("DELETE", _ONE, delete),
    Route("GET", f"{_ONE}/freespace", free_space),
    Route("GET", f"{_ONE}/status", status),
    Route("GET", f"{_ONE}/state", status),
    Route("PUT", f"{_ONE}/state/<state>", set_state),
    Route("PUT", f"{_ONE}/type/<kind>", set_type),
    Route("POST", f"{_ONE}/rescan", rescan),
)
