"""The assets of a server, as something to follow."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import flowhost
from flowhost_plugins.viz_one.client import HTTPClientError, VizOne
from flowhost_plugins.viz_one.documents import ItemCollection, Link
from flowhost_plugins.viz_one.documents.link import joined
from flowhost_plugins.viz_one.sources.reading import read_message
from flowhost_plugins.viz_one.sources.states import State, asset_state, deleted_asset_state
from flowhost_plugins.viz_one.sources.whole_feeds import every_page

log = logging.getLogger(__name__)

PAGE = 100
"""Assets asked for at once."""


class Assets:
    """The assets; see `Subject` for the methods.

    Args:
        client: the server.
        sort: the sort order with the last changes first; empty when there is none.
    """

    called = "the assets"
    rejected = "asset.changed"

    def __init__(self, client: VizOne, sort: str) -> None:
        self._client, self._sort = client, sort
        self._url = ""
        self._monitor: Link | None = None

    def look_up(self) -> str:
        """Find the feed of assets."""
        endpoint = self._client.service.collection("asset").endpoint
        self._url = joined(self._client.settings.start, endpoint.href)
        self._monitor = self._client.asset_feed().link("monitor")
        return self._url

    def monitor(self) -> str:
        """The broker, as the feed tells it.

        Raises:
            Unavailable: the feed tells of none.
        """
        if self._monitor is None:
            raise flowhost.Unavailable(
                f"the feed of assets at {self._url} has no monitor link for user "
                f"{self._client.settings.user!r}: that user needs the permission Asset/Admin in Viz One; without it, "
                "'notifications = no' finds changes by sweeps alone"
            )
        return self._client.broker_url(self._monitor)

    def read(self, message: flowhost.Message) -> Iterator[State]:
        """The assets a message tells of."""
        for found in read_message(message, self._client, ItemCollection, self._url):
            if found.entry is not None:
                yield asset_state(found.entry, found.body)
            elif found.gone is not None:
                yield deleted_asset_state(found.gone)

    def sweep(self) -> Iterator[State]:
        """The assets, those changed last first if the server can sort them; and deletions its first page tells of."""
        pages = every_page(self._client, self._search(), ItemCollection)
        try:
            first = next(pages)
        except HTTPClientError as error:
            if not self._sort:
                raise
            pages = every_page(self._client, self._url, ItemCollection)
            first = next(pages)  # fails, too, unless the order is what was refused
            log.warning(
                "the server does not sort assets by %r, each sweep reads them all: %s", self._sort, error
            )
            self._sort = ""
        yield from map(deleted_asset_state, first.deleted)
        yield from map(asset_state, first.entries)
        for page in pages:
            yield from map(asset_state, page.entries)

    def _search(self) -> str:
        if not self._sort or self._client.service.collection("asset").link("search") is None:
            return self._url
        return self._client.search_url(sort=self._sort, count=PAGE)
