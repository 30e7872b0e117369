"""The face of access: who may do what with an item."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.vidispine.access.entries import checked, shown
from flowhost_plugins.vidispine.access.exactly import set_exactly
from flowhost_plugins.vidispine.access.grants import Grants, checked_origin
from flowhost_plugins.vidispine.client import Missing
from flowhost_plugins.vidispine.documents import AccessList, Item, is_id
from flowhost_plugins.vidispine.opened import Opened


class AccessMethods(Opened):
    """Access entries of items. Those of their owners are left out: nobody can give or take them."""

    def access(self, item_id: str) -> tuple[flowhost.AccessEntry, ...]:
        """See `flowhost.AssetSystem`: the entries for all of the item, not those for one field or shape tag of it."""
        return tuple(shown(self._client.get("item", item_id, "access", into=AccessList)).values())

    def set_access(self, item_id: str, entries: Iterable[flowhost.AccessEntry]) -> None:
        """See `flowhost.AssetSystem`. Entries that were there keep their origin; new ones come before old ones go."""
        wanted = tuple(dict.fromkeys(map(checked, entries)))
        set_exactly(self._client, self._marks, self._site_id(item_id), wanted)

    def grant_access(self, item_id: str, entry: flowhost.AccessEntry, *, origin: str) -> bool:
        """See `flowhost.MediaLibrary`. An entry of this origin that somebody removed meanwhile is added again.

        Raises:
            Permanent: there is no item, the origin is empty, or no store for notes.
        """
        return self._grants.grant(self._site_id(item_id), checked(entry), checked_origin(origin))

    def withdraw_access(self, origin: str, item_id: str | None = None) -> int:
        """See `flowhost.MediaLibrary`. Entries that somebody removed meanwhile do not count."""
        item = None if item_id is None else self._site_id(item_id)
        return self._grants.withdraw(checked_origin(origin), item)

    def items_with_access_from(self, origin: str) -> list[str]:
        """See `flowhost.MediaLibrary`. As far as is noted: nothing is asked of Vidispine."""
        return self._grants.items(checked_origin(origin))

    @property
    def _grants(self) -> Grants:
        return Grants(self._client, self._notes, self._marks)

    def _site_id(self, item_id: str) -> str:
        """The item's own id, under which grants are noted and own changes are known.

        Raises:
            Permanent: there is no item of this external id.
        """
        if is_id(item_id):
            return item_id
        try:
            return self._client.get("item", item_id, into=Item).id
        except Missing as error:
            raise flowhost.Permanent(f"there is no item {item_id!r}") from error
