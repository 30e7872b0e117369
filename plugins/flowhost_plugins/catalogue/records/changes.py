"""What the log of changes tells, and who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

ChangeKind: TypeAlias = Literal[
    "item", "metadata", "access", "shape", "file", "job", "collection", "storage", "search"
]

ChangeAction: TypeAlias = Literal["CREATE", "MODIFY", "DELETE"]


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
        details: what else is worth telling, by Vidispine's names, e.g. ``status`` of a job; see `changes.notifications`.
    """

    sequence: int
    time: datetime
    kind: ChangeKind
    action: ChangeAction
    id: str
    item: str | None = None
    fields: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A durable reader of the log of changes.

    Args:
        name: its name.
        position: it has seen the changes up to this number.
        advanced: when it last said so.
    """

    name: str
    position: int
    advanced: datetime
