"""Which of three languages a query is in, and what it says. Pure.

A text that begins with ``{`` is JSON: Vidispine's own ItemSearchDocument, or the criteria document of a Portal search.
Every other text is in flowhost's query language.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any as Anything

from flowhost.query import Query, QueryError, checked, parse
from flowhost_plugins.vidispine.search.criteria import Criterion
from flowhost_plugins.vidispine.search.portal import is_portal, portal_query

PARTS = ("text", "field", "group", "operator", "item", "shape", "file", "reference")
"""The keys of an ItemSearchDocument that say which items it is about, and may stand in an operator."""

SINGLE = frozenset({"item", "shape", "file"})
"""Of these there is one in an operator, not a list."""

BESIDES = frozenset(
    {
        *("sort", "facet", "highlight", "suggestion", "autocomplete", "cursor", "version"),
        *("intervals", "filter", "facetFilter"),
    }
)
"""Its other keys."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An ItemSearchDocument as somebody wrote it.

    Args:
        text: as it was written.
        criterion: what it asks for.
        intervals: which time spans it looks into; empty: Vidispine's default.
    """

    text: str
    criterion: Criterion
    intervals: str = ""


def read_query(text: str) -> Query | Raw:
    """What a query says.

    Raises:
        QueryError: it cannot be read.
    """
    if not text.lstrip().startswith("{"):
        return checked(parse(text))
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise QueryError(f"not well-formed JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise QueryError("the JSON of the query is nested too deeply") from None
    if is_portal(document):
        return checked(portal_query(document))
    return _raw(text, document)


def _raw(text: str, document: dict[str, Anything]) -> Raw:
    if unknown := sorted(document.keys() - BESIDES - set(PARTS)):
        expected = "a key of an ItemSearchDocument, or of a Portal search"
        raise QueryError(f"the query has the key {unknown[0]!r}, expected {expected}")
    lists = {
        key: document[key] if key in SINGLE else _listed(document[key]) for key in PARTS if document.get(key)
    }
    parts: list[Anything] = [{"operation": "AND", **lists}] if lists else []
    parts += [{"operation": "AND", **one} for one in map(_as_operator, _listed(document.get("filter", [])))]
    criterion: Criterion = {"operator": parts} if parts else {}
    return Raw(text, criterion, str(document.get("intervals", "")))


def _as_operator(held: Anything) -> dict[str, Anything]:
    if not isinstance(held, dict):
        raise QueryError(f"a filter of the ItemSearchDocument is {held!r:.60}, expected an object")
    return {key: one for key, one in held.items() if key != "name"}


def _listed(held: Anything) -> list[Anything]:
    return held if isinstance(held, list) else [held]
