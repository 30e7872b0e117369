"""Walking over all items."""

from __future__ import annotations

from collections.abc import Iterator

import flowhost
from flowhost_devserver.vidispine.site import Site


def every_item(site: Site) -> Iterator[flowhost.Item]:
    """Every item there is, those in the recycle bin included."""
    cursor = None
    while True:
        page = site.catalogue.items(cursor=cursor, number=1000, trashed=True)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return
