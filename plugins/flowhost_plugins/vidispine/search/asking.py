"""Searches as requests: the whole ItemSearchDocument, page by page in the order of the items' making.

A page goes on behind the last item of the one before: with those made later, and with those made in the same moment that
were not seen yet. So items that are made, changed or deleted meanwhile do not make others appear twice or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import flowhost
from flowhost_plugins.vidispine.documents import Item, ItemList, Metadata
from flowhost_plugins.vidispine.metadata.reading import first, tree_of
from flowhost_plugins.vidispine.search import criteria
from flowhost_plugins.vidispine.search.criteria import Criterion

MOST = 1000
"""Items that Vidispine gives at once."""

OLDEST_FIRST = [{"field": "created", "order": "ascending"}, {"field": "itemId", "order": "ascending"}]

Ask = Callable[[dict[str, Any], int, int], ItemList]
"""Asks for the page of a search from an item on (1 is the first), with at most so many."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search goes on.

    Args:
        created: when the last item that was seen was made, as Vidispine wrote it; empty: at the beginning.
        seen: the ids of all items made in that moment that were seen.
    """

    created: str = ""
    seen: frozenset[str] = frozenset()

    def behind(self, item: Item) -> Place:
        """The place behind one item more."""
        created = created_of(item)
        if created == self.created:
            return Place(created, self.seen | {item.id})
        return Place(created, frozenset({item.id}))

    @property
    def cursor(self) -> str:
        """As a text."""
        return json.dumps([self.created, *sorted(self.seen)], separators=(",", ":"))


def place_of(cursor: str | None) -> Place:
    """The place that a cursor means.

    Raises:
        Permanent: it is none of ours.
    """
    if cursor is None:
        return Place()
    try:
        parts = json.loads(cursor)
    except ValueError:
        parts = None
    if not isinstance(parts, list) or not parts or not all(isinstance(one, str) for one in parts):
        raise flowhost.Permanent(f"the cursor is {cursor!r:.60}, expected one that a page came with")
    return Place(parts[0], frozenset(parts[1:]))


def created_of(item: Item) -> str:
    """When an item was made, as Vidispine wrote it."""
    return first(tree_of(item.metadata or Metadata()), "created")


def walked(ask: Ask, criterion: Criterion, place: Place, number: int) -> Iterator[tuple[Item, Place, bool]]:
    """The items behind a place, each with the place behind it, and whether more were found.

    Args:
        ask: asks for a page.
        criterion: which items.
        place: where to begin.
        number: how many are wanted; they are asked for at once, as far as Vidispine gives so many.
    """
    start = 1
    while True:
        asked = min(MOST, number + len(place.seen) if start == 1 else number)
        page = ask(_document(criterion, place), start, asked)
        begin = place
        new = [one for one in page.item if one.id not in begin.seen]
        more_behind = page.hits is None or start - 1 + len(page.item) < page.hits
        for count, one in enumerate(new, 1):
            place = place.behind(one)
            yield one, place, count < len(new) or more_behind
        if not page.item or not more_behind:
            return
        # all of one moment: what is asked for stays the same, so go on in it
        start = start + len(page.item) if place.created == begin.created else 1


def _document(criterion: Criterion, place: Place) -> dict[str, Any]:
    since: Criterion = criteria.ALWAYS
    if place.created:
        ends = [{"value": place.created}, {"value": "", "maximum": True}]
        since = {"field": [{"name": "created", "range": [{"value": ends}]}]}
    return {**criteria.document(criteria.all_of(criterion, since)), "sort": OLDEST_FIRST}


def checked_number(number: int) -> int:
    """How many are asked for.

    Raises:
        Permanent: none or less.
    """
    if number < 1:
        raise flowhost.Permanent(f"{number} items are asked for, expected 1 or more")
    return number


def in_one_request(number: int, place: Place) -> int:
    """How many fit into one answer together with those that were seen already, when these are few.

    Many were seen only where very many items were made in one moment; then there are more requests.
    """
    room = MOST - len(place.seen)
    return min(number, room) if room > MOST // 2 else number
