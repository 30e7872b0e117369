"""Searches that are kept, so that what they find can be read by URL."""

from __future__ import annotations

from typing import Any

from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.site import Site

SAVED = "search"
"""The parameter that names a kept search; also the kind of what is kept: the document by its number."""


def keep_search(site: Site, data: dict[str, Any]) -> str:
    """Keep an ItemSearchDocument; return its number."""
    number = str(site.keeping.next_number(SAVED))
    site.keeping.put(SAVED, number, data)
    return number


def kept_search(site: Site, number: str) -> dict[str, Any]:
    """The ItemSearchDocument with this number.

    Raises:
        Refusal: there is none.
    """
    data = site.keeping.get(SAVED, number)
    if data is None:
        raise not_found("Search", number)
    return dict(data)
