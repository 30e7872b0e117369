"""Facets: how many of what was found have which value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from flowhost.query import key
from flowhost_devserver.vidispine.searching.criteria import Criterion, Facet, Wanted
from flowhost_devserver.vidispine.searching.matching import Facts


def facets(wanted: Wanted, find: Callable[[Criterion], Iterable[Facts]]) -> dict[str, list[dict[str, Any]]]:
    """The key ``facet`` of an answer; nothing when none was asked for.

    Args:
        wanted: the search.
        find: all that a criterion finds.
    """
    if not wanted.facets:
        return {}
    return {"facet": [_facet(one, find(wanted.without(one.exclude))) for one in wanted.facets]}


def _facet(facet: Facet, found: Iterable[Facts]) -> dict[str, Any]:
    values = Counter[str]()
    for one in found:
        values.update(set(one.values(facet.field)))
    told: dict[str, Any] = {"name": facet.name} if facet.name else {}
    told["field"] = facet.field
    if facet.ranges:
        told["range"] = [_range(values, start, end) for start, end in facet.ranges]
    if facet.counts or not facet.ranges:
        ordered = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = [pair for pair in ordered if pair[1] >= facet.least][: facet.most]
        told["count"] = [{"fieldValue": value, "value": number} for value, number in shown]
    return told


def _range(values: Counter[str], start: str, end: str) -> dict[str, Any]:
    """A range with its number, under both names that clients read it by: the second is that of the vendor's SDK."""
    number = _within(values, start, end)
    return {"start": start, "end": end, "value": number, "integerorempty": str(number)}


def _within(values: Counter[str], start: str, end: str) -> int:
    """How many values are from `start` up to, but not including, `end`; ``*`` and nothing are no bounds."""
    low, high = (None if bound in ("", "*") else key(bound) for bound in (start, end))
    return sum(
        number
        for value, number in values.items()
        if (low is None or low <= key(value)) and (high is None or key(value) < high)
    )
