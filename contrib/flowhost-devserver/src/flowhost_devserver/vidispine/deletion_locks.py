"""Pages: what keeps items from being deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import LINE, document, empty
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.metadata.subjects import id_of
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input, not_found
from flowhost_devserver.vidispine.routing import Route
from flowhost_devserver.vidispine.searching.asking import Paging
from flowhost_plugins.catalogue import DeletionLock

MISSING = "deletion-lock"

add_forms(
    {
        "DeletionLock": {
            "id": "@text",
            "user": "text",
            "expiryTime": "moment",
            "modified": "moment",
            "isEffective": "bool",
            "reason": "text",
            "entityType": "text",
            "entityId": "text",
            "metadata": "SimpleMetadata",
        },
        "DeletionLockList": {"hits": "int", "lock": "DeletionLock*"},
    },
    {"DeletionLockDocument": "DeletionLock", "DeletionLockListDocument": "DeletionLockList"},
)


def list_item_locks(call: Call, item_id: str) -> Response:
    """The locks of an item, those that do not hold any more included."""
    return _listed(call, call.site.catalogue.deletion_locks(_item(call, item_id, "READ")))


def list_all_locks(call: Call) -> Response:
    """The locks of all items; of those that hold, or do not, when ``effective`` says so."""
    catalogue = call.site.catalogue
    found, cursor = list[DeletionLock](), None
    while True:
        page = catalogue.items(cursor=cursor, number=1000, trashed=True)
        found += [lock for item in page.items for lock in catalogue.deletion_locks(item.id)]
        cursor = page.cursor
        if cursor is None:
            return _listed(call, found)


def add_lock(call: Call, item_id: str) -> Response:
    """Lock an item until a moment, or until the lock is removed."""
    item, given = _item(call, item_id, "WRITE"), call.document("DeletionLockDocument")
    made = call.site.catalogue.lock_deletion(
        item, user=call.run_as, reason=given.get("reason", ""), expires=_expires(call, given)
    )
    _tell(call, "create", made)
    return _answer(call, made)


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


def read_lock(call: Call, item_id: str, lock_id: str) -> Response:
    """One lock."""
    return _answer(call, _found(call, _item(call, item_id, "READ"), lock_id))


def change_locks(call: Call, item_id: str, lock_id: str = "") -> Response:
    """Let a lock, or the only one of an item, expire at another moment."""
    item, given = _item(call, item_id, "WRITE"), call.document("DeletionLockDocument")
    lock = _found(call, item, lock_id or _only(call, item))
    changed = call.site.catalogue.change_deletion_lock(item, lock.id, expires=_expires(call, given))
    _tell(call, "modify", changed)
    return _answer(call, changed)


def remove_lock(call: Call, item_id: str, lock_id: str) -> Response:
    """Remove a lock."""
    item = _item(call, item_id, "WRITE")
    _remove(call, _found(call, item, lock_id))
    return empty()


def _remove(call: Call, lock: DeletionLock) -> None:
    call.site.catalogue.unlock_deletion(lock.item, lock.id)
    _tell(call, "delete", lock)


def remove_locks(call: Call, item_id: str) -> Response:
    """Remove all locks of an item."""
    item = _item(call, item_id, "WRITE")
    for one in call.site.catalogue.deletion_locks(item):
        _remove(call, one)
    return empty()


def _expires(call: Call, given: dict[str, Any]) -> datetime | None:
    text = given.get("expiryTime") or call.text("expiryTime")
    return _moment(text) if text else None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_input("expiryTime", explanation="expected a moment, ISO 8601", value=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _item(call: Call, item_id: str, wanted: str) -> str:
    item = id_of(call.site, "item", item_id)
    require(call, wanted, "item", item)
    return item


def _found(call: Call, item: str, lock_id: str) -> DeletionLock:
    for one in call.site.catalogue.deletion_locks(item):
        if one.id == lock_id:
            return one
    raise not_found(MISSING, lock_id)


def _only(call: Call, item: str) -> str:
    locks = call.site.catalogue.deletion_locks(item)
    if len(locks) != 1:
        raise _ambiguous(len(locks), item)
    return locks[0].id


def _ambiguous(number: int, item: str) -> Refusal:
    if not number:
        return not_found(MISSING, item)
    return invalid_input(MISSING, id_=item, explanation=f"there are {number} locks, expected the id of one")


def _told(call: Call, lock: DeletionLock) -> dict[str, Any]:
    told: dict[str, Any] = {"id": lock.id, "user": lock.user}
    if lock.expires:
        told["expiryTime"] = stamp(lock.expires)
    if lock.created:
        told["modified"] = stamp(lock.created)
    told["isEffective"] = lock.is_effective(call.site.clock.now())
    if lock.reason:
        told["reason"] = lock.reason
    return {**told, "entityType": "item", "entityId": lock.item}


def _answer(call: Call, lock: DeletionLock) -> Response:
    return document(call, "DeletionLockDocument", _told(call, lock), text=lock.id)


def _listed(call: Call, locks: list[DeletionLock]) -> Response:
    if "effective" in call.parameters:
        wanted, now = call.flag("effective"), call.site.clock.now()
        locks = [one for one in locks if one.is_effective(now) == wanted]
    shown, _ = Paging(call).of_all(locks)
    told = {"hits": len(locks), "lock": [_told(call, one) for one in shown]}
    text = "".join(one.id + LINE for one in shown)
    return document(call, "DeletionLockListDocument", told, text=text)


ROUTES = (
    Route("GET", "/deletion-lock", list_all_locks),
    Route("GET", "/item/<item_id>/deletion-lock", list_item_locks),
    Route("POST", "/item/<item_id>/deletion-lock", add_lock),
    Route("PUT", "/item/<item_id>/deletion-lock", change_locks),
    Route("DELETE", "/item/<item_id>/deletion-lock", remove_locks),
    Route("GET", "/item/<item_id>/deletion-lock/<lock_id>", read_lock),
    Route("PUT", "/item/<item_id>/deletion-lock/<lock_id>", change_locks),
    Route("DELETE", "/item/<item_id>/deletion-lock/<lock_id>", remove_lock),
)
