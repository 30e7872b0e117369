"""What holds for a user in effect, by what was granted on a thing and on the collections and libraries it is in.

Of the entries for the user and their groups, those with the highest priority count; of these, one for the user before one
for a group; of these, the one that permits most. The owner and administrators may do everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flowhost_devserver.vidispine.access.entries import entries_of
from flowhost_devserver.vidispine.access.records import GENERIC, PERMISSIONS, Entry, Kind
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.libraries.refreshing import libraries_holding
from flowhost_devserver.vidispine.people.records import ADMINISTRATOR
from flowhost_devserver.vidispine.refusals import forbidden
from flowhost_devserver.vidispine.site import Site

SUPER_ROLES = {ADMINISTRATOR, "_super_access_user"}
"""Roles that may do everything with everything."""


def reaching(site: Site, kind: Kind, id_: str) -> list[Entry]:
    """The entries that are about a thing, its own first."""
    found = entries_of(site, kind, id_)
    if kind != "library":
        above = collections_above(site, kind, id_)
        found += [one for parent in above for one in entries_of(site, "collection", parent)]
    if kind == "item":
        found += [
            one for library in libraries_holding(site, id_) for one in entries_of(site, "library", library)
        ]
    return [one for one in found if one.reaches(kind, id_) and not _elsewhere_owner(one, kind, id_)]


def _elsewhere_owner(entry: Entry, kind: Kind, id_: str) -> bool:
    """Whether it says who owns a collection or library, not what is in it."""
    return entry.permission == "OWNER" and (entry.source, entry.source_id) != (kind, id_)


def collections_above(site: Site, kind: Kind, id_: str) -> list[str]:
    """The collections that a thing is in, at whatever depth, the nearest first."""
    if kind == "item":
        waiting = [one.id for one in site.catalogue.collections_of(id_)]
    else:
        waiting = list(site.catalogue.collection(id_).parents)
    found: dict[str, None] = {}
    while waiting:
        one = waiting.pop(0)
        if one not in found:
            found[one] = None
            waiting += site.catalogue.collection(one).parents
    return list(found)


def is_super(site: Site, user: str) -> bool:
    """Whether a user may do everything with everything."""
    people = site.people
    return people.is_administrator(user) or any(people.has_role(user, role) for role in SUPER_ROLES)


def groups_of(site: Site, user: str) -> set[str]:
    """The names of the groups a user is in."""
    return {team.name for team in site.people.groups_of(user)}


def for_user(entries: Iterable[Entry], user: str, groups: set[str]) -> list[Entry]:
    """The entries for a user and their groups, the one that counts first."""
    own = [one for one in entries if (one.name == user if one.kind == "user" else one.name in groups)]
    return sorted(own, key=_rank, reverse=True)


def _rank(entry: Entry) -> tuple[bool, int, bool, int]:
    strength = PERMISSIONS.index(entry.permission)
    return entry.permission == "OWNER", entry.priority or 0, entry.kind == "user", strength


def is_enough(permission: str, wanted: str) -> bool:
    """Whether one permission includes another."""
    return PERMISSIONS.index(permission) >= PERMISSIONS.index(wanted)


def may(site: Site, user: str, wanted: str, kind: Kind, id_: str) -> bool:
    """Whether a user may do this with a thing."""
    return is_super(site, user) or _may(site, user, groups_of(site, user), wanted, kind, id_)


def _may(site: Site, user: str, groups: set[str], wanted: str, kind: Kind, id_: str) -> bool:
    entries = [one for one in reaching(site, kind, id_) if one.type == GENERIC]
    counting = for_user(entries, user, groups)
    return bool(counting) and is_enough(counting[0].permission, wanted)


def readable(call: Call) -> Callable[[Kind, str], bool] | None:
    """Tells whether the user may see a thing; None: they may see everything."""
    site, user = call.site, call.run_as
    if is_super(site, user):
        return None
    groups = groups_of(site, user)
    return lambda kind, id_: _may(site, user, groups, "READ", kind, id_)


def require(call: Call, wanted: str, kind: Kind, id_: str) -> None:
    """Let only those do this who may.

    Args:
        call: the request.
        wanted: one of `PERMISSIONS`.
        kind: what it is done with.
        id_: the id of that, as the catalogue has it.

    Raises:
        Refusal: they may not.
    """
    if not may(call.site, call.run_as, wanted, kind, id_):
        raise forbidden(f"{call.run_as!r} has no permission {wanted} for the {kind} {id_}")
