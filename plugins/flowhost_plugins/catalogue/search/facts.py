"""What is known of one item, read when a condition asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, select

from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.locating import item_number
from flowhost_plugins.catalogue.database.schema import (
    documents,
    files,
    items,
    members,
    shape_tags,
    shapes,
    storages,
)
from flowhost_plugins.catalogue.database.transactions import moment
from flowhost_plugins.catalogue.index.fields import means
from flowhost_plugins.catalogue.metadata import external
from flowhost_plugins.catalogue.metadata.tree import flat, loaded
from flowhost_plugins.catalogue.search.conditions import PRESENT


def facts_of(connection: Connection, site: Site, item_id: str) -> ItemFacts:
    """The facts of an item.

    Raises:
        NotFound: there is none with this id.
    """
    number = item_number(connection, site, item_id)
    wanted = select(items, documents.c.tree).join_from(items, documents).where(items.c.number == number)
    return ItemFacts(connection, site, connection.execute(wanted).one())


class ItemFacts:
    """See `evaluation.Facts`.

    Args:
        connection: where; the facts are read while its transaction goes on.
        site: makes ids.
        row: the item and its document.
    """

    def __init__(self, connection: Connection, site: Site, row: Row[Any]) -> None:
        self._connection = connection
        self._site = site
        self._row = row
        self.trashed: bool = row.trashed is not None
        self._system: dict[str, Callable[[], tuple[str, ...]]] = {
            "itemId": lambda: (site.id(row.number),),
            "mediaType": lambda: (row.media_type,) if row.media_type else (),
            "created": lambda: (moment(row.created).isoformat(),),
            "updated": lambda: (moment(row.updated).isoformat(),),
            "externalId": lambda: self._external_ids,
            "shapeTag": self._shape_tags,
            "storage": self._storages,
            "collection": lambda: self.collections(deep=False),
        }

    def values(self, name: str) -> tuple[str, ...]:
        """See `evaluation.Facts`."""
        if read := self._system.get(name):
            return read()
        return tuple(value for path, held in self._fields.items() if means(name, path) for value in held)

    def texts(self) -> tuple[str, ...]:
        """See `evaluation.Facts`."""
        return (*(value for held in self._fields.values() for value in held), *self._external_ids)

    def collections(self, *, deep: bool) -> tuple[str, ...]:
        """See `evaluation.Facts`."""
        found = self._above(members.c.item == self._row.number)
        waiting = list(found) if deep else []
        while waiting:
            new = [one for one in self._above(members.c.child == waiting.pop()) if one not in found]
            found.extend(new)
            waiting.extend(new)
        return tuple(self._site.id(number) for number in found)

    @cached_property
    def _fields(self) -> dict[str, tuple[str, ...]]:
        return flat(loaded(self._row.tree))

    @cached_property
    def _external_ids(self) -> tuple[str, ...]:
        return external.read(self._connection, self._row.number)

    def _shape_tags(self) -> tuple[str, ...]:
        wanted = select(shape_tags.c.tag).distinct().join_from(shape_tags, shapes)
        return tuple(
            self._connection.execute(
                wanted.where(shapes.c.item == self._row.number).order_by(shape_tags.c.tag)
            ).scalars()
        )

    def _storages(self) -> tuple[str, ...]:
        """The names of the storages with its files, then their ids."""
        wanted = (
            select(storages.c.number, storages.c.name)
            .distinct()
            .join_from(files, storages, files.c.storage == storages.c.number)
            .where(files.c.item == self._row.number, files.c.state.in_(PRESENT))
            .order_by(storages.c.number)
        )
        found = self._connection.execute(wanted).all()
        return (*(row.name for row in found), *(self._site.id(row.number) for row in found))

    def _above(self, which: Any) -> list[int]:
        wanted = select(members.c.collection).where(which).order_by(members.c.number)
        return list(self._connection.execute(wanted).scalars())
