"""Feeds of several pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vizone.client import viz_one_of


class FeedIterator:
    """Every entry of a feed, page after page.

    Args:
        feed: the first page.
        client: fetches the others; the default client when it is None.
    """

    def __init__(self, feed: Any, client: Any = None) -> None:
        self._feed = feed
        self._client = client

    def __iter__(self) -> Iterator[Any]:
        """The entries; each page is fetched when it is needed."""
        feed, seen = self._feed, set[str]()
        while True:
            yield from feed.entries
            link = feed.link("next")
            if link is None or link.href in seen:  # a server may lead round in a circle
                return
            seen.add(link.href)
            feed = type(self._feed)(viz_one_of(self._client).get(link))
