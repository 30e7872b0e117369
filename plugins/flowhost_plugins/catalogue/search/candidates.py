"""Which items a search looks at: those of the most selective condition, when one is selective enough.

Every condition has an index that lists its items. Counting a list up to a limit is quick, however long it is, so the
shortest list is found by trying, on both engines, without statistics that may be old. Without a short list the items
are walked in the order of the result until a page is full: conditions that many items fulfil fill it soon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any as Anything

from sqlalchemy import Connection, Select, func, select, union_all

from flowhost.query import All, Any, Everything, Field, Leaf, Not, Query, Text, words
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.schema_search import search_values
from flowhost_plugins.catalogue.index import full_text
from flowhost_plugins.catalogue.search.conditions import Conditions

LIMITS = (1_000, 50_000)
"""How long a list may be: tried one after the other, so that a short list is found without counting long ones far.
Looking at 50,000 items and sorting them takes a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Items that may be found, those that will be among them.

    Args:
        wanted: selects their numbers.
        size: how many they are, or the limit and one more.
    """

    wanted: Select[Anything]
    size: int


def candidates(connection: Connection, conditions: Conditions, query: Query) -> Select[Anything] | None:
    """The numbers of the items to look at; None: there are too many to list."""
    for limit in LIMITS:
        found = _Choice(connection, conditions, limit).of(query)
        if found and found.size <= limit:
            return found.wanted
    return None


class _Choice:
    def __init__(self, connection: Connection, conditions: Conditions, limit: int) -> None:
        self._connection = connection
        self._conditions = conditions
        self._limit = limit

    def of(self, query: Query) -> Candidates | None:
        match query:
            case Not() | Everything():
                return None
            case All(parts):
                return self._shortest(parts)
            case Any(parts):
                return self._together(parts)
            case _:
                return self._listed(query)

    def _shortest(self, parts: tuple[Query, ...]) -> Candidates | None:
        shortest: Candidates | None = None
        for part in sorted(parts, key=_is_prefix):
            found = self.of(part)
            if found and (shortest is None or found.size < shortest.size):
                shortest = found
            if shortest and shortest.size <= LIMITS[0]:  # short enough: looking for a shorter one costs more
                break
        return shortest

    def _together(self, parts: tuple[Query, ...]) -> Candidates | None:
        lists: list[Candidates] = []
        for part in parts:
            found = self.of(part)
            if found is None or sum(one.size for one in lists) + found.size > self._limit:
                return None
            lists.append(found)
        every = union_all(*(one.wanted for one in lists)).subquery()
        return Candidates(select(every.c[0]), sum(one.size for one in lists))

    def _listed(self, query: Leaf) -> Candidates:
        wanted = self._list(query).correlate(None)  # the search around it reads the same tables
        counted = select(func.count()).select_from(wanted.limit(self._limit + 1).subquery())
        return Candidates(wanted, int(self._connection.execute(counted).scalar_one()))

    def _list(self, query: Leaf) -> Select[Anything]:
        system = self._conditions.rows(query)
        if isinstance(system, Select):
            return system
        if system is not None:
            return select(items.c.number.label("item")).where(system)
        if isinstance(query, Field | Text) and words(query.value):
            numbers = None if isinstance(query, Text) else self._conditions.names.numbers(query.name)
            if numbers != []:
                return full_text.having(self._connection, numbers, query.value, query.prefix)
        return select(search_values.c.item).where(*self._conditions.value(query))


def _is_prefix(query: Query) -> bool:
    """Whether its list is slow to begin: that of each word with this beginning is merged first."""
    return isinstance(query, Field | Text) and query.prefix
