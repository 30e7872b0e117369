"""The catalogue's face: the recycle bin, and deletion locks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import DeletionLock, Keep, Trashed


class TrashMethods(Opened):
    """The recycle bin. An item there is hidden from `items`, `count_items` and searches; all else works on.

    An item that does not exist raises NotFound.
    """

    _recycle_bin = timedelta(days=1)

    def trash_item(self, item_id: str, grace: timedelta | None = None) -> bool:
        """See `flowhost.MediaLibrary`. An item that is there already stays as it is, its grace, too.

        Raises:
            DeletionLocked: it may not be deleted.
        """
        keep = Keep()
        return self._open.trash.put(item_id, self._grace(grace), "", keep, anew=False)[1]

    def put_in_trash(
        self,
        item_id: str,
        grace: timedelta | None = None,
        *,
        user: str = "",
        keep_shape_tags: Iterable[str] = (),
        keep_storages: Iterable[str] = (),
    ) -> Trashed:
        """Put an item into the recycle bin; when the grace has passed it is deleted.

        For one that is there already, the grace begins anew.

        Args:
            item_id: the item.
            grace: how long it can be fetched back; None: as the option ``recycle bin`` says.
            user: who wants it deleted.
            keep_shape_tags: see `Keep`.
            keep_storages: see `Keep`.

        Raises:
            DeletionLocked: it may not be deleted.
        """
        keep = Keep(tuple(keep_shape_tags), tuple(keep_storages))
        return self._open.trash.put(item_id, self._grace(grace), user, keep, anew=True)[0]

    def _grace(self, grace: timedelta | None) -> timedelta:
        return self._recycle_bin if grace is None else grace

    def restore_item(self, item_id: str) -> bool:
        """Fetch an item back from the recycle bin; return whether it was there."""
        return self._open.trash.take_back(item_id)

    def trash(self, *, number: int = 100) -> list[Trashed]:
        """The items in the recycle bin, those deleted first at the beginning."""
        return self._open.trash.all(number)

    def purge(self, now: datetime | None = None) -> list[str]:
        """Delete the items in the recycle bin whose grace has passed; return their ids.

        An open catalogue does this by itself once a minute. Items with a deletion lock stay until it does not hold.

        Args:
            now: the moment that counts; None: now.
        """
        return self._open.trash.purge(now or self._open.transactions.clock.now())

    def lock_deletion(
        self, item_id: str, *, user: str = "", reason: str = "", expires: datetime | None = None
    ) -> DeletionLock:
        """Keep an item from being deleted, and from the recycle bin.

        Args:
            item_id: the item.
            user: who wants it kept.
            reason: why.
            expires: until when; None: until the lock is removed.
        """
        return self._open.locks.add(item_id, user, reason, expires)

    def change_deletion_lock(
        self, item_id: str, lock_id: str, *, expires: datetime | None = None
    ) -> DeletionLock:
        """Let a deletion lock of an item expire at another moment; None: not until it is removed.

        Raises:
            NotFound: the item has no such lock.
        """
        return self._open.locks.change(item_id, lock_id, expires)

    def deletion_locks(self, item_id: str) -> list[DeletionLock]:
        """The deletion locks of an item, those that do not hold any more included."""
        return self._open.locks.of(item_id)

    def unlock_deletion(self, item_id: str, lock_id: str) -> bool:
        """Remove a deletion lock; return whether the item had it."""
        return self._open.locks.remove(item_id, lock_id)
