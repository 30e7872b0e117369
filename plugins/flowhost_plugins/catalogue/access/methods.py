"""The catalogue's face: who may do what with an item, users and groups."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.catalogue.opened import Opened
from flowhost_plugins.catalogue.records import Access, User, UserGroup


class AccessMethods(Opened):
    """Access entries, users and groups. Entries may name some that are not here: they are for nobody, so far."""

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
        origin: str = "",
    ) -> None:
        """Let exactly these entries hold for a scope of the item; see `Access` for scopes and origins.

        Without an origin they are all there are in the scope; entries that were there keep their origin. With one,
        they are all of that origin, and the others stay.

        Raises:
            Conflict: the item is not in the state `revision` any more.
        """
        self._open.access.replace(item_id, tuple(entries), scope, revision, origin)

    def add_access(
        self, item_id: str, entry: flowhost.AccessEntry, *, scope: str = "", origin: str = ""
    ) -> Access:
        """Add one entry. One of this origin that is there already is not added again but returned."""
        return self._open.access.add(item_id, entry, scope, origin)

    def remove_access(self, item_id: str, access_id: str) -> bool:
        """Remove one entry; return whether the item had it."""
        return self._open.access.remove(item_id, access_id)

    def add_user(self, name: str, *, real_name: str = "") -> User:
        """Add a user; one of this name gets the real name."""
        return self._open.people.add_user(name, real_name)

    def users(self) -> list[User]:
        """All users, by name."""
        return self._open.people.users()

    def remove_user(self, name: str) -> bool:
        """Remove a user, not their access entries; return whether there was one."""
        return self._open.people.remove("user", name)

    def add_group(
        self, name: str, *, description: str = "", members: Iterable[str] | None = None
    ) -> UserGroup:
        """Add a group; one of this name is changed.

        Args:
            name: its name.
            description: for people.
            members: names of the users in it, all of them; None: those there are stay.

        Raises:
            NotFound: there is no user of one of these names.
        """
        return self._open.people.add_group(name, description, members)

    def groups(self) -> list[UserGroup]:
        """All groups, by name."""
        return self._open.people.groups()

    def remove_group(self, name: str) -> bool:
        """Remove a group, not its access entries; return whether there was one."""
        return self._open.people.remove("group", name)

    def permission(self, user: str, item_id: str) -> flowhost.Permission:
        """What a user may do with an item, by the access entries of scope "".

        Of the entries for the user and their groups, those with the highest priority count; of these, one for the
        user before one for a group; of these, the one that permits most. No entry: ``NONE``.

        Raises:
            NotFound: there is no such item.
        """
        return self._open.people.permission(user, item_id)

    def grant_access(self, item_id: str, entry: flowhost.AccessEntry, *, origin: str) -> bool:
        """See `flowhost.MediaLibrary`: adds the entry for all of the item.

        Raises:
            Permanent: the origin is empty.
        """
        return self._open.origins.grant(item_id, entry, origin)

    def withdraw_access(self, origin: str, item_id: str | None = None) -> int:
        """Remove the access entries of an origin; return how many there were.

        Args:
            origin: see `Access`.
            item_id: only those of this item.

        Raises:
            NotFound: there is no such item.
        """
        return self._open.origins.withdraw(origin, item_id)

    def items_with_access_from(self, origin: str) -> list[str]:
        """The ids of the items that have access entries of this origin."""
        return self._open.origins.items(origin)
