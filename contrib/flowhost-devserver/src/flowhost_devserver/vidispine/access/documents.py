"""Documents about access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowhost_devserver.vidispine.access import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.access.entries import entries_of
from flowhost_devserver.vidispine.access.records import GENERIC, PERMISSIONS, Entry, Kind
from flowhost_devserver.vidispine.access.rights import for_user, groups_of, is_enough, is_super, reaching
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.site import Site

TYPES = (GENERIC, "METADATA", "SHAPE", "URI")

QUERY = ("username", "permission", "type", "extradata")
"""Parameters of a question about one user; without any of them it is about every user."""


def access_documents(call: Call, kind: Kind, id_: str) -> list[dict[str, Any]]:
    """The AccessControlDocuments of a thing, the owner's first.

    Args:
        call: the request.
        kind: what it is.
        id_: its id, as the catalogue has it.
    """
    return [access_document(call, one) for one in entries_of(call.site, kind, id_)]


def access_document(call: Call, entry: Entry) -> dict[str, Any]:
    """The AccessControlDocument of an entry."""
    made: dict[str, Any] = {
        "id": entry.id,
        "loc": f"{call.site.api}/{entry.source}/{entry.source_id}/access/{entry.id}",
        "grantor": entry.grantor,
    }
    if entry.applies_to:
        made["appliesTo"] = [dict(one) for one in entry.applies_to]
    made |= {"recursive": entry.recursive, "permission": entry.permission, entry.kind: entry.name}
    if entry.operation:
        made["operation"] = dict(entry.operation)
    return made if entry.priority is None else {**made, "priority": entry.priority}


def checked_access(given: Mapping[str, Any], grantor: str) -> dict[str, Any]:
    """The AccessControlDocument as it is kept.

    Raises:
        Refusal: it makes no sense.
    """
    permission = given.get("permission")
    if permission not in PERMISSIONS[:-1]:
        expected = f"expected one of {', '.join(PERMISSIONS[:-1])}"
        raise invalid_input("permission", explanation=expected, value=permission)
    names = [key for key in ("user", "group") if given.get(key)]
    if len(names) != 1:
        raise invalid_input("access", explanation="expected either a user or a group")
    kept = {"permission": permission, names[0]: given[names[0]], "grantor": grantor}
    return kept | {
        key: given[key] for key in ("priority", "recursive", "appliesTo", "operation") if key in given
    }


def merged_access(call: Call, kind: Kind, id_: str) -> dict[str, Any]:
    """The AccessControlMergedDocument: what holds for a user, that which counts first; if none is asked for, for each.

    Args:
        call: the request, with ``username``, ``permission``, ``type`` and ``extradata``.
        kind: what it is about.
        id_: its id, as the catalogue has it.
    """
    site, entries = call.site, reaching(call.site, kind, id_)
    if not any(name in call.parameters for name in QUERY):
        names = [person.name for person in site.people.users()]
        return {"access": [row for name in names for row in _rows(site, entries, name, "NONE")]}
    user, query = call.text("username") or call.run_as, _query(call)
    rows = _rows(site, _about(entries, query), user, query["permission"])
    if not rows and is_super(site, user):
        rows = [_of_super_user(user)]
    return {"query": {"username": user, "item": id_, **query}, "access": rows}


def _rows(site: Site, entries: list[Entry], user: str, wanted: str) -> list[dict[str, Any]]:
    """The entries for a user, the one that counts first."""
    super_user = is_super(site, user)
    own = for_user(entries, user, groups_of(site, user))
    return [_merged(one, user, wanted, super_user=super_user) for one in own]


def merged_group_access(call: Call, kind: Kind, id_: str) -> dict[str, Any]:
    """What holds for each group with users; with ``full`` every entry, else the one that counts."""
    entries = [one for one in reaching(call.site, kind, id_) if one.kind == "group"]
    listed = []
    for name in dict.fromkeys(one.name for one in entries):
        if call.site.people.members(name):
            counting = for_user(entries, "", {name})
            listed += counting if call.flag("full") else counting[:1]
    return {"access": [_merged_row(one) for one in listed]}


def _query(call: Call) -> dict[str, str]:
    query = {"permission": call.text("permission", "NONE"), "type": call.text("type", GENERIC)}
    if query["permission"] not in PERMISSIONS:
        expected = f"expected one of {', '.join(PERMISSIONS)}"
        raise invalid_input("permission", explanation=expected, value=query["permission"])
    if query["type"] not in TYPES:
        raise invalid_input("type", explanation=f"expected one of {', '.join(TYPES)}", value=query["type"])
    return query | ({"extradata": extra} if (extra := call.text("extradata")) else {})


def _about(entries: list[Entry], query: Mapping[str, str]) -> list[Entry]:
    """The entries about what is asked for; those for all of a thing are about any part, too."""
    kind, extra = query["type"], query.get("extradata")
    return [
        one
        for one in entries
        if one.type == GENERIC or (one.type == kind and (not extra or one.extra in ("", extra)))
    ]


def _merged(entry: Entry, user: str, wanted: str, *, super_user: bool) -> dict[str, Any]:
    effective = "ALL" if super_user else entry.permission
    rest = _merged_row(entry) | {"priority": entry.priority or 0, "effectivePermission": effective}
    return {"username": user, **rest, "matches": is_enough(effective, wanted), "superUser": super_user}


def _merged_row(entry: Entry) -> dict[str, Any]:
    """What is said of an entry whomever it is for."""
    made: dict[str, Any] = {"group": entry.name} if entry.kind == "group" else {}
    made |= {"permission": entry.permission, "effectivePermission": entry.permission}
    if entry.priority is not None:
        made["priority"] = entry.priority
    made |= {"grantor": entry.grantor, "type": entry.type}
    if entry.extra:
        made["extradata"] = entry.extra
    if entry.source != "item":
        made[entry.source] = entry.source_id
    return {**made, "id": entry.id}


def _of_super_user(user: str) -> dict[str, Any]:
    return {
        "username": user,
        "permission": "ALL",
        "effectivePermission": "ALL",
        "priority": 0,
        "type": GENERIC,
        "matches": True,
        "superUser": True,
    }
