"""Collections and what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from flowhost_plugins.catalogue.records.items import Group


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
