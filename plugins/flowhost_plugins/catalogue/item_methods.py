"""The catalogue's face: items, their metadata and who may do what with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import flowhost
from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import Access, CatalogueItem, Group


class ItemMethods(Opened):
    """Items. An item id may be an external id wherever one is asked for.

    A method that gets the id of an item that does not exist raises NotFound, a `flowhost.Permanent`.
    """

    def item(self, item_id: str) -> flowhost.Item | None:
        """See `flowhost.AssetSystem`."""
        return self._open.items.plain(item_id)

    def record(self, item_id: str) -> CatalogueItem:
        """The item, whole.

        Raises:
            NotFound: there is none.
        """
        return self._open.items.record(item_id)

    def items(self, *, text: str = "", cursor: str | None = None, number: int = 100) -> flowhost.Page:
        """See `flowhost.AssetSystem`: the oldest first; `text` is found in any value and external id, whatever its case."""
        return self._open.items.page(text, cursor, number)

    def count_items(self, text: str = "") -> int:
        """How many items contain this text (all by default)."""
        return self._open.items.count(text)

    def create_item(
        self,
        fields: Mapping[str, Sequence[str]],
        *,
        title: str = "",
        external_id: str | None = None,
        groups: Iterable[Group] = (),
        access: Iterable[flowhost.AccessEntry] = (),
    ) -> flowhost.Item:
        """Make a placeholder with this metadata. The title is kept as the field ``title``.

        Raises:
            Conflict: there is an item with this external id.
        """
        return self._open.items.create(
            fields, title=title, external_id=external_id, groups=tuple(groups), access=tuple(access)
        )

    def set_metadata(
        self, item_id: str, fields: Mapping[str, Sequence[str]], *, revision: str | None = None
    ) -> flowhost.Item:
        """See `flowhost.AssetSystem`.

        ``group/field`` means the first instance of the group, which is made when there is none; the field is taken
        out of the group's other instances. Values equal to those there change nothing, not even the revision.

        Raises:
            Conflict: the item is not in the state `revision` any more.
        """
        return self._open.items.set_metadata(item_id, fields, revision=revision)

    def set_groups(
        self, item_id: str, name: str, groups: Iterable[Group], revision: str | None = None
    ) -> CatalogueItem:
        """Let exactly these be the instances of the group `name`; none: the group is removed.

        Raises:
            Conflict: the item is not in the state `revision` any more.
        """
        return self._open.items.set_groups(item_id, name, tuple(groups), revision=revision)

    def update_item(
        self,
        item_id: str,
        *,
        revision: str | None = None,
        title: str | None = None,
        media_type: str | None = None,
        fields: Mapping[str, Sequence[str]] | None = None,
        groups: Iterable[Group] | None = None,
        access: Iterable[flowhost.AccessEntry] | None = None,
        external_ids: Iterable[str] | None = None,
    ) -> CatalogueItem:
        """Change several things at once: all of them, or none. What is None stays.

        Args:
            item_id: the item.
            revision: the state this change was made for; None writes over any.
            title: the title; empty removes it.
            media_type: what kind of media it has.
            fields: all fields outside groups: others are removed.
            groups: all groups: others are removed.
            access: all access entries of scope "": others are removed.
            external_ids: all external ids: others are removed.

        Raises:
            Conflict: the item is not in that state any more, or an external id belongs to another item.
        """
        return self._open.items.update(
            item_id,
            revision=revision,
            title=title,
            media_type=media_type,
            fields=fields,
            groups=None if groups is None else tuple(groups),
            access=None if access is None else tuple(access),
            external_ids=None if external_ids is None else tuple(external_ids),
        )

    def delete_item(self, item_id: str, *, keep_files: bool = False) -> bool:
        """Delete the item; return whether there was one. Its jobs are cancelled.

        Args:
            item_id: the item.
            keep_files: whether its files stay in their storages, unmanaged; else they are deleted, too.
        """
        return self._open.deletion.delete_item(item_id, keep_files=keep_files)

    def access(self, item_id: str) -> tuple[flowhost.AccessEntry, ...]:
        """See `flowhost.AssetSystem`: the entries of scope ""."""
        return self._open.access.of(item_id)

    def set_access(
        self,
        item_id: str,
        entries: Iterable[flowhost.AccessEntry],
        *,
        scope: str = "",
        revision: str | None = None,
    ) -> None:
        """Let exactly these entries hold for a scope of the item; see `Access` for scopes.

        Raises:
            Conflict: the item is not in the state `revision` any more.
        """
        self._open.access.replace(item_id, tuple(entries), scope, revision)

    def add_access(self, item_id: str, entry: flowhost.AccessEntry, *, scope: str = "") -> Access:
        """Add one entry. One that is there already is not added again but returned."""
        return self._open.access.add(item_id, entry, scope)

    def remove_access(self, item_id: str, access_id: str) -> bool:
        """Remove one entry; return whether the item had it."""
        return self._open.access.remove(item_id, access_id)
