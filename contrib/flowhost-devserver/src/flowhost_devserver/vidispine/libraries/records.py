"""Libraries as they are kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from flowhost_devserver.vidispine.external_ids.namings import own_id
from flowhost_devserver.vidispine.moments import stamp
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.site import Site

KIND = "library"

MODES = ("MERGE", "REPLACE", "TRANSIENT")
"""What becomes of the items that are there when a library is refreshed: they stay; they go; they go."""

Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Library:
    """Items.

    Args:
        id: its id, ``VX*1``.
        username: who made it.
        items: the ids of its items.
        query: the ItemSearchDocument that finds them; None: there is none.
        updateMode: one of `MODES`.
        autoRefresh: whether it refreshes itself.
        updateFrequency: how often, in seconds; None: nobody said. Here it is done whenever somebody looks.
        lastUpdate: when it was refreshed last, in the form of JSON documents.
    """

    id: str
    username: str
    items: tuple[str, ...] = ()
    query: Query | None = None
    updateMode: str = "MERGE"  # noqa: N815  # kept and told by Vidispine's name, as those below
    autoRefresh: bool = False  # noqa: N815
    updateFrequency: int | None = None  # noqa: N815
    lastUpdate: str | None = None  # noqa: N815

    @property
    def settings(self) -> dict[str, Any]:
        """The LibrarySettingsDocument."""
        return {key: value for key, value in asdict(self).items() if key != "items" and value is not None}


def make_library(site: Site, username: str, **settings: Any) -> Library:
    """Make a library; see `Library` for the settings."""
    library_id = f"VX*{site.keeping.next_number(KIND)}"
    return keep(site, Library(library_id, username, **settings))


def keep(site: Site, library: Library) -> Library:
    """Keep a library in this state."""
    site.keeping.put(KIND, library.id, asdict(library))
    return library


def library_of(site: Site, library_id: str) -> Library:
    """The library, by its id or external id.

    Raises:
        Refusal: there is none.
    """
    kept = site.keeping.get(KIND, own_id(site, library_id, "library"))
    if kept is None:
        raise not_found("Library", library_id)
    return _library(kept)


def libraries(site: Site) -> list[Library]:
    """All libraries, the oldest first."""
    return [_library(kept) for kept in site.keeping.all(KIND).values()]


def _library(kept: dict[str, Any]) -> Library:
    return Library(**{**kept, "items": tuple(kept["items"])})


def refreshed(site: Site, library: Library, found: list[str]) -> Library:
    """Take over what the library's search found."""
    before = library.items if library.updateMode == "MERGE" else ()
    items = tuple(dict.fromkeys((*before, *found)))
    return keep(site, replace(library, items=items, lastUpdate=stamp(site.clock.now())))


def delete_library(site: Site, library_id: str) -> bool:
    """Delete a library, not its items; return whether there was one."""
    return site.keeping.delete(KIND, library_id)
