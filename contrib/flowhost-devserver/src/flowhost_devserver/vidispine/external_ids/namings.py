"""External ids of collections and libraries, kept beside them; the catalogue keeps those of items."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from flowhost_devserver.vidispine.refusals import invalid_input
from flowhost_devserver.vidispine.site import Site

Named: TypeAlias = Literal["collection", "library"]

KEPT: dict[Named, str] = {
    "collection": "external id of a collection",
    "library": "external id of a library",
}
"""Kinds of what is kept: external id → id."""

LONGEST = 256  # characters; the catalogue keeps no longer ones of items

_OWN = re.compile(r"VX[-*][0-9]+", re.ASCII)


def is_own(id_: str) -> bool:
    """Whether an id has the form of those that are given here, to libraries with a star; it is never an external one."""
    return _OWN.fullmatch(id_) is not None


def check_name(external_id: str) -> None:
    """Let only such a text be an external id as no id from here can ever be.

    Raises:
        Refusal: it looks like one, or is too long.
    """
    if is_own(external_id):
        told = "it looks like an id of this server"
        raise invalid_input("external-id", explanation=told, value=external_id)
    if len(external_id) > LONGEST:
        told = f"expected {LONGEST} characters or less"
        raise invalid_input("external-id", explanation=told, value=external_id)


def own_id(site: Site, id_: str, kind: Named = "collection") -> str:
    """The id of the collection or library with this external id; what is none stays as it is."""
    return id_ if is_own(id_) else str(site.keeping.get(KEPT[kind], id_) or id_)


def namings(site: Site, kind: Named, id_: str) -> tuple[str, ...]:
    """The external ids of a collection or library, the oldest first."""
    return tuple(name for name, one in site.keeping.all(KEPT[kind]).items() if one == id_)


def rename(site: Site, kind: Named, id_: str, names: tuple[str, ...]) -> None:
    """Let these be the external ids of a collection or library."""
    with site.lock:
        for name in namings(site, kind, id_):
            if name not in names:
                site.keeping.delete(KEPT[kind], name)
        for name in names:
            site.keeping.put(KEPT[kind], name, id_)
