"""Reads ItemSearchDocuments, of which the forms have seen to lists and types. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowhost_devserver.vidispine.refusals import Refusal, invalid_input
from flowhost_devserver.vidispine.searching.criteria import (
    Between,
    Criterion,
    Either,
    Every,
    Facet,
    FieldIs,
    GroupHas,
    Kind,
    Order,
    Related,
    TextIs,
    Wanted,
    Without,
)

DEEPEST = 50
"""Criteria within criteria; what is deeper is a mistake."""

_KINDS: tuple[Kind, ...] = ("item", "shape", "file")

ANY = "*"
"""The text that everything has."""


def read_search(document: Mapping[str, Any]) -> Wanted:
    """What a document asks for.

    Raises:
        Refusal: it makes no sense.
    """
    return Wanted(
        Every(tuple(_parts(document, 0))),
        (
            *((one.get("name", ""), _operator(one, 1)) for one in document.get("filter", ())),
            *(("", _facet_filter(one)) for one in document.get("facetFilter", ())),
        ),
        tuple(_order(one) for one in document.get("sort", ())),
        tuple(_facet(one) for one in document.get("facet", ())),
        document.get("cursor"),
    )


def _parts(document: Mapping[str, Any], depth: int) -> Iterator[Criterion]:
    """The criteria that stand next to each other in a document or operator."""
    if depth > DEEPEST:
        raise _wrong(f"criteria are nested more than {DEEPEST} deep")
    for text in document.get("text", ()):
        if words := text.get("value"):
            yield Every() if words == ANY else TextIs(words)
    for one in document.get("field", ()):
        yield _field(one)
    for one in document.get("group", ()):
        yield GroupHas(_name(one, "group"), Every(tuple(_parts(one, depth + 1))))
    for kind in _KINDS:
        for one in document.get(kind, ()):
            yield Related(kind, _operator(one, depth + 1))
    if document.get("reference"):
        yield Without(Every())  # metadata refers to nothing here
    for one in document.get("operator", ()):
        yield _operator(one, depth + 1)


def _operator(one: Mapping[str, Any], depth: int) -> Criterion:
    operation, parts = one.get("operation", "AND"), tuple(_parts(one, depth))
    if operation not in ("AND", "OR", "NOT"):
        raise _wrong("expected AND, OR or NOT", operation, "operation")
    if not parts or operation == "AND":
        return Every(parts)
    return Either(parts) if operation == "OR" else Without(Every(parts))


def _field(one: Mapping[str, Any]) -> FieldIs:
    values = tuple(value["value"] for value in one.get("value", ()) if value.get("value"))
    return FieldIs(_name(one, "field"), values, tuple(_range(held) for held in one.get("range", ())))


def _range(one: Mapping[str, Any]) -> Between:
    bounds = one.get("value", ())
    if len(bounds) != 2:
        raise _wrong("a range has two values", str(len(bounds)), "range")
    low, high = (_bound(bound) for bound in bounds)
    return Between(low, high, one.get("exclusiveMinimum", False), one.get("exclusiveMaximum", False))


def _bound(bound: Mapping[str, Any]) -> str | None:
    """A bound; None when there is none: it says so, or says nothing."""
    text = bound.get("value", "")
    return None if bound.get("minimum") or bound.get("maximum") or text in ("", "*") else text


def _order(one: Mapping[str, Any]) -> Order:
    field, order = one.get("field"), one.get("order", "ascending")
    if not field:
        raise _wrong("a sort has a field", context="sort")
    if order not in ("ascending", "descending"):
        raise _wrong("expected ascending or descending", order, "order")
    return Order(field, order == "descending")


def _facet(one: Mapping[str, Any]) -> Facet:
    field = one.get("field")
    if not field:
        raise _wrong("a facet has a field", context="facet")
    ranges = tuple((held.get("start", ""), held.get("end", "")) for held in one.get("range", ()))
    return Facet(
        field,
        one.get("name", ""),
        ranges,
        tuple(one.get("exclude", ())),
        one.get("count", False),
        one.get("minCount", 1),
        max(0, one["maxResults"]) if "maxResults" in one else None,
    )


def _facet_filter(one: Mapping[str, Any]) -> FieldIs:
    """A value or range of a facet, from `start` up to, but not including, `end`, as it was counted."""
    if not one.get("field"):
        raise _wrong("a facet filter has a field", context="facetFilter")
    if bounds := one.get("range"):
        low, high = (None if bounds.get(key) in (None, "", ANY) else bounds[key] for key in ("start", "end"))
        return FieldIs(one["field"], ranges=(Between(low, high, below=True),))
    return FieldIs(one["field"], (one["value"],) if one.get("value") else ())


def _name(one: Mapping[str, Any], what: str) -> str:
    name = one.get("name")
    if not name:
        raise _wrong(f"a {what} has a name", context=what)
    return str(name)


def _wrong(explanation: str, value: str | None = None, context: str = "ItemSearchDocument") -> Refusal:
    return invalid_input(context, explanation=explanation, value=value)
