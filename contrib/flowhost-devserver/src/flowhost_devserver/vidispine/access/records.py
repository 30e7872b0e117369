"""An access entry, and what it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal["item", "collection", "library"]

PERMISSIONS = ("NONE", "READ", "WRITE", "ALL", "OWNER")
"""From nothing to everything."""

GENERIC = "GENERIC"
"""The type of an entry that is about all of a thing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may do what.

    Args:
        id: its id.
        permission: one of `PERMISSIONS`.
        name: of a user or group.
        kind: ``user`` or ``group``.
        priority: of several the highest counts; None: nobody said.
        grantor: who made it.
        recursive: of a collection: whether it holds for what is in it.
        applies_to: what it holds for, as the document has it; empty: everything it can.
        operation: what of the thing it is about, as the document has it; empty: all of it.
        source: what it is of.
        source_id: the id of that.
    """

    id: str
    permission: str
    name: str
    kind: str
    priority: int | None
    grantor: str
    recursive: bool
    source: Kind
    source_id: str
    applies_to: tuple[Mapping[str, Any], ...] = ()
    operation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """``GENERIC``, ``METADATA``, ``SHAPE`` or ``URI``."""
        return next((key.upper() for key in self.operation), GENERIC)

    @property
    def extra(self) -> str:
        """The field, tag or type that it is about; empty: any."""
        inner: Mapping[str, str] = next(iter(self.operation.values()), {})
        return next(iter(inner.values()), "")

    def reaches(self, kind: Kind, id_: str) -> bool:
        """Whether it holds for a thing; one that is not its own is in it, at whatever depth."""
        itself = (self.source, self.source_id) == (kind, id_)
        if not self.applies_to:
            return itself or self.recursive
        words = {"all", "self" if itself else kind}
        return any(one.get("value", "").lower() in words for one in self.applies_to)
