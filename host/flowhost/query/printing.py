"""A query as text; `parsing.parse` reads it back to the same query. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flowhost.query.lexing import KEYWORDS, PLAIN
from flowhost.query.tree import (
    All,
    Any,
    Bound,
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
)


def query_text(query: Query) -> str:
    """The query in the query language."""
    match query:
        case Not(inner):
            return f"NOT {_nested(inner)}"
        case All(parts):
            return " AND ".join(_nested(part) for part in parts)
        case Any(parts):
            return " OR ".join(_nested(part) for part in parts)
        case _:
            return _leaf(query)


def _leaf(query: Leaf) -> str:
    match query:
        case Everything():
            return "*"
        case Text(value, prefix):
            return _word(value) + "*" * prefix
        case Field(name, value, prefix):
            return f"{_word(name)}:{_word(value)}{'*' * prefix}"
        case Exact(name, value):
            return f"{_word(name)}={_word(value)}"
        case Exists(name):
            return f"{_word(name)}:*"
        case InCollection(collection, deep):
            return f"{'withinCollection' if deep else 'collection'}:{_word(collection)}"
        case Range():
            return _word(query.name) + _range(query)


def _nested(query: Query) -> str:
    text = query_text(query)
    return f"({text})" if isinstance(query, All | Any) else text


def _range(query: Range) -> str:
    low, high = query.minimum, query.maximum
    if low is None:
        assert high is not None, "a range has a bound"
        return f"{'<' if query.exclusive_maximum else '<='}{_bound(high)}"
    if high is None:
        return f"{'>' if query.exclusive_minimum else '>='}{_bound(low)}"
    opening, closing = "[{"[query.exclusive_minimum], "]}"[query.exclusive_maximum]
    return f":{opening}{_bound(low)} TO {_bound(high)}{closing}"


def _bound(bound: Bound) -> str:
    if isinstance(bound, str):
        return _quoted(bound)
    if isinstance(bound, datetime):
        return bound.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    return bound.isoformat() if isinstance(bound, date) else repr(bound)


def _word(text: str) -> str:
    return text if PLAIN.fullmatch(text) and text not in KEYWORDS else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
