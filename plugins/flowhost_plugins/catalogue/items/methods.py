"""The catalogue's face: items and their metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import flowhost
from flowhost.query import words_query
from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import ANY, CatalogueItem, Group, Keep


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

    def items(
        self, *, text: str = "", cursor: str | None = None, number: int = 100, trashed: bool = False
    ) -> flowhost.Page:
        """See `flowhost.AssetSystem`: the oldest first.

        All words of `text` are found in values and external ids; the last may go on.
        Items in the recycle bin are left out, unless they are asked for with `trashed`.
        """
        if not text:
            return self._open.items.page(cursor, number, trashed=trashed)
        return self._open.searching.page(words_query(text), (), cursor, number, trashed=trashed)

    def count_items(self, text: str = "", *, trashed: bool = False) -> int:
        """How many items have all words of `text`; those in the recycle bin count only with `trashed`."""
        if not text:
            return self._open.items.count(trashed=trashed)
        return self._open.searching.count(words_query(text), trashed=trashed)

    def create_item(
        self,
        fields: Mapping[str, Sequence[str]],
        *,
        title: str = "",
        external_id: str | None = None,
        groups: Iterable[Group] = (),
        access: Iterable[flowhost.AccessEntry] = (),
        user: str = "",
    ) -> flowhost.Item:
        """Make a placeholder with this metadata. The title is kept as the field ``title``, `user` as who made it.

        Raises:
            Conflict: there is an item with this external id.
        """
        return self._open.items.create(
            fields,
            title=title,
            external_id=external_id,
            groups=tuple(groups),
            access=tuple(access),
            user=user,
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

    def variables(self, item_id: str) -> Mapping[str, str]:
        """See `flowhost.MediaLibrary`.

        ``originalFilename``: what the first file of the original shape was called when it was imported; ``user``: who
        made the item. What is not known is left out.
        """
        return self._open.items.variables(item_id)

    def delete_item(
        self,
        item_id: str,
        *,
        keep_files: bool = False,
        keep_shape_tags: Iterable[str] = (),
        keep_storages: Iterable[str] = (),
    ) -> bool:
        """Delete the item at once; return whether there was one. Its jobs are cancelled.

        Args:
            item_id: the item.
            keep_files: whether its files stay in their storages, unmanaged; else they are deleted, too.
            keep_shape_tags: which of them stay, see `Keep`.
            keep_storages: which of them stay, see `Keep`.

        Raises:
            DeletionLocked: it may not be deleted.
            Permanent: there is no storage of a name in `keep_storages`.
        """
        keep = Keep((ANY,)) if keep_files else Keep(tuple(keep_shape_tags), tuple(keep_storages))
        return self._open.deletion.delete_item(item_id, keep=keep)
