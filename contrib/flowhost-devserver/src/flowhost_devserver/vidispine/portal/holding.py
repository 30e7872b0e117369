"""Whether a query holds for something with fields, without asking the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from flowhost.query import (
    All,
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Not,
    Query,
    Range,
    Text,
    interval,
    key,
    row_of_words,
    sought,
)


def holds(query: Query, fields: Mapping[str, Sequence[str]], collections: Collection[str]) -> bool:
    """Whether a query holds.

    Args:
        query: the query.
        fields: the values of each field.
        collections: ids of the collections it is in.
    """
    match query:
        case Everything():
            return True
        case All(parts):
            return all(holds(part, fields, collections) for part in parts)
        case Any(parts):
            return any(holds(part, fields, collections) for part in parts)
        case Not(inner):
            return not holds(inner, fields, collections)
        case InCollection(collection):
            return collection in collections
        case Text(value, prefix):
            return _has_words([one for values in fields.values() for one in values], value, prefix=prefix)
    return _leaf(query, fields.get(query.name, ()))


def _leaf(query: Exact | Exists | Field | Range, values: Sequence[str]) -> bool:
    match query:
        case Exists():
            return bool(values)
        case Exact(_, wanted):
            return any(key(value) == key(wanted) for value in values)
        case Range():
            return any(interval(query).holds(key(value)) for value in values)
        case Field(_, wanted, prefix):
            return _has_words(values, wanted, prefix=prefix)


def _has_words(values: Iterable[str], wanted: str, *, prefix: bool) -> bool:
    words = sought(wanted, prefix=prefix)
    if not words:
        return any(key(value) == key(wanted) for value in values)
    return any(words in row_of_words(value) for value in values)
