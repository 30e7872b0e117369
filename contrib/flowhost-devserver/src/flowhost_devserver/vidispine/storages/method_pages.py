"""The pages about the methods of storages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages.changing import apply, changed_method, checked_uri
from flowhost_devserver.vidispine.storages.documents import storage_document
from flowhost_devserver.vidispine.storages.kept import keep, kept_of, method_of, new_method, storage_of


def several(call: Call, storage_id: str) -> Response:
    """`GET /storage/{id}/method`; `read`, `write` and `browse` choose those that can, or cannot, do it."""
    wanted = {name: call.flag(name) for name in ("read", "write", "browse") if name in call.parameters}
    known = storage_document(call.site, storage_of(call.site, storage_id))["method"]
    found = [method for method in known if all(method[name] is value for name, value in wanted.items())]
    text = "".join(_line(method) + LINE for method in found)
    return document(call, "StorageMethodListDocument", {"method": found}, text=text)


def one(call: Call, storage_id: str, method_id: str) -> Response:
    """`GET /storage/{id}/method/{id}`."""
    storage = storage_of(call.site, storage_id)
    method_of(kept_of(call.site, storage), method_id)
    shown = [method for method in storage_document(call.site, storage)["method"] if method["id"] == method_id]
    return document(call, "StorageMethodListDocument", {"method": shown}, text=_line(shown[0]))


def _line(method: Mapping[str, Any]) -> str:
    """A method as text: a client in Python looks for the id at the beginning and for the URI behind it."""
    return f"{method['id']}\t{method['uri']}"


def add(call: Call, storage_id: str) -> Response:
    """`POST /storage/{id}/method`: what it is stands in the document or the parameters."""
    given = _given(call)
    uri = checked_uri(given)
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        kept = kept_of(call.site, storage)
        method = new_method(call.site, uri, given)
        apply(call.site, storage, replace(kept, methods=(*kept.methods, method)), storage.kind)
    return document(call, "StorageMethodDocument", method, text=_line(method))


def put(call: Call, storage_id: str) -> Response:
    """`PUT /storage/{id}/method`: changes the method with this URI; when there is none, adds one."""
    uri = checked_uri(_given(call))
    with call.site.lock:  # else several at once add several
        known = kept_of(call.site, storage_of(call.site, storage_id)).methods
        same = [method["id"] for method in known if method["uri"] == uri]
        return change(call, storage_id, same[0]) if same else add(call, storage_id)


def change(call: Call, storage_id: str, method_id: str) -> Response:
    """`PUT /storage/{id}/method/{id}`."""
    given = _given(call)
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        kept = kept_of(call.site, storage)
        changed = changed_method(method_of(kept, method_id), given)
        after = tuple(changed if one["id"] == method_id else one for one in kept.methods)
        apply(call.site, storage, replace(kept, methods=after), storage.kind)
    return document(call, "StorageMethodDocument", changed, text=_line(changed))


def remove(call: Call, storage_id: str, method_id: str) -> Response:
    """`DELETE /storage/{id}/method/{id}`."""
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        kept = kept_of(call.site, storage)
        gone = method_of(kept, method_id)
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


_ALL = "/storage/<storage_id>/method"
_ONE = f"{_ALL}/<method_id>"

ROUTES = (
    Route("GET", _ALL, several),
    Route("POST", _ALL, add),
    Route("PUT", _ALL, put),
    Route("GET", _ONE, one),
    Route("PUT", _ONE, change),
    Route("DELETE", _ONE, remove),
)
