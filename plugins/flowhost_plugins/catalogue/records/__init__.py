"""What the catalogue deals in, as its callers see it: items, storages, files, shapes, collections, jobs, changes, people.

All of it is immutable: a record tells how something was at one moment. The words are Vidispine's. Ids are texts such
as ``VX-12``, counted for each kind of thing by itself. Moments are in UTC, to the microsecond. What every media
library deals in, such as shapes and storages, is the host's. Nothing here needs a library.
"""

from __future__ import annotations

from flowhost import (
    Component,
    ComponentKind,
    File,
    FileState,
    LastCopy,
    MediaType,
    MediaTypeMismatch,
    Shape,
    ShapeExists,
    ShapeTag,
    Storage,
    StorageKind,
)
from flowhost_plugins.catalogue.records.archive import ArchivedShape, ArchiveStatus
from flowhost_plugins.catalogue.records.changes import Change, ChangeAction, ChangeKind, Consumer
from flowhost_plugins.catalogue.records.collections import Collection, Member
from flowhost_plugins.catalogue.records.errors import FfmpegMissing, InUse, NotFound
from flowhost_plugins.catalogue.records.items import Access, CatalogueItem, Group
from flowhost_plugins.catalogue.records.jobs import Job
from flowhost_plugins.catalogue.records.people import User, UserGroup
from flowhost_plugins.catalogue.records.storages import FilePage, ImportMode
from flowhost_plugins.catalogue.records.trash import (
    ANY,
    LONGEST_GRACE,
    DeletionLock,
    DeletionLocked,
    Keep,
    Trashed,
    keep_from,
)

__all__ = [
    "ANY",
    "LONGEST_GRACE",
    "Access",
    "ArchiveStatus",
    "ArchivedShape",
    "CatalogueItem",
    "Change",
    "ChangeAction",
    "ChangeKind",
    "Collection",
    "Component",
    "ComponentKind",
    "Consumer",
    "DeletionLock",
    "DeletionLocked",
    "FfmpegMissing",
    "File",
    "FilePage",
    "FileState",
    "Group",
    "ImportMode",
    "InUse",
    "Job",
    "Keep",
    "LastCopy",
    "MediaType",
    "MediaTypeMismatch",
    "Member",
    "NotFound",
    "Shape",
    "ShapeExists",
    "ShapeTag",
    "Storage",
    "StorageKind",
    "Trashed",
    "User",
    "UserGroup",
    "keep_from",
]
