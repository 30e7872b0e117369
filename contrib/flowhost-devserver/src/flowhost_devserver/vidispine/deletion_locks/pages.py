"""Pages: deletion locks, at their item, at all items, and by themselves."""

from __future__ import annotations

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.deletion_locks.documents import (
    PAIRS,
    given_end,
    keep_reason,
    lock_document,
    lock_of_items,
)
from flowhost_devserver.vidispine.deletion_locks.finding import (
    all_locks,
    asked_for,
    effective,
    item_for,
    lock_of,
    locks_of,
)
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.searching.asking import Paging
from flowhost_devserver.vidispine.simple_metadata import from_fields, put_pairs
from flowhost_plugins.catalogue import DeletionLock


def list_item_locks(call: Call, item_id: str) -> Response:
    """The locks of an item, those that are over included; parameters ask for some of them."""
    return _listed(call, locks_of(call, item_for(call, item_id, "READ")))


def list_all_locks(call: Call) -> Response:
    """The locks of all items; parameters ask for some of them."""
    return _listed(call, list(all_locks(call)))


def add_lock(call: Call, item_id: str) -> Response:
    """Lock an item until a moment, or until the lock is removed."""
    return _add(call, item_id)


def add_lock_of_any(call: Call) -> Response:
    """As `add_lock`, for the item that the document names."""
    given = lock_of_items(call)
    if not given.get("entityId"):
        raise invalid_input("entityId", explanation="expected the id of the item")
    return _add(call, given["entityId"])


def _add(call: Call, item_id: str) -> Response:
    item, given = item_for(call, item_id, "WRITE"), lock_of_items(call)
    made = call.site.catalogue.lock_deletion(item, user=call.run_as, expires=given_end(call, given))
    put_pairs(call.site, PAIRS, made.id, from_fields(given.get("metadata")))
    _tell(call, "create", made)
    return _answer(call, made)


def read_lock(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """One lock."""
    return _answer(call, lock_of(call, "READ", lock_id, item_id))


def change_lock(call: Call, lock_id: str = "", item_id: str | None = None) -> Response:
    """Let a lock, or the only one of an item, end at another moment, or keep other pairs with it."""
    lock, given = lock_of(call, "WRITE", lock_id, item_id), lock_of_items(call)
    end = given_end(call, given)
    with call.site.lock:
        keep_reason(call.site, lock)
        put_pairs(call.site, PAIRS, lock.id, from_fields(given.get("metadata")))
    if end:
        lock = call.site.catalogue.change_deletion_lock(lock.item, lock.id, expires=end)
    _tell(call, "modify", lock)
    return _answer(call, lock)


def remove_lock(call: Call, lock_id: str, item_id: str | None = None) -> Response:
    """Remove a lock."""
    _remove(call, lock_of(call, "WRITE", lock_id, item_id))
    return empty()


def remove_locks(call: Call, item_id: str) -> Response:
    """Remove all locks of an item."""
    for one in locks_of(call, item_for(call, item_id, "WRITE")):
        _remove(call, one)
    return empty()


def _remove(call: Call, lock: DeletionLock) -> None:
    call.site.catalogue.unlock_deletion(lock.item, lock.id)
    call.site.keeping.delete(PAIRS, lock.id)
    _tell(call, "delete", lock)


def _tell(call: Call, event: str, lock: DeletionLock) -> None:
    call.site.notifier.tell(
        "deletionLock",
        event,
        {"deletion-lock": lock.id, "item": lock.item},
        lockId=lock.id,
        itemId=lock.item,
        user=lock.user,
        expiryTime=stamp(lock.expires) if lock.expires else None,
    )


def _answer(call: Call, lock: DeletionLock) -> Response:
    counts = lock.id in effective(call, locks_of(call, lock.item))
    told = lock_document(call, lock, effective=counts)
    return document(call, "DeletionLockDocument", told, text=lock.id)


def _listed(call: Call, locks: list[DeletionLock]) -> Response:
    counting = effective(call, locks)
    shown, _ = Paging(call).of_all(asked_for(call, locks))
    told = {"lock": [lock_document(call, one, effective=one.id in counting) for one in shown]}
    text = "".join(one.id + LINE for one in shown)
    return document(call, "DeletionLockListDocument", told, text=text)


_ITEM = "/item/<item_id>/deletion-lock"
_ONE = ("/deletion-lock/<lock_id>", "/item/deletion-lock/<lock_id>", f"{_ITEM}/<lock_id>")

ROUTES = (
    Route("GET", "/deletion-lock", list_all_locks),
    Route("GET", "/item/deletion-lock", list_all_locks),
    Route("POST", "/item/deletion-lock", add_lock_of_any),
    Route("GET", _ITEM, list_item_locks),
    Route("POST", _ITEM, add_lock),
    Route("PUT", _ITEM, change_lock),
    Route("DELETE", _ITEM, remove_locks),
    *(
        Route(method, path, page)
        for path in _ONE
        for method, page in (("GET", read_lock), ("PUT", change_lock), ("DELETE", remove_lock))
    ),
)
