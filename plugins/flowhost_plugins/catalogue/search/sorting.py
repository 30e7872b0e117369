"""Orders of a result, and cursors that go on in them.

A cursor holds the keys of the last item seen. What follows is what is greater, so that items that come, go or
change meanwhile neither shift nor repeat the others.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

import flowhost
from flowhost.query import BEYOND, Sort
from flowhost_plugins.catalogue.database.ids import cursor_number
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.schema_search import BYTEWISE, search_values
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.index.fields import Names

_OWN = {
    "itemId": items.c.number,
    "created": items.c.created,
    "updated": items.c.updated,
    "mediaType": items.c.media_type,
}


@dataclass(frozen=True, slots=True)
class Key:
    """What a search sorts by.

    Args:
        expression: its value for an item; never NULL.
        descending: which way.
        field: the number of the metadata field, when it is one and only one.
        missing: what the value is for an item that has none; it comes last.
    """

    expression: ColumnElement[Any]
    descending: bool
    field: int | None = None
    missing: str | None = None

    @property
    def ordered(self) -> ColumnElement[Any]:
        """For ORDER BY."""
        return self.expression.desc() if self.descending else self.expression.asc()

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """The condition that an item comes after those with this value."""
        found: ColumnElement[bool] = self.expression < value if self.descending else self.expression > value
        return found

    def not_before(self, value: Any) -> ColumnElement[bool]:
        """The condition that it does not come before them."""
        found: ColumnElement[bool] = self.expression <= value if self.descending else self.expression >= value
        return found


def keys_of(names: Names, sort: Sequence[Sort]) -> list[Key]:
    """What to sort by; the number of the item comes last, so that no two items are equal."""
    keys = [_key(names, one) for one in sort]
    return [*keys, Key(items.c.number, bool(keys) and keys[0].descending)]


def _key(names: Names, sort: Sort) -> Key:
    descending = sort.order == "descending"
    if (own := _OWN.get(sort.field)) is not None:
        return Key(own, descending)
    fields = names.numbers(sort.field)
    missing = "" if descending else BEYOND
    first = (
        select(search_values.c.key)
        .where(search_values.c.item == items.c.number, (search_values.c.field + 0).in_(fields))
        .order_by(search_values.c.position)
        .limit(1)
        .scalar_subquery()
    )
    expression = func.coalesce(first, literal(missing), type_=BYTEWISE)
    return Key(expression, descending, fields[0] if len(fields) == 1 else None, missing)


def after(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """The condition that an item comes after the one with these values."""
    last = len(keys) - 1
    condition = keys[last].beyond(values[last])
    for key, value in zip(reversed(keys[:last]), reversed(values[:last]), strict=True):
        condition = or_(key.beyond(value), and_(key.expression == value, condition))
    return and_(keys[0].not_before(values[0]), condition)


def cursor_of(sort: Sequence[Sort], values: Sequence[Any]) -> str:
    """The cursor behind the item with these values; that of the plain order is its number, as elsewhere."""
    if not sort:
        return str(values[-1])
    packed = json.dumps([_name(sort), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode()


def values_of(sort: Sequence[Sort], cursor: str | None) -> list[Any] | None:
    """The values in a cursor; None without one.

    Raises:
        Permanent: it is none of ours, or one of another order.
    """
    if cursor is None:
        return None
    if not sort:
        return [cursor_number(cursor)]
    values: list[Any]
    try:
        name, *values = json.loads(base64.b64decode(cursor, b"-_", validate=True))
    except (ValueError, TypeError):
        name, values = None, []
    kinds = [int if one.field in _OWN and one.field != "mediaType" else str for one in sort] + [int]
    fit = [type(value) for value in values] == kinds and all(_fits(value) for value in values)
    if name != _name(sort) or not fit:
        shown = f"{cursor!r:.60}"
        raise flowhost.Permanent(f"the cursor is {shown}, expected one that a page of this search had")
    return values


def _fits(value: int | str) -> bool:
    """Whether a database takes it."""
    return is_storable(value) if isinstance(value, str) else abs(value) < 1 << 63


def _name(sort: Sequence[Sort]) -> str:
    return ",".join(f"{'-' if one.order == 'descending' else ''}{one.field}" for one in sort)
