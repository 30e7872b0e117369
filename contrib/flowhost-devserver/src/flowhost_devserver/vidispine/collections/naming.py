"""What collections are called elsewhere."""

from __future__ import annotations

from flowhost_devserver.vidispine.site import Site

EXTERNAL = "external id of a collection"
"""Kind of what is kept: external id → id."""


def own_id(site: Site, collection_id: str) -> str:
    """The id of the collection with this external id; what is none stays as it is."""
    return str(site.keeping.get(EXTERNAL, collection_id) or collection_id)
