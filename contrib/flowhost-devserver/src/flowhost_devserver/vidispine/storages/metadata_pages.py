"""The pages about the metadata of storage groups and of the methods of storages."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata as simple
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages import groups
from flowhost_devserver.vidispine.storages.documents import METHOD_METADATA
from flowhost_devserver.vidispine.storages.kept import kept_of, storage_of


def _method(call: Call, storage_id: str, method_id: str) -> str:
    kept = kept_of(call.site, storage_of(call.site, storage_id))
    if method_id not in [method["id"] for method in kept.methods]:
        raise not_found("storage-method", method_id)
    return method_id


def read_group(call: Call, name: str) -> Response:
    """All pairs of a storage group."""
    return simple.read_all(call, groups.METADATA, groups.check(call, name))


def write_group(call: Call, name: str) -> Response:
    """Pairs for a storage group."""
    return simple.write_all(call, groups.METADATA, groups.check(call, name))


def remove_group(call: Call, name: str) -> Response:
    """All pairs of a storage group go."""
    return simple.remove_all(call, groups.METADATA, groups.check(call, name))


def read_group_key(call: Call, name: str, key: str) -> Response:
    """One pair of a storage group."""
    return simple.read_one(call, groups.METADATA, groups.check(call, name), key)


def write_group_key(call: Call, name: str, key: str) -> Response:
    """One pair for a storage group."""
    return simple.write_one(call, groups.METADATA, groups.check(call, name), key)


def remove_group_key(call: Call, name: str, key: str) -> Response:
    """One pair of a storage group goes."""
    return simple.remove_one(call, groups.METADATA, groups.check(call, name), key)


def read_method(call: Call, storage_id: str, method_id: str) -> Response:
    """All pairs of a method."""
    return simple.read_all(call, METHOD_METADATA, _method(call, storage_id, method_id))


def write_method(call: Call, storage_id: str, method_id: str) -> Response:
    """Pairs for a method."""
    return simple.write_all(call, METHOD_METADATA, _method(call, storage_id, method_id))


def remove_method(call: Call, storage_id: str, method_id: str) -> Response:
    """All pairs of a method go."""
    return simple.remove_all(call, METHOD_METADATA, _method(call, storage_id, method_id))


def read_method_key(call: Call, storage_id: str, method_id: str, key: str) -> Response:
    """One pair of a method."""
    return simple.read_one(call, METHOD_METADATA, _method(call, storage_id, method_id), key)


def write_method_key(call: Call, storage_id: str, method_id: str, key: str) -> Response:
    """One pair for a method."""
    return simple.write_one(call, METHOD_METADATA, _method(call, storage_id, method_id), key)


def remove_method_key(call: Call, storage_id: str, method_id: str, key: str) -> Response:
    """One pair of a method goes."""
    return simple.remove_one(call, METHOD_METADATA, _method(call, storage_id, method_id), key)


_GROUP = "/storage/storage-group/<name>/metadata"
_METHOD = "/storage/<storage_id>/method/<method_id>/metadata"

ROUTES = (
    Route("GET", _GROUP, read_group),
    Route("PUT", _GROUP, write_group),
    Route("DELETE", _GROUP, remove_group),
    Route("GET", f"{_GROUP}/<key>", read_group_key),
    Route("PUT", f"{_GROUP}/<key>", write_group_key),
    Route("DELETE", f"{_GROUP}/<key>", remove_group_key),
    Route("GET", _METHOD, read_method),
    Route("PUT", _METHOD, write_method),
    Route("DELETE", _METHOD, remove_method),
    Route("GET", f"{_METHOD}/<key>", read_method_key),
    Route("PUT", f"{_METHOD}/<key>", write_method_key),
    Route("DELETE", f"{_METHOD}/<key>", remove_method_key),
)
