"""What is in a library at this moment: those that refresh themselves do so when somebody looks."""

from __future__ import annotations

from flowhost_devserver.vidispine.libraries.records import Library, libraries, library_of, refreshed
from flowhost_devserver.vidispine.searching.criteria import Every, FieldIs
from flowhost_devserver.vidispine.searching.reading import read_search
from flowhost_devserver.vidispine.searching.walking import Search
from flowhost_devserver.vidispine.site import Site


def current(site: Site, library_id: str) -> Library:
    """The library, refreshed if it refreshes itself; items that are gone are left out.

    Raises:
        Refusal: there is none.
    """
    with site.lock:
        library = library_of(site, library_id)
        return refresh(site, library) if library.autoRefresh and library.query is not None else library


def refresh(site: Site, library: Library) -> Library:
    """Let the library's search be done again."""
    wanted = read_search(library.query or {})
    search = Search(site, wanted.whole, wanted.sort)
    return refreshed(site, library, [item.id for item, _ in search.items()])


def members(site: Site, library_id: str) -> list[str]:
    """The ids of its items that are still there.

    Raises:
        Refusal: there is no such library.
    """
    return [one for one in current(site, library_id).items if site.catalogue.item(one) is not None]


def libraries_holding(site: Site, item_id: str) -> list[str]:
    """The libraries that an item is in; of those that refresh themselves it is asked whether they would find it."""
    return [one.id for one in libraries(site) if _holds(site, one, item_id)]


def _holds(site: Site, library: Library, item_id: str) -> bool:
    if not library.autoRefresh or library.query is None:
        return item_id in library.items
    if library.updateMode == "MERGE" and item_id in library.items:
        return True
    wanted = read_search(library.query).whole
    return Search(site, Every((FieldIs("itemId", (item_id,)), wanted))).count_items() > 0
