"""The pages about the metadata of storage groups."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata as simple
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.storages import groups


def read(call: Call, name: str) -> Response:
    """All pairs of a storage group."""
    return simple.read_all(call, groups.METADATA, groups.check(call, name))


def write(call: Call, name: str) -> Response:
    """Pairs for a storage group."""
    return simple.write_all(call, groups.METADATA, groups.check(call, name))


def remove(call: Call, name: str) -> Response:
    """All pairs of a storage group go."""
    return simple.remove_all(call, groups.METADATA, groups.check(call, name))


def read_key(call: Call, name: str, key: str) -> Response:
    """One pair of a storage group."""
    return simple.read_one(call, groups.METADATA, groups.check(call, name), key)


def write_key(call: Call, name: str, key: str) -> Response:
    """One pair for a storage group."""
    return simple.write_one(call, groups.METADATA, groups.check(call, name), key)


def remove_key(call: Call, name: str, key: str) -> Response:
    """One pair of a storage group goes."""
    return simple.remove_one(call, groups.METADATA, groups.check(call, name), key)


_GROUP = "/storage/storage-group/<name>/metadata"

ROUTES = (
    Route("GET", _GROUP, read),
    Route("PUT", _GROUP, write),
    Route("DELETE", _GROUP, remove),
    Route("GET", f"{_GROUP}/<key>", read_key),
    Route("PUT", f"{_GROUP}/<key>", write_key),
    Route("DELETE", f"{_GROUP}/<key>", remove_key),
)
