"""The action ``set-access``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import flowhost
from flowhost_plugins.actions.subject import item_id, texts

DYNAMIC = "rule:"
"""Begins the origin of access that is withdrawn with the rule, whose name follows."""

STATIC = "static:"
"""Begins the origin of access that nobody withdraws. It tells who gave it, and keeps it apart from dynamic access that
is the same."""

Grants = dict[flowhost.Template, flowhost.Permission]


class SetAccess:
    """Lets users and groups read or change the item, or keeps them from it.

    Dynamic access is taken away when the rule is deleted, or when the item does not match it any more. Static access is
    written on the item and stays. What others set is left as it is; of several entries for one user or group that
    with the highest priority counts.

    Raises:
        ValueError: nobody is named.
    """

    name: ClassVar[str] = "set-access"

    def __init__(
        self,
        *,
        users: Annotated[Grants | None, "user → NONE, READ, WRITE or ALL; a name may have tags"] = None,
        groups: Annotated[Grants | None, "group → NONE, READ, WRITE or ALL; a name may have tags"] = None,
        method: Annotated[Literal["dynamic", "static"], "whether the rule takes it away again"] = "dynamic",
        priority: Annotated[int, "counts before entries with a lower one"] = 0,
        assets: flowhost.MediaLibrary,
    ) -> None:
        if not users and not groups:
            raise ValueError("it names nobody; expected 'users' or 'groups' with their permissions")
        self._users = users or {}
        self._groups = groups or {}
        self._dynamic = method == "dynamic"
        self._priority = priority
        self._assets = assets

    def act(self, context: flowhost.Context) -> flowhost.Outcome:
        """Add the entries that are not there.

        Raises:
            UndefinedTag: a name has a tag without a value.
        """
        item, origin = item_id(context), f"{DYNAMIC if self._dynamic else STATIC}{context.rule}"
        entries = tuple(self._entries(context))  # all of them, before the first is added
        added = [one for one in entries if self._assets.grant_access(item, one, origin=origin)]
        return flowhost.Outcome.done(_told(added) or "nothing to add")

    def plan(self, context: flowhost.Context) -> str:
        """Which entries there shall be."""
        return f"{item_id(context)}: {_told(self._entries(context))}"

    def _entries(self, context: flowhost.Context) -> Iterator[flowhost.AccessEntry]:
        for template, permission in self._users.items():
            for name in texts(template, context):
                yield flowhost.AccessEntry(name, "user", permission, self._priority)
        for template, permission in self._groups.items():
            for name in texts(template, context):
                yield flowhost.AccessEntry(name, "group", permission, self._priority)


def _told(entries: Iterator[flowhost.AccessEntry] | list[flowhost.AccessEntry]) -> str:
    return ", ".join(f"{one.permission} for the {one.kind} {one.grantee!r}" for one in entries)
