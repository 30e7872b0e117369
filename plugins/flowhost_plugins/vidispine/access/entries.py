"""Access entries between Vidispine and the role. Pure."""

from __future__ import annotations

from typing import Any, get_args

import flowhost
from flowhost_plugins.vidispine.documents import Access, AccessList

PERMISSIONS: dict[str, flowhost.Permission] = {one: one for one in get_args(flowhost.Permission)}


def shown(listed: AccessList) -> dict[str, flowhost.AccessEntry]:
    """Id → entry, of those that are about all of the item.

    That of its owner, which nobody can remove, those narrowed to a field or shape tag, and those with a permission that is
    not known are left out: the role has no words for them.
    """
    found = ((one, entry(one)) for one in listed.access)
    return {one.id: made for one, made in found if one.id and made}


def entry(one: Access) -> flowhost.AccessEntry | None:
    """The entry as the role has it; None: it has no words for it."""
    permission = PERMISSIONS.get(one.permission)
    if permission is None or one.operation:
        return None
    if one.user:
        return flowhost.AccessEntry(one.user, "user", permission, one.priority or 0)
    if one.group:
        return flowhost.AccessEntry(one.group, "group", permission, one.priority or 0)
    return None


def document(made: flowhost.AccessEntry) -> dict[str, Any]:
    """What is sent in order to make an entry."""
    return {"permission": made.permission, made.kind: made.grantee, "priority": made.priority}


def checked(made: flowhost.AccessEntry) -> flowhost.AccessEntry:
    """The entry.

    Raises:
        Permanent: it cannot be.
    """
    if made.permission not in PERMISSIONS:
        hint = flowhost.nearest(made.permission, PERMISSIONS)
        raise flowhost.Permanent(
            f"the permission is {made.permission!r}, expected one of {', '.join(PERMISSIONS)}{hint}"
        )
    if made.kind not in ("user", "group"):
        raise flowhost.Permanent(f"the kind of the grantee is {made.kind!r}, expected user or group")
    if not made.grantee:
        raise flowhost.Permanent(f"the grantee is empty, expected the name of a {made.kind}")
    return made


def packed(made: flowhost.AccessEntry) -> list[Any]:
    """As a note has it."""
    return [made.grantee, made.kind, made.permission, made.priority]
