"""What a query asks of one item, as an SQL condition on its row in the table of items.

Each condition looks at one item's own rows, by their key: it costs the same however many items there are. Which items
are looked at is chosen in `candidates`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any as Anything

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy import (
    Text as TextType,
)

from flowhost.query import (
    MOMENT,
    MOMENTS,
    SYSTEM_FIELDS,
    TEXT,
    All,
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Interval,
    Leaf,
    Not,
    Query,
    Range,
    Text,
    day_or_moment,
    interval,
    key,
    moment_in,
    sought,
)
from flowhost_plugins.catalogue.collections.memberships import below
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.schema import (
    external_ids,
    files,
    items,
    members,
    shape_tags,
    shapes,
    storages,
)
from flowhost_plugins.catalogue.database.schema_search import search_values
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.index.fields import Names

PRESENT = ("OPEN", "CLOSED")
"""A file in one of these states lies in its storage."""


class Conditions:
    """Makes conditions.

    Args:
        connection: where; the conditions are for one search in one transaction.
        site: reads ids.
    """

    def __init__(self, connection: Connection, site: Site) -> None:
        self._connection = connection
        self._site = site
        self.names = Names(connection)

    def of(self, query: Query) -> ColumnElement[bool]:
        """The condition that `query` holds for the item."""
        match query:
            case All(parts):
                return and_(*(self.of(part) for part in parts))
            case Any(parts):
                return or_(*(self.of(part) for part in parts))
            case Not(inner):
                return not_(self.of(inner))
            case Everything():
                return true()
            case _:
                return self._leaf(query)

    def _leaf(self, query: Leaf) -> ColumnElement[bool]:
        system = self.rows(query)
        if isinstance(system, Select):
            return exists(system.where(_item_of(system) == items.c.number))
        if system is not None:
            return system
        # + 0 hides the field from the planners: they must take the item's few rows, not the field's many
        return exists().where(search_values.c.item == items.c.number, *self.value(query, hidden=True))

    def value(self, query: Leaf, *, hidden: bool = False) -> list[ColumnElement[bool]]:
        """What a condition on metadata asks of a row in the table of values."""
        if isinstance(query, Text):
            words = sought(query.value, prefix=query.prefix)
            if not words and query.prefix:
                return []
            return [_contains(words) if words else search_values.c.key == key(query.value)]
        assert isinstance(query, Field | Exact | Range | Exists), "all others are no metadata"
        numbers = self.names.numbers(query.name)
        field = search_values.c.field + 0 if hidden else search_values.c.field
        return [field.in_(numbers) if numbers else false(), *_value(query)]

    def rows(self, query: Leaf) -> Select[Anything] | ColumnElement[bool] | None:
        """What a condition on what is no metadata asks: of rows elsewhere, or of the item's own; None: metadata."""
        if isinstance(query, InCollection):
            return select(members.c.item).where(members.c.collection.in_(self._collections(query)))
        if isinstance(query, Text | Everything) or query.name not in SYSTEM_FIELDS:
            return None
        if query.name in MOMENTS:
            return _moment(query)
        return self._system(query)

    def _system(self, query: Field | Exact | Range | Exists) -> Select[Anything] | ColumnElement[bool]:
        assert not isinstance(query, Range), "a range of these cannot be made"
        wanted = _Wanted(query)
        match query.name:
            case "itemId":
                return self._item_id(wanted)
            case "mediaType":
                return and_(items.c.media_type != "", wanted.on(items.c.media_type))
            case "externalId":
                return select(external_ids.c.item).where(wanted.on(external_ids.c.external_id))
            case "shapeTag":
                tagged = select(shapes.c.item).join_from(shapes, shape_tags)
                return tagged.where(wanted.on(shape_tags.c.tag))
            case "storage":
                stored = select(files.c.item).join_from(files, storages, files.c.storage == storages.c.number)
                number = self._site.number(wanted.value)
                named = or_(wanted.on(storages.c.name), storages.c.number == number if number else false())
                return stored.where(files.c.item.is_not(None), files.c.state.in_(PRESENT), named)
            case _:  # collection
                return select(members.c.item).where(members.c.item.is_not(None))

    def _item_id(self, wanted: _Wanted) -> ColumnElement[bool]:
        if wanted.value is None:
            return true()
        if wanted.prefix:
            return wanted.on(self._site.id(0)[:-1] + cast(items.c.number, TextType))
        return items.c.number == (self._site.number(wanted.value) or 0)

    def _collections(self, query: InCollection) -> Sequence[int]:
        number = self._site.number(query.collection)
        if number is None:
            return []
        return sorted(below(self._connection, number)) if query.deep else [number]


class _Wanted:
    """A text that is compared as it is, by itself or as a beginning; None: any."""

    def __init__(self, query: Field | Exact | Exists) -> None:
        self.value = None if isinstance(query, Exists) else query.value
        self.prefix = isinstance(query, Field) and query.prefix

    def on(self, text: ColumnElement[str]) -> ColumnElement[bool]:
        """The condition on a column."""
        if self.value is None:
            return true()
        if not is_storable(self.value):
            return false()
        return func.substr(text, 1, len(self.value)) == self.value if self.prefix else text == self.value


def _item_of(wanted: Select[Anything]) -> ColumnElement[int]:
    (column,) = wanted.selected_columns
    return column


def _value(query: Field | Exact | Range | Exists) -> list[ColumnElement[bool]]:
    if isinstance(query, Exists):
        return []
    if isinstance(query, Range):
        return _within(search_values.c.key, interval(query))
    if isinstance(query, Field):
        if words := sought(query.value, prefix=query.prefix):
            return [_contains(words)]
        if query.prefix:
            return []
    return [search_values.c.key == key(query.value)]


def _contains(words: str) -> ColumnElement[bool]:
    return search_values.c.words.contains(words)  # words have no sign that means something in a pattern


def _within(column: ColumnElement[Anything], wanted: Interval) -> list[ColumnElement[bool]]:
    return [
        column > wanted.low if wanted.above else column >= wanted.low,
        column < wanted.high if wanted.below else column <= wanted.high,
    ]


def _moment(query: Field | Exact | Range | Exists) -> ColumnElement[bool]:
    if isinstance(query, Exists):
        return true()
    wanted = interval(query if isinstance(query, Range) else day_or_moment(query))
    column, found = items.c[query.name], []
    if wanted.low != MOMENT:
        low = moment_in(wanted.low)
        found.append(column > low if wanted.above else column >= low)
    if wanted.high != TEXT:
        high = moment_in(wanted.high)
        found.append(column < high if wanted.below else column <= high)
    return and_(*found)
