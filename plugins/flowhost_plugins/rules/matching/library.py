"""The asset system, as matching asks it: what a `MediaLibrary` can besides is there, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

import flowhost
from flowhost_plugins.rules.rule import InCollection, SavedSearch, Schedule

PAGE = 1000
"""Ids asked for at once."""


class Library:
    """An asset system that may be a media library.

    Args:
        assets: the asset system.
    """

    def __init__(self, assets: flowhost.AssetSystem) -> None:
        self.assets = assets
        # a role is inherited from by name, so its class is among those of its implementation
        is_library = flowhost.MediaLibrary in type(assets).__mro__
        self._media = cast("flowhost.MediaLibrary", assets) if is_library else None

    @property
    def media(self) -> flowhost.MediaLibrary:
        """It as a media library.

        Raises:
            Permanent: it is none.
        """
        if self._media is None:
            name = getattr(type(self.assets), "name", type(self.assets).__name__)
            raise flowhost.Permanent(f"the asset system {name!r} neither searches nor manages media")
        return self._media

    def item(self, item_id: str) -> flowhost.Item:
        """The item.

        Raises:
            Permanent: there is none.
        """
        item = self.assets.item(item_id)
        if item is None:
            raise flowhost.Permanent(f"there is no item {item_id}")
        return item

    def variables(self, item_id: str) -> Mapping[str, str]:
        """What the library tells of an item besides its fields; nothing when it is no media library."""
        return {} if self._media is None else self._media.variables(item_id)

    def query(self, trigger: SavedSearch | Schedule) -> str:
        """The query of a trigger that searches; empty when a schedule is about no item.

        Raises:
            Permanent: there is no saved search of this name.
        """
        if isinstance(trigger, Schedule):
            return self.media.saved_query(trigger.search) if trigger.search else trigger.query
        return trigger.search if trigger.is_query else self.media.saved_query(trigger.search)

    def ids(self, trigger: SavedSearch | InCollection) -> Iterator[tuple[str, ...]]:
        """The ids of the items a trigger holds for, in pages."""
        media = self.media
        if isinstance(trigger, InCollection):
            yield from _pages(
                lambda cursor: media.collection_ids(trigger.collection, cursor=cursor, number=PAGE)
            )
        else:
            yield from self.found(self.query(trigger))

    def found(self, query: str) -> Iterator[tuple[str, ...]]:
        """The ids of the items a query finds, in pages; an empty query finds all."""
        media = self.media
        yield from _pages(lambda cursor: media.search_ids(query, cursor=cursor, number=PAGE))

    def withdraw(self, origin: str, item_id: str | None = None) -> int:
        """Remove the access entries of an origin, of one item or of all; return how many there were."""
        if self._media is None:
            return 0
        try:
            return self._media.withdraw_access(origin, item_id)
        except flowhost.Permanent:
            if item_id is None or self.assets.item(item_id) is not None:
                raise
            return 0  # they went with the item

    def granted(self, origin: str) -> list[str]:
        """The ids of the items that have access entries of an origin."""
        return [] if self._media is None else self._media.items_with_access_from(origin)


def _pages(ask: Callable[[str | None], flowhost.Ids]) -> Iterator[tuple[str, ...]]:
    cursor: str | None = None
    while True:
        page = ask(cursor)
        if page.ids:
            yield page.ids
        cursor = page.cursor
        if cursor is None:
            return
