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
"""The pair that a lock made without Vidispine has."""

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
    """The pairs kept with a lock."""
    own = {REASON: lock.reason} if lock.reason else {}
    return own | pairs_of(site, PAIRS, lock.id)


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
