"""Collections by their names, which are not unique in Vidispine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flowhost.query import words
from flowhost_plugins.vidispine.client import Client
from flowhost_plugins.vidispine.documents import (
    Collection,
    CollectionList,
    Metadata,
    found_time,
    id_number,
    is_id,
)
from flowhost_plugins.vidispine.metadata.reading import first, tree_of
from flowhost_plugins.vidispine.search.criteria import DELETED_FIELD, document, has_value
from flowhost_plugins.vidispine.search.signs import literal

CRITERIA = "criteria_document"
"""The field that makes a collection a saved search of Portal: what is searched, as JSON."""

FIELDS = ("title", "created", CRITERIA, DELETED_FIELD)

AT_ONCE = 1000
"""Collections that Vidispine gives at once."""


@dataclass(frozen=True, slots=True)
class Named:
    """A collection.

    Args:
        id: its id.
        name: its name.
        criteria: of a saved search: what is searched; empty: it is a collection like others.
        created: when it was made; None: Vidispine did not tell.
        deleted: whether it is in Portal's recycle bin.
    """

    id: str
    name: str
    criteria: str = ""
    created: datetime | None = None
    deleted: bool = False

    @property
    def age(self) -> tuple[datetime, int]:
        """What sorts the oldest first."""
        number = id_number(self.id) if is_id(self.id) else 0
        return self.created or datetime.max.replace(tzinfo=UTC), number


def collections_named(client: Client, name: str) -> list[Named]:
    """Those of exactly this name, the oldest first; not those in the recycle bin.

    Vidispine finds names by their words, so what it finds is compared here; one without words is looked for among all.
    What is made meanwhile may push others onto the next page, so one may come twice.
    """
    wanted = document(has_value("title", literal(name))) if words(name) else {}
    found = client.pages(
        "collection",
        document=wanted,
        query={"content": "metadata", "field": ",".join(FIELDS)},
        into=CollectionList,
        each=lambda page: page.collection,
        number=AT_ONCE,
    )
    named = {one.id: one for one in map(_named, found) if one.name == name and not one.deleted}
    return sorted(named.values(), key=lambda one: one.age)


def collection_with(client: Client, collection_id: str) -> Named | None:
    """The collection with this id; None when there is none. Its members, perhaps many, are not read."""
    query = {"field": ",".join(FIELDS)}
    metadata = client.found("collection", collection_id, "metadata", query=query, into=Metadata)
    if metadata is None:
        return None
    found = _named(Collection(id=collection_id, metadata=metadata))
    return None if found.deleted else found


def _named(one: Collection) -> Named:
    tree = tree_of(one.metadata or Metadata())
    return Named(
        one.id,
        one.name or first(tree, "title"),
        first(tree, CRITERIA),
        found_time(first(tree, "created")),
        bool(first(tree, DELETED_FIELD)),
    )
