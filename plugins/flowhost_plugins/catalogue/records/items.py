"""Items with their metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import flowhost


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
        origin: who made it, to be withdrawn by this name, e.g. ``rule:NAME``; empty: somebody who set it for good.
    """

    id: str
    entry: flowhost.AccessEntry
    scope: str = ""
    origin: str = ""


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
        trashed: since when it is in the recycle bin; None: it is in use.
        purge_at: when it will be deleted from there.
        archive_status: see `ArchiveStatus`.
        user: who made it; empty when nobody said.
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
    shapes: tuple[flowhost.Shape, ...] = ()
    external_ids: tuple[str, ...] = ()
    trashed: datetime | None = None
    purge_at: datetime | None = None
    archive_status: str = ""
    user: str = ""
