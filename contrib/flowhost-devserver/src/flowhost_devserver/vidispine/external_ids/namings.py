"""External ids of collections and libraries, kept beside them; the catalogue keeps those of items."""

from __future__ import annotations

from typing import Literal, TypeAlias

from flowhost_devserver.vidispine.site import Site

Named: TypeAlias = Literal["collection", "library"]

KEPT: dict[Named, str] = {
    "collection": "external id of a collection",
    "library": "external id of a library",
}
"""Kinds of what is kept: external id → id."""


def own_id(site: Site, id_: str, kind: Named = "collection") -> str:
    """The id of the collection or library with this external id; what is none stays as it is."""
    return str(site.keeping.get(KEPT[kind], id_) or id_)


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
