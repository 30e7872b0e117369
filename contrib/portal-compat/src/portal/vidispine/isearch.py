"""Searches: ``from portal.vidispine.isearch import SearchHelper``."""

# the names are Portal's
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.vidispine.connecting import Helper
from portal.vidispine.iitem import Item


class SearchHelper(Helper):
    """Finds items."""

    def search(
        self, search_document: Mapping[str, Any], first: int = 1, number: int = 100, content: str = "metadata"
    ) -> list[Item]:
        """The items that a search finds.

        Args:
            search_document: Vidispine's ItemSearchDocument.
            first: number of the first one, from 1 on.
            number: how many at most; Vidispine gives no more than 1000 at once.
            content: what of each item, divided by commas.
        """
        query = {"first": str(first), "number": str(number), "content": content}
        told = self._client.put("item", query=query, document=dict(search_document))
        return [Item(one) for one in told.get("item", ())]
