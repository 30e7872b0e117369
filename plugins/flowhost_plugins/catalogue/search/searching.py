"""Searching: from a query to a page of items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any as Anything

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, select

import flowhost
from flowhost.query import Query, Sort, checked
from flowhost_plugins.catalogue.database.ids import checked_number
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.schema_search import search_values
from flowhost_plugins.catalogue.database.transactions import Transactions
from flowhost_plugins.catalogue.index import fields
from flowhost_plugins.catalogue.items.items import Items
from flowhost_plugins.catalogue.records import NotFound
from flowhost_plugins.catalogue.search.candidates import candidates
from flowhost_plugins.catalogue.search.conditions import Conditions
from flowhost_plugins.catalogue.search.evaluation import Explanation, explain
from flowhost_plugins.catalogue.search.facts import facts_of
from flowhost_plugins.catalogue.search.records import SearchPage
from flowhost_plugins.catalogue.search.sorting import Key, after, cursor_of, keys_of, values_of

Rows = Sequence[Row[Anything]]


class Searching:
    """Finds items. See `search.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._items = Items(transactions)

    def page(
        self,
        query: Query,
        sort: Sequence[Sort],
        cursor: str | None,
        number: int,
        *,
        hits: bool = False,
        trashed: bool = False,
    ) -> SearchPage:
        """Some of the items for which `query` holds."""
        number, seen = checked_number(number), values_of(sort, cursor)
        checked(query)

        def work(connection: Connection) -> SearchPage:
            search = _Search(connection, Conditions(connection, self._site), query, trashed=trashed)
            rows = search.rows(sort, seen, number + 1)
            shown = rows[:number]
            found = self._items.those(connection, [int(row[0]) for row in shown])
            more = cursor_of(sort, shown[-1][1:]) if len(rows) > number else None
            return SearchPage(tuple(found), more, search.count() if hits else None)

        return self._transactions.read(work)

    def ids(self, query: Query, cursor: str | None, number: int) -> flowhost.Ids:
        """The ids of some of the items for which `query` holds, in the order of their making."""
        number, seen = checked_number(number), values_of((), cursor)
        checked(query)

        def work(connection: Connection) -> Rows:
            search = _Search(connection, Conditions(connection, self._site), query, trashed=False)
            return search.rows((), seen, number + 1)

        rows = self._transactions.read(work)
        more = cursor_of((), rows[number - 1][1:]) if len(rows) > number else None
        return flowhost.Ids(tuple(self._site.id(row[0]) for row in rows[:number]), more)

    def count(self, query: Query, *, trashed: bool = False) -> int:
        """How many items `query` holds for."""
        checked(query)

        def work(connection: Connection) -> int:
            return _Search(connection, Conditions(connection, self._site), query, trashed=trashed).count()

        return self._transactions.read(work)

    def matches(self, query: Query, item_id: str) -> bool:
        """Whether a search with `query` finds the item."""
        checked(query)

        def work(connection: Connection) -> bool:
            try:
                facts = facts_of(connection, self._site, item_id)
            except NotFound:
                return False
            return not facts.trashed and explain(query, facts).held

        return self._transactions.read(work)

    def explain(self, query: Query, item_id: str) -> Explanation:
        """What became of each condition of `query` for one item."""
        checked(query)
        return self._transactions.read(
            lambda connection: explain(query, facts_of(connection, self._site, item_id))
        )

    def field_names(self) -> list[str]:
        """The paths of the fields there are."""
        return self._transactions.read(fields.paths)


class _Search:
    """One query in one transaction."""

    def __init__(
        self, connection: Connection, conditions: Conditions, query: Query, *, trashed: bool
    ) -> None:
        self._connection = connection
        self._names = conditions.names
        self._where: list[ColumnElement[bool]] = [conditions.of(query)]
        if not trashed:
            self._where.append(items.c.trashed.is_(None))
        listed = candidates(connection, conditions, query)
        self._walks = listed is None
        if listed is not None:
            self._where.append(items.c.number.in_(listed))

    def count(self) -> int:
        wanted = select(func.count()).select_from(items).where(*self._where)
        return int(self._connection.execute(wanted).scalar_one())

    def rows(self, sort: Sequence[Sort], seen: list[Anything] | None, limit: int) -> Rows:
        """Numbers of items, each with the keys it is sorted by."""
        keys = keys_of(self._names, sort)
        if self._walks and keys[0].field is not None:
            return self._walked(keys, seen, limit)
        return self._sorted(keys, seen, limit)

    def _sorted(self, keys: Sequence[Key], seen: list[Anything] | None, limit: int) -> Rows:
        return self._read(select(items.c.number), keys, seen, limit)

    def _walked(self, keys: list[Key], seen: list[Anything] | None, limit: int) -> Rows:
        """Walk the index of the first key; after it come the items that are not in it."""
        first, missing = keys[0], keys[0].missing
        found: Rows = []
        if seen is None or seen[0] != missing:
            walked = search_values.alias()
            by_index = Key(walked.c.key, first.descending)
            own = Key(walked.c.item, keys[-1].descending)
            joined = select(items.c.number).join_from(walked, items, items.c.number == walked.c.item)
            firsts = joined.where(walked.c.field == first.field, walked.c.first)
            found = self._read(firsts, [by_index, *keys[1:-1], own], seen, limit)
            if len(found) == limit:
                return found
            seen = None
        has = and_(search_values.c.item == items.c.number, search_values.c.field + 0 == first.field)
        without = select(items.c.number).where(~exists().where(has))
        return [*found, *self._read(without, keys, seen, limit - len(found))]

    def _read(
        self, wanted: Select[Anything], keys: Sequence[Key], seen: list[Anything] | None, limit: int
    ) -> Rows:
        if seen is not None:
            wanted = wanted.where(after(keys, seen))
        # labelled: a key may be the number, which is selected already
        columns = [key.expression.label(f"key_{place}") for place, key in enumerate(keys)]
        ordered = wanted.add_columns(*columns).where(*self._where).order_by(*(key.ordered for key in keys))
        return self._connection.execute(ordered.limit(limit)).all()
