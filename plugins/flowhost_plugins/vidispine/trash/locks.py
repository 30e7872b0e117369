"""Deletion locks: what keeps an item from being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.vidispine.documents import DeletionLock, DeletionLockList

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client


class DeletionLocked(flowhost.Permanent):
    """A deletion lock holds the item."""


def effective_lock(client: Client, item_id: str) -> DeletionLock | None:
    """A lock that holds an item now; None when none does."""
    locks = client.get("item", item_id, "deletion-lock", into=DeletionLockList).lock
    return next((lock for lock in locks if lock.is_effective), None)


def refuse_locked(client: Client, item_id: str) -> None:
    """Make sure that an item may be deleted.

    Raises:
        DeletionLocked: it may not.
    """
    lock = effective_lock(client, item_id)
    if lock is not None:
        until = f" until {lock.expiry_time}" if lock.expiry_time else ""
        whose = f" of {lock.user}" if lock.user else ""
        raise DeletionLocked(f"the item {item_id} is kept from deletion by a lock{whose}{until}")
