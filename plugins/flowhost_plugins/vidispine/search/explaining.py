"""What becomes of a query for one item, condition by condition: Vidispine says what holds, the item what was seen."""

from __future__ import annotations

from collections.abc import Callable

import flowhost
from flowhost.query import (
    All,
    Any,
    Everything,
    InCollection,
    Leaf,
    Not,
    Query,
    Text,
    query_text,
)
from flowhost_plugins.vidispine.documents import Item, Metadata
from flowhost_plugins.vidispine.items.reading import item_of
from flowhost_plugins.vidispine.metadata.reading import tree_of
from flowhost_plugins.vidispine.metadata.tree import flat
from flowhost_plugins.vidispine.search.comparing import containing, values_of
from flowhost_plugins.vidispine.search.translating import NAMES, WITHIN

Holds = Callable[[Leaf], bool]
"""Whether Vidispine finds the item with this condition."""


class Facts:
    """What is seen of an item.

    Args:
        document: the item, with all of its metadata and its external ids.
    """

    def __init__(self, document: Item) -> None:
        self._item = item_of(document)
        self._external_ids = tuple(document.external_ids)
        self._fields = flat(tree_of(document.metadata or Metadata()))

    def of(self, query: Leaf) -> tuple[str, ...]:
        """The values that a condition is about."""
        match query:
            case Everything():
                return ()
            case Text():
                held = {**self._item.fields, "externalId": self._external_ids}
                return containing(query, held)
            case InCollection(_, deep):
                return self._fields.get(WITHIN if deep else NAMES["collection"], ())
            case _ if query.name == "externalId":
                return self._external_ids
            case _ if query.name == "mediaType":
                return (self._item.media_type,) if self._item.media_type else ()
            case _ if query.name == "shapeTag" and not self._item.media_type:
                return ()  # what it has is the tag of a shape without media
            case _ if query.name in NAMES:
                return self._fields.get(NAMES[query.name], ())
            case _:
                return values_of(self._fields, query.name)


def explained(query: Query, facts: Facts, holds: Holds) -> flowhost.Finding:
    """What becomes of a query.

    Args:
        query: the query.
        facts: of the item.
        holds: asks Vidispine.
    """
    match query:
        case All(parts) | Any(parts):
            found = tuple(explained(part, facts, holds) for part in parts)
            held = (all if isinstance(query, All) else any)(one.held for one in found)
            return flowhost.Finding(query_text(query), held, parts=found)
        case Not(inner):
            one = explained(inner, facts, holds)
            return flowhost.Finding(query_text(query), not one.held, parts=(one,))
        case _:
            return flowhost.Finding(query_text(query), holds(query), facts.of(query))
