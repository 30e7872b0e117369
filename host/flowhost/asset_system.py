"""The role `AssetSystem`, and what it deals in: items with their metadata, access and media.

The words are Vidispine's: an *item* is what a library manages, a *placeholder* an item without media, a *job* work that
goes on after the call that started it. A Viz One asset entry is an item, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from flowhost.parts import Resource

Permission: TypeAlias = Literal["NONE", "READ", "WRITE", "ALL"]
"""What somebody may do with an item; each includes those before it."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item as its asset system has it at one moment.

    Args:
        id: its id in that system.
        title: its title; empty when it has none.
        media_type: ``video``, ``audio``, ``image`` ...; empty while it is a placeholder.
        fields: metadata: field name → its values. A field within groups is called ``group/field``; the values of all
            instances of a repeated group are joined, in their order.
        revision: names this state; it changes with each change of the metadata.
        external_id: its id in somebody else's system, None when it has none.
        created: when it was made, None when the system does not tell.
        updated: when it last changed, None when the system does not tell.
    """

    id: str
    title: str = ""
    media_type: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    revision: str = ""
    external_id: str | None = None
    created: datetime | None = None
    updated: datetime | None = None

    @property
    def placeholder(self) -> bool:
        """Whether it waits for its media."""
        return not self.media_type


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """Who may do what with an item.

    Args:
        grantee: name of a user or group.
        kind: which of the two it is.
        permission: what they may do.
        priority: of several entries for one grantee the one with the highest priority counts; systems without
            priorities have 0 everywhere.
    """

    grantee: str
    kind: Literal["user", "group"] = "group"
    permission: Permission = "READ"
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some of many items.

    Args:
        items: these items.
        cursor: what to ask with for those after them; None when there are no more.
    """

    items: tuple[Item, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class AssetJob:
    """Work an asset system does on its own.

    Args:
        id: its id in that system.
        status: a word of Vidispine's: ``READY``, ``STARTED``, ``FINISHED``, ``FAILED_TOTAL``, ``ABORTED`` ...
        progress: per cent, 0 to 100.
        error: why it failed, empty otherwise.
    """

    id: str
    status: str
    progress: float = 0.0
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in {"FINISHED", "FINISHED_WARNING", "FAILED_TOTAL", "ABORTED"}


class AssetSystem(Resource, Protocol):
    """Role: a library of items.

    Every method raises Unavailable when the system cannot be reached, and Permanent when it refuses what was asked.
    A method that is given the id of an item that does not exist raises Permanent, too, unless it says otherwise.
    """

    def item(self, item_id: str) -> Item | None:
        """The item with this id or external id; None when there is none."""

    def items(self, *, text: str = "", cursor: str | None = None, number: int = 100) -> Page:
        """Items that contain this text (all of them by default), at most `number`, from `cursor` on."""

    def create_item(
        self, fields: Mapping[str, Sequence[str]], *, title: str = "", external_id: str | None = None
    ) -> Item:
        """Make a placeholder with this metadata.

        Raises:
            Conflict: there is an item with this external id.
        """

    def set_metadata(
        self, item_id: str, fields: Mapping[str, Sequence[str]], *, revision: str | None = None
    ) -> Item:
        """Set fields, each to exactly these values; other fields stay. No values: the field is removed.

        Args:
            item_id: the item.
            fields: field name → values; see `Item.fields` for names within groups.
            revision: the state this change was made for; None writes over any.

        Raises:
            Conflict: the item is not in that state any more.
        """

    def delete_item(self, item_id: str) -> bool:
        """Delete the item; return whether there was one."""

    def access(self, item_id: str) -> tuple[AccessEntry, ...]:
        """Who may do what with the item."""

    def set_access(self, item_id: str, entries: Iterable[AccessEntry]) -> None:
        """Let exactly these entries hold for the item."""

    def import_media(self, item_id: str, uri: str) -> AssetJob:
        """Start to import the file at `uri` (a path, a URL, or an id of the system's own) as the item's media."""

    def job(self, job_id: str) -> AssetJob | None:
        """The job with this id; None when there is none."""
