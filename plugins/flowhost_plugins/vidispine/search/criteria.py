"""Parts of an ItemSearchDocument in its JSON form, and how they are put together. Pure.

A criterion is an object with lists under ``field``, ``group``, ``text`` or ``operator``. All lists of one object are
joined by the operation of the operator that they are in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, TypeAlias

from flowhost.query import Bound, Range
from flowhost_plugins.vidispine.documents import write_time

Criterion: TypeAlias = "dict[str, list[Any]]"

ALWAYS: Final[Criterion] = {}
"""Holds for every item."""

NEVER: Final[Criterion] = {"never": []}
"""Holds for none; it is never sent."""

DELETED_FIELD = "portal_deleted"
"""What Portal sets to put an item into its recycle bin: a date."""


def has_value(name: str, value: str, groups: Iterable[str] = ()) -> Criterion:
    """A field has this value, in Vidispine's own signs."""
    return _within(groups, {"name": name, "value": [{"value": value}]})


def has_text(value: str) -> Criterion:
    """Any field has this, in Vidispine's own signs."""
    return {"text": [{"value": value}]}


def between(name: str, wanted: Range, groups: Iterable[str] = ()) -> Criterion:
    """A field has a value in a range."""
    low, above = _bound(wanted.minimum, exclusive=wanted.exclusive_minimum, upper=False)
    high, below = _bound(wanted.maximum, exclusive=wanted.exclusive_maximum, upper=True)
    values = [_end(low, "minimum"), _end(high, "maximum")]
    exclusive = {"exclusiveMinimum": True} if above else {}
    exclusive |= {"exclusiveMaximum": True} if below else {}
    return _within(groups, {"name": name, "range": [{"value": values, **exclusive}]})


def has_any(name: str, groups: Iterable[str] = ()) -> Criterion:
    """A field has any value: a range without ends."""
    return _within(
        groups, {"name": name, "range": [{"value": [_end(None, "minimum"), _end(None, "maximum")]}]}
    )


def deleted() -> Criterion:
    """The item is in Portal's recycle bin; the range is the one that Portal itself asks with."""
    ends = [{"value": "1000-01-01T00:00:00Z"}, {"value": "3000-01-01T00:00:00Z"}]
    return {"field": [{"name": DELETED_FIELD, "range": [{"value": ends}]}]}


def all_of(*parts: Criterion) -> Criterion:
    """All of these hold."""
    if NEVER in parts:
        return NEVER
    return _joined("AND", [one for one in parts if one != ALWAYS])


def any_of(*parts: Criterion) -> Criterion:
    """At least one of these holds."""
    if ALWAYS in parts:
        return ALWAYS
    left = [one for one in parts if one != NEVER]
    return _joined("OR", left) if left else NEVER


def none_of(part: Criterion) -> Criterion:
    """This does not hold."""
    if part == ALWAYS:
        return NEVER
    return ALWAYS if part == NEVER else {"operator": [{"operation": "NOT", **part}]}


def document(criterion: Criterion) -> dict[str, Any]:
    """The ItemSearchDocument; at its top there is one operator at most."""
    if criterion == ALWAYS:
        return {}
    if "operator" in criterion:
        operators = criterion["operator"]
        if len(operators) == 1 and len(criterion) == 1:
            return {"operator": operators[0]}
        return {"operator": {"operation": "AND", **criterion}}
    return dict(criterion)


def _joined(operation: Literal["AND", "OR"], parts: list[Criterion]) -> Criterion:
    if len(parts) < 2:
        return parts[0] if parts else ALWAYS
    merged: dict[str, Any] = {"operation": operation}
    for part in parts:
        for kind, ones in part.items():
            merged.setdefault(kind, []).extend(ones)
    return {"operator": [merged]}


def _within(groups: Iterable[str], field: dict[str, Any]) -> Criterion:
    made: Criterion = {"field": [field]}
    for name in reversed(list(groups)):
        made = {"group": [{"name": name, **made}]}
    return made


def _end(value: str | None, which: Literal["minimum", "maximum"]) -> dict[str, Any]:
    return {"value": "", which: True} if value is None else {"value": value}


def _midnight(day: date, later: int) -> datetime:
    """When the day so many days later begins, in UTC; behind the last day of the calendar there is its end."""
    try:
        return datetime.combine(day + timedelta(later), time(), UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _bound(bound: Bound | None, *, exclusive: bool, upper: bool) -> tuple[str | None, bool]:
    """A bound as a text, and whether it is left out; a day is from midnight to before the next one, in UTC."""
    if isinstance(bound, datetime):
        return write_time(bound), exclusive
    if isinstance(bound, date):
        whole = not exclusive if upper else exclusive  # the end of the day, rather than its beginning
        return write_time(_midnight(bound, int(whole))), upper
    if bound is None:
        return None, False
    return (bound if isinstance(bound, str) else repr(bound)), exclusive
