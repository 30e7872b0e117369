"""Makes queries of other things, and sees to it that they are not too big. Pure."""

from __future__ import annotations

from datetime import date

from flowhost.query.errors import QueryError
from flowhost.query.tree import (
    All,
    Any,
    Everything,
    Exact,
    Field,
    Not,
    Query,
    Range,
    Text,
    check_text,
)
from flowhost.query.values import read_bound, words

MOST_LEAVES, DEEPEST = 500, 50
"""Conditions in a query and their nesting: databases bound the depth of expressions."""


def all_of(*parts: Query) -> Query:
    """The query for which all of these hold, however few they are."""
    if len(parts) > 1:
        return All(*parts)
    return parts[0] if parts else Everything()


def words_query(text: str) -> Query:
    """All words of a text, in any order and anywhere; the last may go on, as while it is typed."""
    check_text(text)
    parts = [part for part in text.split() if words(part)] or [text]
    return all_of(*(Text(part) for part in parts[:-1]), Text(parts[-1], prefix=bool(words(parts[-1]))))


def checked(query: Query) -> Query:
    """The query, for the database.

    Raises:
        QueryError: it is too big.
    """
    leaves, deepest = _size(query)
    if leaves > MOST_LEAVES or deepest > DEEPEST:
        limits = f"at most {MOST_LEAVES} conditions, nested {DEEPEST} deep"
        raise QueryError(f"the query has {leaves} conditions, nested {deepest} deep; expected {limits}")
    return query


def day_or_moment(query: Field | Exact) -> Range:
    """What ``created:2024-05-01`` means."""
    bound = read_bound(query.value)
    assert isinstance(bound, date), "a Field sees to that"
    return Range(query.name, bound, bound)


def _size(query: Query) -> tuple[int, int]:
    waiting, leaves, deepest = [(query, 1)], 0, 0
    while waiting:  # no recursion: it is the depth that is looked at
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        parts = one.parts if isinstance(one, All | Any) else (one.query,) if isinstance(one, Not) else ()
        waiting.extend((part, depth + 1) for part in parts)
        leaves += not parts
    return leaves, deepest
