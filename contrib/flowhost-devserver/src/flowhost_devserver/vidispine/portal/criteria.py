"""Portal's criteria documents: what is searched, as a query.

``{"doc_types": ["item"], "query": "words", "filter": {"operator": "AND", "terms": [TERM, ...]}}``, where a TERM is
``{"name", "value", "exact"}``, ``{"name", "missing": true}``, ``{"name", "range": {"min", "max"}}`` or a filter itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flowhost.query import Any as AnyOf
from flowhost.query import (
    Everything,
    Exact,
    Exists,
    Field,
    InCollection,
    Not,
    Query,
    Range,
    Text,
    all_of,
    read_bound,
)
from flowhost_devserver.vidispine.refusals import Refusal, invalid_input

DELETED = "portal_deleted"
"""The field of items in the recycle bin; searches that do not name it leave them out."""

DOC_TYPES = ("item", "collection")

COLLECTIONS = ("collection", "parent_collection", "collections", "ancestor_collections")
"""Names of terms that are about the collections an item is in, or below."""

_BOUNDS = {
    "min": ("minimum", False),
    "gte": ("minimum", False),
    "from": ("minimum", False),
    "gt": ("minimum", True),
    "max": ("maximum", False),
    "lte": ("maximum", False),
    "to": ("maximum", False),
    "lt": ("maximum", True),
}
"""Words for a bound → which one it is, and whether it is left out itself."""

Paths: TypeAlias = Callable[[str], Sequence[str]]
"""The names that a field has where the query is asked."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is searched.

    Args:
        doc_types: ``item``, ``collection`` or both.
        query: what holds for all that is found.
        fields: what of them is told besides their ids.
    """

    doc_types: tuple[str, ...]
    query: Query
    fields: tuple[str, ...]


def read_criteria(body: Mapping[str, Any], paths: Paths) -> Criteria:
    """The criteria in a document.

    Args:
        body: the document.
        paths: gives the names to ask with for a field.

    Raises:
        Refusal: it is none.
    """
    doc_types = tuple(_list(body, "doc_types") or DOC_TYPES[:1])
    if strange := [one for one in doc_types if one not in DOC_TYPES]:
        raise _wrong("doc_types", strange[0], "item or collection")
    parts = [_words(body.get("query") or "*")]
    given = body.get("filter") or {}
    if given:
        parts.append(_filter(given, paths))
    if not names_field(body, DELETED):
        parts.append(Not(_any(Exists(path) for path in paths(DELETED))))
    fields = tuple(str(one) for one in _list(body, "fields"))
    return Criteria(doc_types, all_of(*(part for part in parts if part != Everything())), fields)


def names_field(value: Any, name: str) -> bool:
    """Whether a term of the document, at any depth, is about this field."""
    if isinstance(value, Mapping):
        return value.get("name") == name or any(names_field(one, name) for one in value.values())
    return isinstance(value, list) and any(names_field(one, name) for one in value)


def _words(text: Any) -> Query:
    if not isinstance(text, str):
        raise _wrong("query", text, "a text")
    found = [Text(word.rstrip("*"), word.endswith("*")) for word in text.split() if word.strip("*")]
    return all_of(*found)


def _filter(given: Any, paths: Paths) -> Query:
    if not isinstance(given, Mapping):
        raise _wrong("filter", given, "an object with operator and terms")
    operator = str(given.get("operator", "AND")).upper()
    parts = [_term(one, paths) for one in [*_list(given, "terms"), *_list(given, "filters")]]
    if operator == "AND":
        return all_of(*parts)
    if operator == "OR":
        return _any(parts)
    if operator == "NOT":
        return Not(_any(parts))
    raise _wrong("operator", operator, "AND, OR or NOT")


def _term(given: Any, paths: Paths) -> Query:
    if not isinstance(given, Mapping):
        raise _wrong("terms", given, "an object")
    if "name" not in given:
        return _filter(given, paths)
    name = given["name"]
    if not isinstance(name, str) or not name:
        raise _wrong("name", name, "the name of a field")
    if "missing" in given or "exists" in given:
        there = _any(Exists(path) for path in paths(name))
        wanted = given.get("exists", not given.get("missing"))
        return there if wanted else Not(there)
    if "range" in given:
        return _range(name, given["range"], paths)
    values = given.get("value")
    return _any(
        _value(name, value, given, paths) for value in (values if isinstance(values, list) else [values])
    )


def _value(name: str, value: Any, given: Mapping[str, Any], paths: Paths) -> Query:
    if not isinstance(value, str | int | float):
        raise _wrong("value", value, "a text or a number")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if name in COLLECTIONS:
        return InCollection(text, deep=name == COLLECTIONS[-1])
    if given.get("exact"):
        return _any(Exact(path, text) for path in paths(name))
    return _any(Field(path, text.rstrip("*"), text.endswith("*")) for path in paths(name))


def _range(name: str, given: Any, paths: Paths) -> Query:
    if not isinstance(given, Mapping) or not given or (strange := given.keys() - _BOUNDS.keys()):
        told = sorted(strange)[0] if isinstance(given, Mapping) and given else given
        raise _wrong("range", told, f"an object with {', '.join(_BOUNDS)}")
    bounds: dict[str, Any] = {}
    for word, value in given.items():
        which, exclusive = _BOUNDS[word]
        bounds[which] = read_bound(str(value))
        bounds[f"exclusive_{which}"] = exclusive
    return _any(Range(path, **bounds) for path in paths(name))


def _any(parts: Any) -> Query:
    found = tuple(parts)
    if not found:
        return Not(Everything())
    return found[0] if len(found) == 1 else AnyOf(*found)


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    found = given.get(name) or []
    if not isinstance(found, list):
        raise _wrong(name, found, "a list")
    return found


def _wrong(name: str, value: Any, expected: str) -> Refusal:
    return invalid_input(name, explanation=f"{name} is {str(value)[:60]!r}, expected {expected}")
