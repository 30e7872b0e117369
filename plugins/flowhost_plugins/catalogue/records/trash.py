"""The recycle bin, and what keeps items from being deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import flowhost

LONGEST_GRACE = timedelta(days=36_500)
"""How long an item may stay in the recycle bin: a hundred years; what is longer is a mistake, and no date any more."""

ANY = "*"
"""Every shape tag, or every storage."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Which files of an item stay when it is deleted, unmanaged in their storages.

    Tags alone: the files of shapes with one of them. Storages alone: the files that lie in one of them. Both: the
    files that meet both. ``*`` stands for all. Neither: none.

    Args:
        shape_tags: tags of shapes.
        storages: ids or names of storages.
    """

    shape_tags: tuple[str, ...] = ()
    storages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for what, given in (("shape_tags", self.shape_tags), ("storages", self.storages)):
            if isinstance(given, str):
                raise flowhost.Permanent(f"{what} to keep is the text {given!r}, expected several of them")

    def holds(self, tags: tuple[str, ...], storage: tuple[str, ...]) -> bool:
        """Whether a file stays.

        Args:
            tags: those of its shape.
            storage: id and name of its storage.
        """
        if not self.shape_tags and not self.storages:
            return False
        return _meets(self.shape_tags, tags) and _meets(self.storages, storage)


def _meets(wanted: tuple[str, ...], there: tuple[str, ...]) -> bool:
    return not wanted or ANY in wanted or not set(wanted).isdisjoint(there)


def keep_from(orders: Mapping[str, Any]) -> Keep:
    """The rules kept with an item in the recycle bin."""
    return Keep(tuple(orders["shape_tags"]), tuple(orders["storages"]))


@dataclass(frozen=True, slots=True)
class Trashed:
    """An item in the recycle bin.

    Args:
        item: its id.
        title: its title.
        trashed: when it went there.
        purge_at: when it will be deleted.
        user: who put it there; empty when nobody said.
        keep: which of its files will stay.
    """

    item: str
    title: str
    trashed: datetime
    purge_at: datetime
    user: str = ""
    keep: Keep = Keep()


@dataclass(frozen=True, slots=True)
class DeletionLock:
    """What keeps an item from being deleted.

    Args:
        id: its id.
        item: id of the item.
        user: who wants it kept.
        reason: why.
        expires: until when; None: until it is removed.
        created: since when.
    """

    id: str
    item: str
    user: str
    reason: str = ""
    expires: datetime | None = None
    created: datetime | None = None

    def is_effective(self, now: datetime) -> bool:
        """Whether it holds at this moment."""
        return self.expires is None or now < self.expires


class DeletionLocked(flowhost.Permanent):
    """The item is kept from being deleted.

    Args:
        lock: by this.
    """

    def __init__(self, lock: DeletionLock) -> None:
        until = f"until {lock.expires:%Y-%m-%d %H:%M:%S} UTC" if lock.expires else "until the lock is removed"
        why = f" ({lock.reason})" if lock.reason else ""
        who = lock.user or "somebody"
        advice = f"remove the deletion lock {lock.id}, or wait"
        super().__init__(f"the item {lock.item} may not be deleted {until}, {who} locked it{why}; {advice}")
        self.lock = lock
