"""What the catalogue deals in: items with their metadata, storages, files, shapes, collections, jobs, changes.

All of it is immutable: a record tells how something was at one moment. The words are Vidispine's. Ids are texts such
as ``VX-12``, counted for each kind of thing by itself. Moments are in UTC, to the microsecond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

import flowhost

FileState: TypeAlias = Literal["OPEN", "CLOSED", "LOST", "TO_APPEAR", "TO_BE_DELETED"]
"""``OPEN``: may still grow. ``CLOSED``: did not change between two looks, or was written by the catalogue. ``LOST``:
belongs to an item and is gone. ``TO_APPEAR``: a job writes it. ``TO_BE_DELETED``: is gone as soon as it can be."""

StorageKind: TypeAlias = Literal["LOCAL", "EXTERNAL", "EXPORT"]
"""``LOCAL``: the catalogue keeps media there. ``EXTERNAL``: others put files there, to be found and imported.
``EXPORT``: files are delivered there. What is not ``LOCAL`` gets media only when it is named."""

ImportMode: TypeAlias = Literal["copy", "move", "place"]
"""``copy``: the source stays. ``move``: it is removed once the copy is safe. ``place``: it is the item's where it lies."""

ChangeKind: TypeAlias = Literal["item", "metadata", "access", "shape", "file", "job", "collection", "storage"]
ChangeAction: TypeAlias = Literal["CREATE", "MODIFY", "DELETE"]


@dataclass(frozen=True, slots=True)
class Group:
    """One instance of a metadata group.

    Args:
        name: of the group; an item may have several instances of one name, in an order.
        fields: field name → its values.
        groups: the groups within.
        id: tells this instance from its brothers. The catalogue gives it one when it is empty.
    """

    name: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """An access entry as the catalogue keeps it.

    Args:
        id: its id.
        entry: who may do what.
        scope: what of the item it is about: empty for all of it, else a word of the caller's, e.g. ``media``.
    """

    id: str
    entry: flowhost.AccessEntry
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Storage:
    """A folder that holds media.

    Args:
        id: its id.
        name: its name, unique.
        path: the folder, absolute.
        kind: what it is for.
        capacity: bytes it may hold; None: as much as the disk.
        high_watermark: bytes; no job of the catalogue fills it beyond; None: its capacity.
        low_watermark: bytes; what removes files to make room stops here; None: the high watermark.
        used: bytes in the files known there, those a job is writing included.
    """

    id: str
    name: str
    path: str
    kind: StorageKind = "LOCAL"
    capacity: int | None = None
    high_watermark: int | None = None
    low_watermark: int | None = None
    used: int = 0

    @property
    def free(self) -> int | None:
        """Bytes up to its capacity; None when that is the disk's."""
        return None if self.capacity is None else max(0, self.capacity - self.used)

    @property
    def headroom(self) -> int | None:
        """Bytes the catalogue may still put there: up to the high watermark; None when only the disk limits it."""
        limits = [limit for limit in (self.capacity, self.high_watermark) if limit is not None]
        return max(0, min(limits) - self.used) if limits else None


@dataclass(frozen=True, slots=True)
class File:
    """A file in a storage.

    Args:
        id: its id.
        storage: id of its storage.
        path: where in the storage, with ``/``.
        size: bytes.
        state: how it is.
        hash: SHA-256 of its bytes, in hexadecimal; empty while unknown.
        modified: when it was last written; None before it appears.
        item: id of the item it belongs to; None: unmanaged.
        shape: id of the shape it belongs to; None: unmanaged.
        created: since when the catalogue knows it.
    """

    id: str
    storage: str
    path: str
    size: int
    state: FileState
    hash: str = ""
    modified: datetime | None = None
    item: str | None = None
    shape: str | None = None
    created: datetime | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FilePage:
    """Some of many files; `cursor` is what to ask with for those after them, None when there are no more."""

    files: tuple[File, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A rendition of an item.

    Args:
        id: its id.
        item: id of the item.
        tags: what it is, e.g. ``original``, ``lowres``.
        mime_type: of its files.
        files: the copies of it; all hold the same.
        created: when it was made.
    """

    id: str
    item: str
    tags: tuple[str, ...] = ()
    mime_type: str = ""
    files: tuple[File, ...] = ()
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """An item, whole.

    Args:
        id: its id.
        revision: a number that grows with each change of what is here, as text.
        created: when it was made.
        updated: when it last changed.
        title: the first value of its field ``title``.
        media_type: ``video``, ``audio``, ``image``, ``data``; empty while it is a placeholder.
        fields: the metadata fields outside any group.
        groups: the metadata groups.
        access: who may do what.
        shapes: its media.
        external_ids: its ids in other systems, the oldest first.
    """

    id: str
    revision: str
    created: datetime
    updated: datetime
    title: str = ""
    media_type: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    access: tuple[Access, ...] = ()
    shapes: tuple[Shape, ...] = ()
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """What a collection holds: an item or another collection."""

    id: str
    kind: Literal["item", "collection"] = "item"


@dataclass(frozen=True, slots=True)
class Collection:
    """Items and other collections, gathered in an order.

    Args:
        id: its id.
        name: its name; several may share one.
        kind: a word of the caller's, e.g. ``folder``, ``series``.
        parents: ids of the collections it is a member of.
        fields: metadata fields.
        groups: metadata groups.
        revision: a number that grows with each change of its name, metadata or members, as text.
        created: when it was made.
        updated: when it last changed.
    """

    id: str
    name: str
    kind: str = "folder"
    parents: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    revision: str = ""
    created: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job(flowhost.AssetJob):
    """Work of the catalogue's own.

    Args:
        kind: what it does: ``IMPORT``.
        item: id of the item it is for.
        file: id of the file it makes; None before that is known.
        step: what it does now, in a word.
        attempts: how often it began; more than once when a process died meanwhile.
        created: when it was asked for.
        ended_at: when it ended.
    """

    kind: str = "IMPORT"
    item: str | None = None
    file: str | None = None
    step: str = ""
    attempts: int = 0
    created: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed, as the log keeps it.

    Args:
        sequence: its number; who has seen a number has seen all below it.
        time: when.
        kind: what changed.
        action: how.
        id: of the thing; of the item where the kind is ``metadata`` or ``access``.
        item: id of the item it belongs to; None when it belongs to none.
        fields: the names of the metadata fields that changed, as in `flowhost.Item.fields`.
    """

    sequence: int
    time: datetime
    kind: ChangeKind
    action: ChangeAction
    id: str
    item: str | None = None
    fields: tuple[str, ...] = ()


class NotFound(flowhost.Permanent):
    """The catalogue has no such thing.

    Args:
        kind: what was asked for: item, file, storage ...
        id: the id asked with.
    """

    def __init__(self, kind: str, id: str) -> None:  # noqa: A002  # the word of everything here
        super().__init__(f"the catalogue has no {kind} {id!r}")
        self.kind = kind
        self.id = id
