"""Who may do what."""

from __future__ import annotations

from typing import Any, ClassVar, TypeAlias

from flowhost_plugins.vidispine.documents.document import Document, Keys, Many, Text

Permission: TypeAlias = Text
"""``NONE``, ``READ``, ``WRITE``, ``ALL`` or ``OWNER``; what another release may know besides is kept."""


class Access(Document):
    """An access entry; for a user or for a group.

    `operation` narrows it, e.g. to ``{"metadata": {"field": "title"}}``; without it the entry is about everything.
    """

    xml_root: ClassVar[str] = "AccessControlDocument"
    xml_attributes: ClassVar[frozenset[str]] = frozenset({"id"})

    id: str | None = None
    loc: str | None = None
    grantor: str | None = None
    applies_to: Any = None
    recursive: bool | None = None
    permission: Permission = ""
    user: str | None = None
    group: str | None = None
    operation: Keys | None = None
    priority: int | None = None


class AccessList(Document):
    """The access entries of something."""

    xml_root: ClassVar[str] = "AccessControlListDocument"

    access: Many[Access] = []


class MergedAccess(Document):
    """What somebody may do, all entries taken together, and where that comes from."""

    username: Text | None = None
    group: Text | None = None
    permission: Permission | None = None
    effective_permission: Permission | None = None
    priority: Text | None = None
    grantor: Text | None = None
    type: Text | None = None
    super_user: bool | None = None
    collection: Text | None = None
    library: Text | None = None
    id: Text | None = None


class MergedAccessList(Document):
    """What all may do."""

    xml_root: ClassVar[str] = "AccessControlMergedDocument"

    access: Many[MergedAccess] = []


class DeletionLock(Document):
    """Keeps something from being deleted, until its time is over."""

    xml_root: ClassVar[str] = "DeletionLockDocument"

    id: Text | None = None
    expiry_time: Text | None = None
    user: Text | None = None
    is_effective: bool | None = None


class DeletionLockList(Document):
    """The deletion locks of something."""

    xml_root: ClassVar[str] = "DeletionLockListDocument"

    lock: Many[DeletionLock] = []
