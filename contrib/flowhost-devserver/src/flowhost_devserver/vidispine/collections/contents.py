"""What collections hold: items and collections in the catalogue, libraries beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from flowhost_devserver.vidispine.libraries.records import library_of
from flowhost_devserver.vidispine.libraries.refreshing import members as library_items
from flowhost_devserver.vidispine.metadata.subjects import id_of
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input, not_found
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import Member

MemberKind: TypeAlias = Literal["item", "collection", "library"]

_KINDS: tuple[MemberKind, ...] = ("item", "collection", "library")

LIBRARIES = "libraries in a collection"
"""Kind of what is kept: the ids of its libraries by the id of the collection."""

NOTES = "notes on a member"
"""Kind of what is kept: metadata of a membership, by the ids of collection and member."""


@dataclass(frozen=True, slots=True)
class Content:
    """One member of a collection."""

    kind: MemberKind
    id: str


def contents(site: Site, collection_id: str) -> list[Content]:
    """What a collection holds: items and collections in their order, then libraries."""
    held = [Content(one.kind, one.id) for one in site.catalogue.members(collection_id)]
    return held + [Content("library", one) for one in libraries_in(site, collection_id)]


def libraries_in(site: Site, collection_id: str) -> list[str]:
    """The ids of the libraries in a collection."""
    return list(site.keeping.get(LIBRARIES, collection_id) or ())


def member_kind(text: str) -> MemberKind:
    """The kind of member that a word means.

    Raises:
        Refusal: it means none.
    """
    for kind in _KINDS:
        if text.lower() == kind:
            return kind
    raise invalid_input("type", explanation="expected item, collection or library", value=text)


def located(site: Site, kind: MemberKind, id_: str) -> Content:
    """The thing, which is there.

    Raises:
        Refusal: it is not.
    """
    if kind == "library":
        return Content(kind, library_of(site, id_).id)
    return Content(kind, id_of(site, kind, id_))


def guessed(site: Site, id_: str) -> Content:
    """The thing with this id when nobody says what it is: an item, a library, or a collection.

    Raises:
        Refusal: there is none.
    """
    for kind in ("item", "library", "collection"):
        try:
            return located(site, member_kind(kind), id_)
        except Refusal:
            continue
    raise not_found("Item", id_)


def added(site: Site, what: Content, *, items: bool) -> list[Content]:
    """What becomes a member: the thing; `items`: of a library its items instead of itself."""
    if what.kind == "library" and items:
        return [Content("item", one) for one in library_items(site, what.id)]
    return [what]


def add_content(site: Site, collection_id: str, what: Content, notes: Mapping[str, str]) -> None:
    """Add a member.

    Raises:
        Permanent: the collection would contain itself.
    """
    if what.kind == "library":
        with site.lock:
            held = libraries_in(site, collection_id)
            site.keeping.put(LIBRARIES, collection_id, list(dict.fromkeys([*held, what.id])))
    else:
        site.catalogue.add_member(collection_id, what.id, kind=what.kind)
    if notes:
        _note(site, f"{collection_id} {what.kind} {what.id}", notes)


def _note(site: Site, key: str, notes: Mapping[str, str]) -> None:
    """Keep more metadata of a membership; a key behind a minus sign is removed."""
    with site.lock:
        kept = {**(site.keeping.get(NOTES, key) or {}), **notes}
        gone = {name[1:] for name in notes if name.startswith("-")}
        left = {name: held for name, held in kept.items() if name not in gone and not name.startswith("-")}
        site.keeping.put(NOTES, key, left)


def remove_content(site: Site, collection_id: str, what: Content) -> bool:
    """Remove a member; return whether it was one."""
    site.keeping.delete(NOTES, f"{collection_id} {what.kind} {what.id}")
    if what.kind != "library":
        return site.catalogue.remove_member(collection_id, what.id, kind=what.kind)
    with site.lock:
        held = libraries_in(site, collection_id)
        site.keeping.put(LIBRARIES, collection_id, [one for one in held if one != what.id])
        return what.id in held


def place_content(site: Site, collection_id: str, what: Content, beside: str, *, behind: bool) -> None:
    """Move a member before or behind another one; nothing happens when that is not there.

    Libraries are always behind all others.
    """
    held = contents(site, collection_id)
    rest = [one for one in held if one != what]
    places = [number for number, one in enumerate(rest) if one.id == beside]
    if len(rest) < len(held) and places:
        at = places[0] + behind
        arrange(site, collection_id, [*rest[:at], what, *rest[at:]])


def arrange(site: Site, collection_id: str, order: Sequence[Content]) -> None:
    """Let these members be in this order, behind those that are not named."""
    held = contents(site, collection_id)
    places = {what: place for place, what in enumerate(order)}
    ordered = sorted(held, key=lambda one: places.get(one, -1))
    libraries = [one.id for one in ordered if one.kind == "library"]
    others = [Member(one.id, one.kind) for one in ordered if one.kind != "library"]
    site.catalogue.set_members(collection_id, others)
    if libraries:
        site.keeping.put(LIBRARIES, collection_id, libraries)


def notes_on(site: Site, collection_id: str, what: Content) -> dict[str, Any]:
    """The metadata of a membership."""
    return dict(site.keeping.get(NOTES, f"{collection_id} {what.kind} {what.id}") or {})
