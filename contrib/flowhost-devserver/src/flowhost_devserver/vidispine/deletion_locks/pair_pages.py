"""Pages: the pairs kept with deletion locks."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine import simple_metadata
from flowhost_devserver.vidispine.answers import empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.deletion_locks.documents import PAIRS, keep_reason, lock_pairs
from flowhost_devserver.vidispine.deletion_locks.finding import lock_of
from flowhost_devserver.vidispine.routing import Route


def read_pairs(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """All pairs kept with a lock."""
    return simple_metadata.show_all(call, _shown(call, lock_id, item_id))


def write_pairs(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """Keep more pairs with a lock."""
    return simple_metadata.write_all(call, PAIRS, _changed(call, lock_id, item_id))


def remove_pairs(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """Keep no pairs with a lock any more."""
    call.site.keeping.put(PAIRS, _changed(call, lock_id, item_id), {})
    return empty()


def read_pair(call: Call, lock_id: str, key: str, item_id: str | None = None) -> Response:
    """One of the pairs kept with a lock."""
    return simple_metadata.show_one(_shown(call, lock_id, item_id), key)


def write_pair(call: Call, lock_id: str, key: str, item_id: str | None = None) -> Response:
    """Keep a pair with a lock: the value is the body."""
    return simple_metadata.write_one(call, PAIRS, _changed(call, lock_id, item_id), key)


def remove_pair(call: Call, lock_id: str, key: str, item_id: str | None = None) -> Response:
    """Keep a pair with a lock no longer."""
    return simple_metadata.remove_one(call, PAIRS, _changed(call, lock_id, item_id), key)


def _shown(call: Call, lock_id: str, item_id: str | None) -> dict[str, str]:
    return lock_pairs(call.site, lock_of(call, "READ", lock_id, item_id))


def _changed(call: Call, lock_id: str, item_id: str | None) -> str:
    """What the pairs of a lock are kept under, for who may change them."""
    lock = lock_of(call, "WRITE", lock_id, item_id)
    keep_reason(call.site, lock)
    return lock.id


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
