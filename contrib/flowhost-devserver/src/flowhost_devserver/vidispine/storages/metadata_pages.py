"""The pages about the metadata of storages, and of their methods."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata as simple
from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages.kept import keep, kept_of, method_of, storage_of, with_pairs


def read(call: Call, storage_id: str, method_id: str = "") -> Response:
    """`GET /storage/{id}/metadata`, `/storage/{id}/method/{id}/metadata`."""
    return simple.show_all(call, _pairs(call, storage_id, method_id))


def read_key(call: Call, storage_id: str, key: str, method_id: str = "") -> Response:
    """One pair."""
    return simple.show_one(_pairs(call, storage_id, method_id), key)


def write(call: Call, storage_id: str, method_id: str = "") -> Response:
    """More pairs, in the place of those with the same keys."""
    _put(call, storage_id, method_id, simple.from_fields(call.document("SimpleMetadataDocument")))
    return empty(204)


def write_key(call: Call, storage_id: str, key: str, method_id: str = "") -> Response:
    """One pair: the body is the value."""
    _put(call, storage_id, method_id, {key: call.text_body()})
    return empty()


def remove(call: Call, storage_id: str, method_id: str = "") -> Response:
    """All pairs go."""
    with call.site.lock:
        _put(call, storage_id, method_id, dict.fromkeys(_pairs(call, storage_id, method_id), ""))
    return empty()


def remove_key(call: Call, storage_id: str, key: str, method_id: str = "") -> Response:
    """One pair goes."""
    simple.check_key(_pairs(call, storage_id, method_id), key)
    _put(call, storage_id, method_id, {key: ""})
    return empty()


def _pairs(call: Call, storage_id: str, method_id: str) -> Mapping[str, str]:
    kept = kept_of(call.site, storage_of(call.site, storage_id))
    return simple.from_fields(method_of(kept, method_id).get("metadata")) if method_id else kept.metadata


def _put(call: Call, storage_id: str, method_id: str, pairs: Mapping[str, str]) -> None:
    with call.site.lock:
        storage = storage_of(call.site, storage_id)
        keep(call.site, storage.id, with_pairs(kept_of(call.site, storage), pairs, method_id))


_STORAGE = "/storage/<storage_id>/metadata"
_METHOD = "/storage/<storage_id>/method/<method_id>/metadata"

ROUTES = tuple(
    route
    for path in (_STORAGE, _METHOD)
    for route in (
        Route("GET", path, read),
        Route("PUT", path, write),
        Route("DELETE", path, remove),
        Route("GET", f"{path}/<key>", read_key),
        Route("PUT", f"{path}/<key>", write_key),
        Route("DELETE", f"{path}/<key>", remove_key),
    )
)
