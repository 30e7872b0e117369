"""The pages about storages and their methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata as simple
from flowhost_devserver.vidispine.answers import LINE, document, empty, plain, uri_list
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.imports import automatic
from flowhost_devserver.vidispine.refusals import invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages.changing import apply, change_storage, checked_uri, make_storage
from flowhost_devserver.vidispine.storages.documents import (
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
    new_method,
    storage_of,
)
from flowhost_plugins.catalogue import Storage

PAGE = 1000  # files that are let go at once
WHOLE = 100  # per cent


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
    call.site.keeping.delete(automatic.KIND, storage.id)
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
    automatic.import_new(call.site, storage.id)
    return empty()


# -- methods


def methods(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}/method`; `read`, `write` and `browse` choose those that can, or cannot, do it."""
    wanted = {name: call.flag(name) for name in ("read", "write", "browse") if name in call.parameters}
    known = storage_document(call.site, storage_of(call.site, storage_id))["method"]
    found = [method for method in known if all(method[name] is value for name, value in wanted.items())]
    text = "".join(_line(method) + LINE for method in found)
    return document(call, "StorageMethodListDocument", {"method": found}, text=text)


def one_method(call: Call, storage_id: str, method_id: str) -> Response:
    """`GET /storage/{id}/method/{id}`."""
    found = storage_document(call.site, storage_of(call.site, storage_id))["method"]
    method = _method(found, method_id)
    return document(call, "StorageMethodListDocument", {"method": [method]}, text=_line(method))


def _line(method: Mapping[str, Any]) -> str:
    """A method as text: a client in Python looks for the id at the beginning and for the URI behind it."""
    return f"{method['id']}\t{method['uri']}"


def _method(methods: list[Mapping[str, Any]], method_id: str) -> Mapping[str, Any]:
    for method in methods:
        if method["id"] == method_id:
            return method
    raise not_found("storage-method", method_id)


def add_method(call: Call, storage_id: str) -> Response:
    """`POST /storage/{id}/method`: what it is stands in the document or the parameters."""
    given = _given(call)
    uri = checked_uri(given)
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        kept = kept_of(call.site, storage)
        method = new_method(call.site, uri, given)
        apply(call.site, storage, replace(kept, methods=(*kept.methods, method)), storage.kind)
    return document(call, "StorageMethodDocument", method, text=_line(method))


def put_method(call: Call, storage_id: str) -> Response:
    """`PUT /storage/{id}/method`: changes the method with this URI; when there is none, adds one."""
    uri = checked_uri(_given(call))
    known = kept_of(call.site, storage_of(call.site, storage_id)).methods
    same = [method["id"] for method in known if method["uri"] == uri]
    return change_method(call, storage_id, same[0]) if same else add_method(call, storage_id)


def change_method(call: Call, storage_id: str, method_id: str) -> Response:
    """`PUT /storage/{id}/method/{id}`."""
    given = {key: value for key, value in _given(call).items() if key != "id"}
    if "uri" in given:
        checked_uri(given)
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        kept = kept_of(call.site, storage)
        changed = {**_method(list(kept.methods), method_id), **given}
        after = tuple(changed if one["id"] == method_id else one for one in kept.methods)
        apply(call.site, storage, replace(kept, methods=after), storage.kind)
    return document(call, "StorageMethodDocument", changed, text=_line(changed))


def remove_method(call: Call, storage_id: str, method_id: str) -> Response:
    """`DELETE /storage/{id}/method/{id}`."""
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        kept = kept_of(call.site, storage)
        gone = _method(list(kept.methods), method_id)
        rest = tuple(one for one in kept.methods if one is not gone)
        keep(call.site, storage.id, replace(kept, methods=rest))
    return empty()


def _given(call: Call) -> dict[str, Any]:
    given = call.document("StorageMethodDocument")
    if named := [name for name in ("uri", "url") if name in call.parameters]:
        given["uri"] = call.text(named[0])
    given |= {name: call.flag(name) for name in ("read", "write", "browse") if name in call.parameters}
    given |= {"bandwidth": call.number("bandwidth", 0)} if "bandwidth" in call.parameters else {}
    return given | ({"type": call.text("type")} if call.text("type") else {})


# -- metadata


def read_metadata(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}/metadata`."""
    kept = kept_of(call.site, storage_of(call.site, storage_id))
    text = "".join(f"{key}={value}{LINE}" for key, value in kept.metadata.items())
    return document(call, "SimpleMetadataDocument", simple.as_fields(kept.metadata), text=text)


def read_metadata_key(call: Call, storage_id: str, key: str) -> Response:
    """`GET /storage/{id}/metadata/{key}`."""
    kept = kept_of(call.site, storage_of(call.site, storage_id))
    if key not in kept.metadata:
        raise not_found("metadata", key)
    return plain(kept.metadata[key])


def write_metadata(call: Call, storage_id: str) -> Response:
    """`PUT /storage/{id}/metadata`."""
    _put(call, storage_id, simple.from_fields(call.document("SimpleMetadataDocument")))
    return empty(204)


def write_metadata_key(call: Call, storage_id: str, key: str) -> Response:
    """`PUT /storage/{id}/metadata/{key}`: the body is the value."""
    _put(call, storage_id, {key: call.request.get_data().decode(errors="replace")})
    return empty()


def remove_metadata(call: Call, storage_id: str) -> Response:
    """`DELETE /storage/{id}/metadata`."""
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        keep(call.site, storage.id, replace(kept_of(call.site, storage), metadata={}))
    return empty()


def remove_metadata_key(call: Call, storage_id: str, key: str) -> Response:
    """`DELETE /storage/{id}/metadata/{key}`."""
    _put(call, storage_id, {key: ""})
    return empty()


def _put(call: Call, storage_id: str, pairs: Mapping[str, str]) -> None:
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        kept = kept_of(call.site, storage)
        after = {key: value for key, value in {**kept.metadata, **pairs}.items() if value}
        keep(call.site, storage.id, replace(kept, metadata=after))


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
    Route("GET", f"{_ONE}/method", methods),
    Route("POST", f"{_ONE}/method", add_method),
    Route("PUT", f"{_ONE}/method", put_method),
    Route("GET", f"{_ONE}/method/<method_id>", one_method),
    Route("PUT", f"{_ONE}/method/<method_id>", change_method),
    Route("DELETE", f"{_ONE}/method/<method_id>", remove_method),
    Route("GET", f"{_ONE}/metadata", read_metadata),
    Route("PUT", f"{_ONE}/metadata", write_metadata),
    Route("DELETE", f"{_ONE}/metadata", remove_metadata),
    Route("GET", f"{_ONE}/metadata/<key>", read_metadata_key),
    Route("PUT", f"{_ONE}/metadata/<key>", write_metadata_key),
    Route("DELETE", f"{_ONE}/metadata/<key>", remove_metadata_key),
)
