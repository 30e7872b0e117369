"""Deletion locks as documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.forms import add_forms
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.simple_metadata import as_fields, pairs_of
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import DeletionLock

PAIRS = "deletion-lock"
"""Kind of what is kept with locks: see `simple_metadata`."""

REASON = "reason"
"""The pair that a lock made in the catalogue begins with; that of other locks is kept as any pair."""

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When a lock ends that holds until it is removed; the vendor's schema wants every lock to have an end."""

add_forms(
    {
        "DeletionLock": {
            "id": "@text",
            "user": "text",
            "expiryTime": "moment",
            "modified": "moment",
            "isEffective": "bool",
            "isExpired": "bool",
            "isInherited": "bool",
            "entityType": "text",
            "entityId": "text",
            "metadata": "SimpleMetadata",
        },
        "DeletionLockList": {"lock": "DeletionLock*"},
    },
    {"DeletionLockDocument": "DeletionLock", "DeletionLockListDocument": "DeletionLockList"},
)


def lock_document(call: Call, lock: DeletionLock, *, effective: bool) -> dict[str, Any]:
    """The DeletionLockDocument.

    Args:
        call: the request.
        lock: the lock.
        effective: whether it is the one that counts, of all that its item has.
    """
    ends, now = lock.expires or NEVER, call.site.clock.now()
    told = {
        "id": lock.id,
        "user": lock.user,
        "expiryTime": stamp(ends),
        "modified": stamp(lock.created or now),
        "isEffective": effective,
        "isExpired": not lock.is_effective(now),
        "isInherited": False,  # only items have locks here
        "entityType": "item",
        "entityId": lock.item,
    }
    pairs = lock_pairs(call.site, lock)
    return {**told, "metadata": as_fields(pairs)} if pairs else told


def lock_pairs(site: Site, lock: DeletionLock) -> dict[str, str]:
    """The pairs kept with a lock; nothing was ever kept with one that the catalogue made."""
    if lock.reason and site.keeping.get(PAIRS, lock.id) is None:
        return {REASON: lock.reason}
    return pairs_of(site, PAIRS, lock.id)


def keep_reason(site: Site, lock: DeletionLock) -> None:
    """Keep the pairs of a lock that the catalogue made, before they are changed."""
    with site.lock:
        site.keeping.put(PAIRS, lock.id, lock_pairs(site, lock))


def lock_of_items(call: Call) -> dict[str, Any]:
    """The DeletionLockDocument in the body, which is about an item.

    Raises:
        Refusal: it is about something else, or cannot be read.
    """
    given = call.document("DeletionLockDocument")
    if (given.get("entityType") or "item").lower() != "item":
        told = "expected item; nothing else can be locked here"
        raise invalid_input("entityType", explanation=told, value=given["entityType"])
    return given


def given_end(call: Call, given: Mapping[str, Any]) -> datetime | None:
    """When a lock shall end, by a document or a parameter; None: nobody says.

    Raises:
        Refusal: it is no moment.
    """
    text = given.get("expiryTime") or call.text("expiryTime")
    return moment_of("expiryTime", text) if text else None


def moment_of(name: str, text: str) -> datetime:
    """The moment that a text says, in UTC unless it says otherwise.

    Raises:
        Refusal: it says none.
    """
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise invalid_input(name, explanation="expected a moment, ISO 8601", value=text) from None
