"""Storage groups: names for several storages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.simple_metadata import pairs_of
from flowhost_devserver.vidispine.storages.documents import storage_document
from flowhost_devserver.vidispine.storages.kept import storage_of
from flowhost_plugins.catalogue import NotFound

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

KIND = "storage-group"

METADATA = "storage-group-metadata"
"""Kind of what is kept with groups."""

add_forms(
    {
        "StorageGroup": {"name": "text", "storage": "Storage*", "data": "KeyValue*"},
        "StorageGroupList": {"group": "StorageGroup*"},
    },
    {"StorageGroupDocument": "StorageGroup", "StorageGroupListDocument": "StorageGroupList"},
)


def groups_with(site: Site, storage_id: str) -> list[str]:
    """The names of the groups a storage is in."""
    return [name for name, held in site.keeping.all(KIND).items() if storage_id in held]


def several(call: Call) -> Response:
    """`GET /storage/storage-group`."""
    names = list(call.site.keeping.all(KIND))
    text = "".join(name + LINE for name in names)
    shown = {"group": [_document(call.site, name) for name in names]}
    return document(call, "StorageGroupListDocument", shown, text=text)


def one(call: Call, name: str) -> Response:
    """`GET /storage/storage-group/{name}`."""
    _held(call.site, name)
    return document(call, "StorageGroupDocument", _document(call.site, name), text=name)


def check(call: Call, name: str) -> str:
    """The name of a group that there is.

    Raises:
        Refusal: there is none of this name.
    """
    _held(call.site, name)
    return name


def _held(site: Site, name: str) -> list[str]:
    held: list[str] | None = site.keeping.get(KIND, name)
    if held is None:
        raise not_found("storage-group", name)
    return held


def _document(site: Site, name: str) -> dict[str, Any]:
    shown = []
    for storage_id in _held(site, name):
        try:
            shown.append(storage_document(site, site.catalogue.storage(storage_id)))
        except NotFound:  # it was deleted since
            continue
    pairs = [{"key": key, "value": value} for key, value in pairs_of(site, METADATA, name).items()]
    return {"name": name, "storage": shown} | ({"data": pairs} if pairs else {})


def create(call: Call, name: str) -> Response:
    """`PUT /storage/storage-group/{name}`."""
    with call.site.lock:
        if call.site.keeping.get(KIND, name) is None:
            call.site.keeping.put(KIND, name, [])
    return empty()


def delete(call: Call, name: str) -> Response:
    """`DELETE /storage/storage-group/{name}`."""
    if not call.site.keeping.delete(KIND, name):
        raise not_found("storage-group", name)
    call.site.keeping.delete(METADATA, name)
    return empty()


def add(call: Call, name: str, storage_id: str) -> Response:
    """`PUT /storage/storage-group/{name}/{storage}`."""
    storage_of(call.site, storage_id)
    with call.site.lock:
        held = _held(call.site, name)
        call.site.keeping.put(KIND, name, list(dict.fromkeys([*held, storage_id])))
    return empty()


def remove(call: Call, name: str, storage_id: str) -> Response:
    """`DELETE /storage/storage-group/{name}/{storage}`."""
    with call.site.lock:
        held = _held(call.site, name)
        if storage_id not in held:
            raise not_found("Storage", storage_id)
        call.site.keeping.put(KIND, name, [one for one in held if one != storage_id])
    return empty()


_GROUP = "/storage/storage-group/<name>"

ROUTES = (
    Route("GET", "/storage/storage-group", several),
    Route("GET", _GROUP, one),
    Route("PUT", _GROUP, create),
    Route("DELETE", _GROUP, delete),
    Route("PUT", f"{_GROUP}/<storage_id>", add),
    Route("DELETE", f"{_GROUP}/<storage_id>", remove),
)
