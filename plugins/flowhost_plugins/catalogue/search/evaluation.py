"""What becomes of a query for one item, condition by condition. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from flowhost.query import (
    MOMENTS,
    SYSTEM_FIELDS,
    All,
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Leaf,
    Not,
    Query,
    Range,
    Text,
    day_or_moment,
    interval,
    key,
    row_of_words,
    sought,
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a query, or of a part of it, for one item.

    Args:
        query: the query or part.
        held: whether it held.
        actual: of a condition: the values of the item that it was about.
        parts: of AND, OR and NOT: what became of their parts, all of them.
    """

    query: Query
    held: bool
    actual: tuple[str, ...] = ()
    parts: tuple[Explanation, ...] = ()


class Facts(Protocol):
    """What is known of one item."""

    def values(self, name: str) -> tuple[str, ...]:
        """The values of the field with this name, see `query.tree`; of a system field, too."""

    def texts(self) -> tuple[str, ...]:
        """All values and external ids."""

    def collections(self, *, deep: bool) -> tuple[str, ...]:
        """The ids of the collections that it is a member of; deep: and of those above them."""


def explain(query: Query, facts: Facts) -> Explanation:
    """What becomes of `query`."""
    match query:
        case All(parts):
            found = tuple(explain(part, facts) for part in parts)
            return Explanation(query, all(one.held for one in found), parts=found)
        case Any(parts):
            found = tuple(explain(part, facts) for part in parts)
            return Explanation(query, any(one.held for one in found), parts=found)
        case Not(inner):
            one = explain(inner, facts)
            return Explanation(query, not one.held, parts=(one,))
        case _:
            return _leaf(query, facts)


def _leaf(query: Leaf, facts: Facts) -> Explanation:
    if isinstance(query, Everything):
        return Explanation(query, held=True)
    if isinstance(query, InCollection):
        above = facts.collections(deep=query.deep)
        return Explanation(query, query.collection in above, above)
    if isinstance(query, Text):
        actual = tuple(value for value in facts.texts() if _contains(value, query))
        return Explanation(query, bool(actual), actual)
    actual = facts.values(query.name)
    return Explanation(query, _fulfilled(query, actual), actual)


def _fulfilled(query: Field | Exact | Range | Exists, actual: tuple[str, ...]) -> bool:
    if isinstance(query, Exists):
        return bool(actual)
    if query.name in MOMENTS and not isinstance(query, Range):
        query = day_or_moment(query)
    if isinstance(query, Range):
        wanted = interval(query)
        return any(wanted.holds(key(value)) for value in actual)
    if query.name in SYSTEM_FIELDS:
        return _as_it_is(query, actual)
    if isinstance(query, Exact):
        return any(key(value) == key(query.value) for value in actual)
    return any(_contains(value, query) for value in actual)


def _as_it_is(query: Field | Exact, actual: Iterable[str]) -> bool:
    if isinstance(query, Field) and query.prefix:
        return any(value.startswith(query.value) for value in actual)
    return query.value in actual


def _contains(value: str, query: Field | Text) -> bool:
    if words := sought(query.value, prefix=query.prefix):
        return words in row_of_words(value)
    return query.prefix or key(value) == key(query.value)
