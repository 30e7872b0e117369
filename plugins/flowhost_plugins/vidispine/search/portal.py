"""The criteria document of a search saved in Cantemo Portal, as a query. Pure.

It is what ``PUT /API/v2/search/`` takes: ``{"query": "*", "filter": {"operator": "AND", "terms": [{"name", "value",
"exact"} or {"name", "missing"} or {"name", "range": {"min", "max"}} or another filter]}}``. What else it may hold
(document types, returned fields, the order) does not change which items it is about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any as Anything

from flowhost.query import (
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    Not,
    Query,
    QueryError,
    Range,
    all_of,
    parse,
    read_bound,
)

_MARKS = frozenset({"doc_types", "query", "terms"})
"""Keys that no ItemSearchDocument has."""

DEEPEST = 50
"""Filters within filters."""

_TERM_KEYS = frozenset({"name", "value", "exact", "missing", "exists", "range"})


def is_portal(document: Mapping[str, Anything]) -> bool:
    """Whether this is a criteria document rather than an ItemSearchDocument, whose filters are something else."""
    return bool(_MARKS & document.keys()) or _is_filter(document.get("filter"))


def portal_query(document: Mapping[str, Anything]) -> Query:
    """The query of a criteria document.

    Raises:
        QueryError: it holds what is not known here, or is about something else than items.
    """
    kinds = document.get("doc_types", ["item"])
    if not isinstance(kinds, list) or "item" not in kinds:
        raise QueryError(f"the Portal search is for {json.dumps(kinds)}, expected 'item' among them")
    text = document.get("query") or "*"
    if not isinstance(text, str):
        raise QueryError(f"the 'query' of the Portal search is {text!r:.60}, expected a text")
    found = [Everything() if text.strip() == "*" else parse(text)]
    held = document if "terms" in document else document.get("filter")
    if held is not None:
        found.append(_filter(held, 1))
    return all_of(*(one for one in found if not isinstance(one, Everything)))


def _filter(held: Anything, depth: int) -> Query:
    if depth > DEEPEST:
        raise QueryError(f"the filters of the Portal search are nested more than {DEEPEST} deep")
    if not isinstance(held, Mapping) or not isinstance(held.get("terms"), list):
        raise QueryError(
            f"a filter of the Portal search is {_seen(held)}, expected an operator and a list of terms"
        )
    operator = held.get("operator", "AND")
    if operator not in ("AND", "OR", "NOT"):
        raise QueryError(f"an operator of the Portal search is {operator!r}, expected AND, OR or NOT")
    parts = [_filter(one, depth + 1) if _is_filter(one) else _term(one) for one in held["terms"]]
    if operator == "AND" or not parts:
        return all_of(*parts)
    either = Any(*parts) if len(parts) > 1 else parts[0]
    return either if operator == "OR" else Not(either)


def _is_filter(one: Anything) -> bool:
    return isinstance(one, Mapping) and "terms" in one


def _term(term: Anything) -> Query:
    if not isinstance(term, Mapping) or not isinstance(term.get("name"), str):
        raise QueryError(f"a term of the Portal search is {_seen(term)}, expected an object with a name")
    if unknown := term.keys() - _TERM_KEYS:
        raise QueryError(
            f"the term {_seen(term)} of the Portal search has the unknown key {sorted(unknown)[0]!r}"
        )
    name = term["name"]
    for key, there in (("missing", False), ("exists", True)):
        if key in term:
            return Exists(name) if bool(term[key]) == there else Not(Exists(name))
    if "range" in term:
        return _range(name, term["range"])
    values = term.get("value")
    texts = [_text(term, one) for one in (values if isinstance(values, list) else [values])]
    parts = [_valued(name, text, exact=bool(term.get("exact"))) for text in texts]
    return Any(*parts) if len(parts) > 1 else all_of(*parts)


def _valued(name: str, text: str, *, exact: bool) -> Query:
    if exact:
        return Exact(name, text)
    prefix = text.endswith("*")
    return Field(name, text.removesuffix("*"), prefix) if text != "*" else Exists(name)


def _range(name: str, held: Anything) -> Query:
    if not isinstance(held, Mapping) or not held.keys() <= {"min", "max"}:
        raise QueryError(f"a range of the Portal search is {_seen(held)}, expected min and max")
    low, high = (
        None if held.get(key) in (None, "") else read_bound(str(held[key])) for key in ("min", "max")
    )
    return Exists(name) if low is None and high is None else Range(name, low, high)


def _text(term: Mapping[str, Anything], value: Anything) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise QueryError(
        f"the value in the term {_seen(term)} of the Portal search is {value!r:.60}, expected a text"
    )


def _seen(value: Anything) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr)[:120]
