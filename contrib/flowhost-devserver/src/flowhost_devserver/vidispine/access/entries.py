"""Access entries as they are kept: of items in the catalogue, of collections and libraries beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flowhost
from flowhost_devserver.vidispine.access.records import Entry, Kind
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import Access, NotFound

MORE = "access of an item"
"""Kind of what is kept of an item's entry that the catalogue has no place for, by the id of the entry."""

OWNER = "owner"
"""Kind of what is kept of owners: by kind and id of the thing, ``user`` and the ``id`` of the entry."""

OWNER_IDS = 1_000_000
"""Ids of owners' entries begin above this: the catalogue, which counts those of items, knows nothing of them."""

FIRST_USER = "admin"
"""Who owns what nobody made."""


def entries_of(site: Site, kind: Kind, id_: str) -> list[Entry]:
    """The entries of a thing, its owner's first.

    Raises:
        Refusal: there is no such item.
    """
    return [owner_of(site, kind, id_), *_granted(site, kind, id_)]


def owner_of(site: Site, kind: Kind, id_: str) -> Entry:
    """The owner's entry, which every thing has."""
    key = f"{kind} {id_}"
    with site.lock:
        kept = site.keeping.get(OWNER, key)
        if kept is None:
            kept = give_owner(site, kind, id_, _maker(site, kind, id_))
    return Entry(kept["id"], "OWNER", kept["user"], "user", None, kept["user"], True, kind, id_)


def give_owner(site: Site, kind: Kind, id_: str, user: str) -> dict[str, str]:
    """Let a user own a thing; the entry keeps its id."""
    with site.lock:
        kept = site.keeping.get(OWNER, f"{kind} {id_}")
        number = kept["id"] if kept else f"VX-{OWNER_IDS + site.keeping.next_number('owner')}"
        made = {"id": number, "user": user}
        site.keeping.put(OWNER, f"{kind} {id_}", made)
        return made


def change_owner(site: Site, kind: Kind, id_: str, user: str) -> Entry:
    """Let another user own a thing, and tell of it; return the owner's entry."""
    with site.lock:
        before = owner_of(site, kind, id_)
        give_owner(site, kind, id_, user)
        after = owner_of(site, kind, id_)
        if after != before:
            _tell(site, "modify", after)
    return after


def _maker(site: Site, kind: Kind, id_: str) -> str:
    return _record_user(site, id_) or FIRST_USER if kind == "item" else FIRST_USER


def _record_user(site: Site, item_id: str) -> str:
    try:
        return site.catalogue.record(item_id).user
    except NotFound:
        raise not_found("Item", item_id) from None


def _granted(site: Site, kind: Kind, id_: str) -> list[Entry]:
    if kind != "item":
        kept = site.keeping.all(_of(kind, id_))
        return [_entry(key, value, kind, id_) for key, value in kept.items()]
    try:
        found = site.catalogue.record(id_).access
    except NotFound:
        raise not_found("Item", id_) from None
    return [_entry(one.id, _values(site, one), "item", id_) for one in found]


def _of(kind: Kind, id_: str) -> str:
    return f"access of {kind} {id_}"


def _values(site: Site, access: Access) -> dict[str, Any]:
    """What an entry of the catalogue says, in the words of the document."""
    entry, more = access.entry, site.keeping.get(MORE, access.id)
    told = {"permission": entry.permission, entry.kind: entry.grantee, "grantor": FIRST_USER}
    if more is None:  # somebody made it in the catalogue itself
        more = {"priority": entry.priority, "operation": _operation(access.scope)}
    return {**told, **more}


def _operation(scope: str) -> dict[str, Any]:
    topic, _, extra = scope.partition(":")
    key = {"metadata": "field", "shape": "tag", "uri": "type"}.get(topic)
    return {topic: {key: extra} if extra else {}} if key else {}


