"""Items in the order of a moment that a site stamps on them, such as that of their last change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowhost_plugins.vidispine.documents import Item, ItemList, found_time, write_time

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client, Parameters

NUMBER = 100
"""Asked for at once."""


def items_since(client: Client, field: str, since: datetime, content: str, *fields: str) -> Iterator[Item]:
    """Items by the value of a date field, those whose value changes meanwhile again at the end.

    Each page begins at the value of the last item of the one before, not at a number: an item that changes meanwhile
    leaves its place, and whoever counts would pass over one that moves up.

    Args:
        client: asks the site.
        field: the field.
        since: what is older is left out.
        content: what is told of each item; the metadata must be in it.
        fields: only these of its metadata; none: all.

    Raises:
        Refused, Unavailable: the site does not say.
    """
    begin, first = write_time(since), 1
    told: Parameters = {"content": content, **({"field": ",".join(fields)} if fields else {})}
    last_page: set[tuple[str, str]] = set()
    while True:
        query: Parameters = {**told, "first": first, "number": NUMBER}
        search = since_then(field, begin) | {"intervals": "all"}
        found = client.put("item", document=search, into=ItemList, query=query).item
        page = {(item.id, moment(item, field)) for item in found}
        yield from (item for item in found if (item.id, moment(item, field)) not in last_page)
        if len(found) < NUMBER:
            return
        last, last_page = moment(found[-1], field), page
        # all of one moment, or a site that does not tell it: what is asked for stays the same, so go on in it
        begin, first = (last, 1) if last > begin else (begin, first + len(found))


def since_then(field: str, begin: str) -> dict[str, Any]:
    """A search for what has a value of a date field since a moment, in its order."""
    between = [{"value": begin}, {"value": "*", "maximum": True}]
    return {
        "field": [{"name": field, "range": [{"value": between}]}],
        "sort": [{"field": field, "order": "ascending"}],
    }


def moment(item: Item, field: str) -> str:
    """The value of a date field, in a form whose order is that of time; empty: the site does not say."""
    when = found_time(next(iter(item.metadata.values(field)), None)) if item.metadata else None
    return write_time(when) if when else ""
