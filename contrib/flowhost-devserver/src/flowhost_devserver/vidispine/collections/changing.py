"""What a document makes of the content of a collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowhost_devserver.vidispine.access.rights import collections_above
from flowhost_devserver.vidispine.collections.contents import (
    Content,
    add_content,
    added,
    arrange,
    contents,
    guessed,
    located,
    member_kind,
    place_content,
    remove_content,
)
from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.simple_metadata import from_fields
from flowhost_devserver.vidispine.site import Site

MODES = ("add", "remove", "move")

Wanted = Sequence[tuple[Mapping[str, Any], Content]]


def change_contents(
    site: Site, collection_id: str, given: Sequence[Mapping[str, Any]], *, clear: bool = True
) -> None:
    """Change what a collection holds.

    Args:
        site: where.
        collection_id: the collection.
        given: ``content`` of the document. With modes each says what becomes of it; without any it is all that the
            collection holds afterwards, in this order.
        clear: whether, without modes, what is not in the document goes.

    Raises:
        Refusal: it makes no sense, or something is not there; nothing is changed.
    """
    with site.lock:
        wanted = checked_contents(site, given)
        _check_circles(site, collection_id, wanted)
        if any("mode" in one for one in given):
            _with_modes(site, collection_id, wanted)
        else:
            _without_modes(site, collection_id, wanted, clear=clear)


def checked_contents(site: Site, given: Sequence[Mapping[str, Any]]) -> Wanted:
    """What the content of a document is about; of a library it may be the items.

    Raises:
        Refusal: it makes no sense, or something is not there.
    """
    _check_modes(given)
    wanted = list[tuple[Mapping[str, Any], Content]]()
    for one in given:
        what = member_of(site, one.get("type", ""), one.get("id", ""))
        items = bool(one.get("addItems")) and one.get("mode", "add") == "add"
        wanted += [(one, each) for each in added(site, what, items=items)]
    return wanted


def _check_circles(site: Site, collection_id: str, wanted: Wanted) -> None:
    above = {collection_id, *collections_above(site, "collection", collection_id)}
    for one, what in wanted:
        if what.kind == "collection" and what.id in above and one.get("mode", "add") == "add":
            raise invalid_input("content", explanation="the collection would contain itself", value=what.id)


def _check_modes(given: Sequence[Mapping[str, Any]]) -> None:
    modes = [one["mode"] for one in given if "mode" in one]
    if odd := [one for one in modes if one not in MODES]:
        raise invalid_input("mode", explanation=f"expected one of {', '.join(MODES)}", value=odd[0])
    if modes and len(modes) < len(given):
        raise invalid_input(
            "mode", explanation="expected a mode for all of the content, or for nothing of it"
        )


def member_of(site: Site, kind: str, id_: str) -> Content:
    """The thing that may be a member; without a kind it is guessed.

    Raises:
        Refusal: there is none.
    """
    return located(site, member_kind(kind), id_) if kind else guessed(site, id_)


def _with_modes(site: Site, collection_id: str, wanted: Wanted) -> None:
    for one, what in wanted:
        if one["mode"] == "remove":
            remove_content(site, collection_id, what)
            continue
        if one["mode"] == "add":
            _add(site, collection_id, one, what)
        _place(site, collection_id, one, what)


def _without_modes(site: Site, collection_id: str, wanted: Wanted, *, clear: bool) -> None:
    before, named = contents(site, collection_id), [what for _, what in wanted]
    for one, what in wanted:
        _add(site, collection_id, one, what)
    if clear:
        for what in before:
            if what not in named:
                remove_content(site, collection_id, what)
    arrange(site, collection_id, named)
    for one, what in wanted:
        _place(site, collection_id, one, what)


def _add(site: Site, collection_id: str, one: Mapping[str, Any], what: Content) -> None:
    add_content(site, collection_id, what, from_fields(one.get("metadata")))


def _place(site: Site, collection_id: str, one: Mapping[str, Any], what: Content) -> None:
    for key in ("before", "after"):
        if one.get(key):
            place_content(site, collection_id, what, one[key], behind=key == "after")


def reorder(site: Site, collection_id: str, given: Mapping[str, Any]) -> None:
    """Move members as a CollectionReorderDocument says, one after the other.

    Raises:
        Refusal: something is not in the collection.
    """
    moves = [
        (one, member_of(site, kind, one.get("id", "")))
        for kind in ("item", "library", "collection")
        for one in given.get(kind, ())
    ]
    with site.lock:
        held = contents(site, collection_id)
        if odd := [what for _, what in moves if what not in held]:
            raise invalid_input(odd[0].kind, id_=odd[0].id, explanation="it is not in the collection")
        for one, what in moves:
            _place(site, collection_id, one, what)