def _scope(operation: Mapping[str, Any]) -> str:
    for topic, inner in operation.items():
        return f"{topic}:{next(iter(inner.values()), '')}"
    return ""


def _entry(access_id: str, values: Mapping[str, Any], kind: Kind, id_: str) -> Entry:
    of = "user" if values.get("user") else "group"
    return Entry(
        access_id,
        values["permission"],
        values[of],
        of,
        values.get("priority"),
        values.get("grantor", FIRST_USER),
        values.get("recursive", True),
        kind,
        id_,
        tuple(values.get("appliesTo", ())),
        values.get("operation", {}),
    )


def add_entry(
    site: Site, kind: Kind, id_: str, values: Mapping[str, Any], *, again: bool
) -> tuple[Entry, bool]:
    """Add an entry; return it, and whether it is new.

    Args:
        site: where.
        kind: what it is of.
        id_: the id of that.
        values: the document, checked, with its grantor.
        again: whether to add it although there is one that says the same.
    """
    with site.lock:
        wanted = _entry("", values, kind, id_)
        if not again:
            same = [one for one in _granted(site, kind, id_) if _meaning(one) == _meaning(wanted)]
            if same:
                return same[0], False
        if kind == "item":
            return _entry(_add_to_item(site, id_, values), values, kind, id_), True
        access_id = f"VX-{site.keeping.next_number('access')}"
        site.keeping.put(_of(kind, id_), access_id, dict(values))
        made = _entry(access_id, values, kind, id_)
        _tell(site, "create", made)
        return made, True


def _tell(site: Site, event: str, entry: Entry) -> None:
    """Notify of an entry that the catalogue does not know; of those of items it tells itself, but not of owners."""
    site.notifier.tell(
        "access",
        event,
        {entry.source: entry.source_id},
        type="access",
        **{f"{entry.source}Id": entry.source_id, entry.kind: entry.name},
        accessId=entry.id,
        permission=entry.permission,
        priority=None if entry.priority is None else str(entry.priority),
    )


def _meaning(entry: Entry) -> tuple[Any, ...]:
    """What two entries that say the same have in common."""
    said = (entry.permission, entry.kind, entry.name, entry.priority or 0, entry.recursive)
    return (*said, repr(entry.applies_to), repr(entry.operation))


def _add_to_item(site: Site, id_: str, values: Mapping[str, Any]) -> str:
    """Add it to the catalogue, which has one of each meaning from each origin."""
    of: Any = "user" if values.get("user") else "group"
    entry = flowhost.AccessEntry(values[of], of, values["permission"], values.get("priority") or 0)
    scope = _scope(values.get("operation", {}))
    there = [(one.entry, one.scope, one.origin) for one in site.catalogue.record(id_).access]
    origins = ("", *(f"copy {number}" for number in range(1, len(there) + 2)))
    origin = next(one for one in origins if (entry, scope, one) not in there)
    made = site.catalogue.add_access(id_, entry, scope=scope, origin=origin)
    known = ("permission", "user", "group")
    site.keeping.put(MORE, made.id, {key: value for key, value in values.items() if key not in known})
    return made.id


def remove_entry(site: Site, kind: Kind, id_: str, access_id: str) -> bool:
    """Remove an entry; return whether there was one. That of the owner stays."""
    if kind == "item":
        site.keeping.delete(MORE, access_id)
        return site.catalogue.remove_access(id_, access_id)
    values = site.keeping.get(_of(kind, id_), access_id)
    if values is None or not site.keeping.delete(_of(kind, id_), access_id):
        return False
    _tell(site, "delete", _entry(access_id, values, kind, id_))
    return True


def forget_entries(site: Site, kind: Kind, id_: str) -> None:
    """Forget the entries of a thing that is deleted; the catalogue does so itself with those of an item."""
    site.keeping.delete(OWNER, f"{kind} {id_}")
    for access_id in site.keeping.all(_of(kind, id_)):
        site.keeping.delete(_of(kind, id_), access_id)
