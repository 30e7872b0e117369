"""Asking for shapes and collections that were made, while a site does not tell.

Whether a site lets these fields be searched for is its own business; one that refuses is asked for the rest all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from flowhost_plugins.vidispine.client.errors import Conflicting, Refused
from flowhost_plugins.vidispine.documents import CollectionList, found_time, write_time
from flowhost_plugins.vidispine.notifications.in_order import NUMBER, items_since, since_then
from flowhost_plugins.vidispine.notifications.kinds import BY_KEY, Kind
from flowhost_plugins.vidispine.notifications.telling import Told

if TYPE_CHECKING:
    from flowhost_plugins.vidispine.client import Client

SHAPE_ADDED = "__shape_last_added"
CREATED = "created"

Found: TypeAlias = Iterator[tuple[Kind, Told, datetime]]

log = logging.getLogger(__name__)


class AskingMore:
    """Asks for what was made.

    Args:
        client: asks the site.
        keys: of the kinds that are wanted.
    """

    def __init__(self, client: Client, keys: Iterable[str]) -> None:
        wanted = set(keys)
        self._client = client
        self._questions = {key: ask for key, ask in QUESTIONS.items() if key in wanted}

    def happened(self, since: datetime) -> Found:
        """What was made since then: kind, what would have been told, and when.

        Raises:
            Unavailable: the site does not say.
        """
        for key, ask in list(self._questions.items()):
            try:
                yield from ask(self._client, since)
            except (Refused, Conflicting) as error:
                log.warning("it cannot be asked what of the kind %s there is, only told: %s", key, error)
                del self._questions[key]


def _shapes(client: Client, since: datetime) -> Found:
    for item in items_since(client, SHAPE_ADDED, since, "metadata,shape", SHAPE_ADDED):
        for shape in item.shape:
            when = found_time(shape.created)
            if when is not None and when >= since and (shape.components or shape.tag):
                told = {"itemId": (item.id,), "shapeId": (shape.id,), "notificationTrigger": ("CREATE",)}
                yield BY_KEY["shape-create"], told, when


def _collections(client: Client, since: datetime) -> Found:
    found = client.pages(
        "collection",
        document=since_then(CREATED, write_time(since)),
        query={"content": "metadata", "field": CREATED},
        into=CollectionList,
        each=lambda page: page.collection,
        number=NUMBER,
    )
    for one in found:
        when = found_time(next(iter(one.metadata.values(CREATED)), None)) if one.metadata else None
        if when is not None and when >= since:
            yield BY_KEY["collection-create"], {"collectionId": (one.id,), "action": ("CREATE",)}, when


QUESTIONS: dict[str, Callable[[Client, datetime], Found]] = {
    "shape-create": _shapes,
    "collection-create": _collections,
}
"""Key of a kind → how to ask for it."""
