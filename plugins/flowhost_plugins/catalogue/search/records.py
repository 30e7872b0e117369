"""What searching returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import flowhost
from flowhost.query import Sort


@dataclass(frozen=True, slots=True)
class SearchPage(flowhost.Page):
    """Some of the items that were found.

    Args:
        items: these items.
        cursor: what to ask with for those after them; None when there are no more.
        hits: how many there are in all; None when nobody asked.
    """

    hits: int | None = None


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search with a name.

    Args:
        id: its id.
        name: its name, unique.
        query: what is searched, in the query language.
        sort: in which order.
        created: when it was made.
        updated: when it last changed.
    """

    id: str
    name: str
    query: str
    sort: tuple[Sort, ...]
    created: datetime
    updated: datetime
