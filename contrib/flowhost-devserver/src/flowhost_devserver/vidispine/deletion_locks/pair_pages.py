"""Pages: the pairs kept with deletion locks."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata
from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.deletion_locks.documents import PAIRS
from flowhost_devserver.vidispine.deletion_locks.finding import lock_of
from flowhost_devserver.vidispine.routing import Route


def read_pairs(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """All pairs kept with a lock."""
    return simple_metadata.read_all(call, PAIRS, lock_of(call, "READ", lock_id, item_id).id)


def write_pairs(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """Keep more pairs with a lock."""
    return simple_metadata.write_all(call, PAIRS, lock_of(call, "WRITE", lock_id, item_id).id)


def remove_pairs(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """Keep no pairs with a lock any more."""
    call.site.keeping.delete(PAIRS, lock_of(call, "WRITE", lock_id, item_id).id)
    return empty()


def read_pair(call: Call, lock_id: str, key: str, item_id: str | None = None) -> Response:
    """One of the pairs kept with a lock."""
    return simple_metadata.read_one(call, PAIRS, lock_of(call, "READ", lock_id, item_id).id, key)


def write_pair(call: Call, lock_id: str, key: str, item_id: str | None = None) -> Response:
    """Keep a pair with a lock: the value is the body."""
    return simple_metadata.write_one(call, PAIRS, lock_of(call, "WRITE", lock_id, item_id).id, key)


def remove_pair(call: Call, lock_id: str, key: str, item_id: str | None = None) -> Response:
    """Keep a pair with a lock no longer."""
    return simple_metadata.remove_one(call, PAIRS, lock_of(call, "WRITE", lock_id, item_id).id, key)


_LOCKS = (
    "/deletion-lock/<lock_id>",
    "/item/deletion-lock/<lock_id>",
    "/item/<item_id>/deletion-lock/<lock_id>",
)

ROUTES = tuple(
    Route(method, lock + rest, page)
    for lock in _LOCKS
    for method, rest, page in (
        ("GET", "/metadata", read_pairs),
        ("PUT", "/metadata", write_pairs),
        ("DELETE", "/metadata", remove_pairs),
        ("GET", "/metadata/<key>", read_pair),
        ("PUT", "/metadata/<key>", write_pair),
        ("DELETE", "/metadata/<key>", remove_pair),
    )
)
