"""The catalogue's face: collections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import Collection, Group, Member


class CollectionMethods(Opened):
    """Collections. What does not exist raises NotFound."""

    def create_collection(
        self,
        name: str,
        *,
        kind: str = "folder",
        parent: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
        groups: Iterable[Group] = (),
    ) -> Collection:
        """Make a collection, as a member of `parent` if one is named."""
        return self._open.collections.create(name, kind, parent, fields or {}, tuple(groups))

    def collection(self, collection_id: str) -> Collection:
        """The collection with this id."""
        return self._open.collections.get(collection_id)

    def collections(
        self, *, kind: str | None = None, parent: str | None = None, name: str | None = None
    ) -> list[Collection]:
        """Collections, the oldest first.

        Args:
            kind: only those of this kind.
            parent: only the members of this collection; empty: only those that are members of none.
            name: only those of exactly this name.
        """
        return self._open.collections.all(kind, parent, name)

    def update_collection(
        self,
        collection_id: str,
        *,
        name: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
        groups: Iterable[Group] | None = None,
        revision: str | None = None,
    ) -> Collection:
        """Change a collection. What is None stays; fields and groups are replaced as a whole.

        Raises:
            Conflict: it is not in the state `revision` any more.
        """
        all_groups = None if groups is None else tuple(groups)
        return self._open.collections.update(collection_id, name, fields, all_groups, revision)

    def delete_collection(self, collection_id: str) -> bool:
        """Delete a collection, not its members; return whether there was one."""
        return self._open.collections.delete(collection_id)

    def add_member(
        self, collection_id: str, member_id: str, *, kind: Literal["item", "collection"] = "item"
    ) -> bool:
        """Add a member at the end; return whether it was new.

        Raises:
            Permanent: the collection would contain itself.
        """
        return self._open.memberships.add(collection_id, member_id, kind)

    def remove_member(
        self, collection_id: str, member_id: str, *, kind: Literal["item", "collection"] = "item"
    ) -> bool:
        """Remove a member; return whether it was one."""
        return self._open.memberships.remove(collection_id, member_id, kind)

    def set_members(self, collection_id: str, members: Iterable[Member]) -> None:
        """Let exactly these be the members, in this order."""
        self._open.memberships.replace(collection_id, tuple(members))

    def members(self, collection_id: str) -> list[Member]:
        """The members in their order."""
        return self._open.memberships.of(collection_id)

    def add_to_collection(self, item_id: str, name: str) -> bool:
        """See `flowhost.MediaLibrary`. Of many who name a new collection at once one makes it.

        Raises:
            Permanent: several collections have this name.
        """
        return self._open.collections.add_item(item_id, name)

    def collection_names(self, item_id: str) -> tuple[str, ...]:
        """See `flowhost.MediaLibrary`; those of the oldest collections first, each name once."""
        return tuple(dict.fromkeys(one.name for one in self.collections_of(item_id)))

    def collections_of(self, item_id: str) -> list[Collection]:
        """The collections an item is a member of."""
        return self._open.collections.holding(item_id)
