"""Asking for shapes and collections that were made, while a site does not tell.

Whether a site lets these fields be searched for is its own business; one that does not is asked for the rest all the same.
It says so with 400; any other refusal, such as that of a proxy, may pass, so the question is asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
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

CANNOT = 400
"""The status with which a site says that it has no such search."""

Found: TypeAlias = Iterator[tuple[Kind, Told, datetime]]

log = logging.getLogger(__name__)


class AskingMore:
    """Asks for what was made.

    Args:
        client: asks the site.
        keys: of the kinds that are wanted.

    Attributes:
        skipped: keys of the kinds whose last question was refused, and is to be asked again with the same moment.
        given_up: keys of those that the site cannot be asked for.
    """

    def __init__(self, client: Client, keys: Iterable[str]) -> None:
        wanted = set(keys)
        self._client = client
        self._questions = {key: ask for key, ask in QUESTIONS.items() if key in wanted}
        self.skipped: set[str] = set()
        self.given_up: set[str] = set()

    @property
    def keys(self) -> list[str]:
        """Of the kinds that can be asked for."""
        return [key for key in self._questions if key not in self.given_up]

    def happened(self, since: Mapping[str, datetime]) -> Found:
        """What was made: kind, what would have been told, and when.

        Args:
            since: key of each kind that is asked for → what is older is left out.

        Raises:
            Unavailable: the site does not say.
        """
        for key in self.keys:
            if key not in since:
                continue
            try:
                yield from self._questions[key](self._client, since[key])
            except (Refused, Conflicting) as error:
                self._refused(key, since[key], error)
            else:
                self._answered(key)

    def in_words(self) -> str:
        """What asking finds and what not, for the log."""
        found = [what for key, what in MADE.items() if key not in self.given_up]
        lost = [f"new {what}" for key, what in MADE.items() if key in self.given_up]
        begin = f"which finds new {' and '.join(found)}, but no" if found else "which finds no"
        missing = " or ".join([*lost, "deletions"])
        return f"{begin} {missing}, nor changes of collections, access, shapes, storages and files"

    def _refused(self, key: str, since: datetime, error: Refused | Conflicting) -> None:
        if error.status == CANNOT:
            self.given_up.add(key)
            self.skipped.discard(key)
            log.warning(
                "%s cannot be searched for new %s, so they are not found any more, only told: %s",
                self._client.settings.base,
                MADE[key],
                error,
            )
        elif key not in self.skipped:
            self.skipped.add(key)
            log.warning(
                "new %s cannot be asked for now; each question from now on begins at %s, until one is answered: %s",
                MADE[key],
                write_time(since),
                error,
            )

    def _answered(self, key: str) -> None:
        if key in self.skipped:
            self.skipped.discard(key)
            log.info("new %s can be asked for again", MADE[key])


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

MADE = {"shape-create": "shapes", "collection-create": "collections"}
"""Key of a kind → what people call it."""
