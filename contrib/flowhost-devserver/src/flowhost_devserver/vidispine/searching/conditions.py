"""A value or range that a field is to have: as a test of its values, and as a query of the catalogue. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flowhost.query import (
    Any,
    Everything,
    Exact,
    Exists,
    Field,
    Query,
    QueryError,
    Range,
    Text,
    all_of,
    interval,
    key,
    read_bound,
)
from flowhost.query import Not as NotQuery
from flowhost_devserver.vidispine.searching.criteria import Between, FieldIs
from flowhost_devserver.vidispine.searching.dates import read_date
from flowhost_devserver.vidispine.searching.wording import ANY, Test, chunks, has_words, is_exactly, is_wild

DATES, NUMBERS, EXACT = {"date", "date-sortable"}, {"integer", "float", "long", "double"}, {"string-exact"}
NEVER_FOUND = "string-noindex"

IDS = {"itemId", "mediaType", "shapeTag"}
"""Fields that the catalogue knows as its own, and compares letter by letter."""

OF_PLACEHOLDERS = {"mediaType": "none", "shapeTag": "original"}
"""What fields say of an item without media, for which the catalogue has no value."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What is asked of a field.

    Args:
        test: of its values.
        query: what the catalogue finds all of them by, and perhaps others.
        exact: whether it finds no others.
    """

    test: Test
    query: Query
    exact: bool


def field_condition(field: FieldIs, kind: str, now: datetime, *, path: str | None) -> Condition:
    """What a criterion on a field asks.

    Args:
        field: the criterion.
        kind: the type of the field, as Vidispine calls it.
        now: what ``NOW`` means.
        path: the field's name in the catalogue; None: the catalogue does not know it.
    """
    if kind == NEVER_FOUND:
        return Condition(lambda _values: False, NotQuery(Everything()), exact=True)
    wanted = [_value(text, kind, now, path) for text in field.values]
    wanted += [_range(one, kind, now, path) for one in field.ranges]
    if not wanted:
        wanted = [_has_any(path)]
    tests = [one.test for one in wanted]
    query = Any(*(one.query for one in wanted)) if len(wanted) > 1 else wanted[0].query
    return Condition(
        lambda values: _any_of(tests, values), query, path is not None and all(one.exact for one in wanted)
    )


def text_query(text: str) -> Query:
    """What finds all items with these words, and perhaps others."""
    found = []
    for chunk in chunks(text):
        if not chunk.wild or chunk.prefix is not None:
            found.append(_safe(lambda chunk=chunk: Text(chunk.prefix or chunk.text, chunk.wild)))  # type: ignore[misc]  # mypy infers no type for the bound default
    return all_of(*found)


def _any_of(tests: list[Test], values: Iterable[str]) -> bool:
    held = tuple(values)
    return any(test(held) for test in tests)


def _has_any(path: str | None) -> Condition:
    if path in IDS:
        return Condition(any_value, Everything(), exact=True)  # every item has these
    return _condition(any_value, path, Exists, exact=True)


def any_value(values: Iterable[str]) -> bool:
    """The test that there is a value."""
    return any(True for _ in values)


def _value(text: str, kind: str, now: datetime, path: str | None) -> Condition:
    if text == ANY:
        return _has_any(path)
    if path in IDS:
        return _own(text, path)
    if kind in DATES and (moment := read_date(text, now)) is not None:
        wanted = Range("value", moment, moment)
        return _condition(_within(wanted), path, lambda name: Range(name, moment, moment), exact=True)
    if kind in NUMBERS and not isinstance(read_bound(text), str | date):
        return _condition(_same_key(text), path, lambda name: Exact(name, text), exact=True)
    if kind in DATES | NUMBERS | EXACT | {"boolean"}:
        test = is_exactly(text)
        return _condition(
            test, path, Exists if is_wild(text) else lambda name: Exact(name, text), exact=False
        )
    return _words(text, path)


def _own(text: str, path: str) -> Condition:
    """A value of one of the catalogue's own fields."""
    if is_wild(text):
        return Condition(is_exactly(text), Everything(), exact=False)
    made = _condition(lambda values: text in values, path, lambda name: Exact(name, text), exact=True)
    if OF_PLACEHOLDERS.get(path) != text:
        return made
    return Condition(made.test, Any(made.query, NotQuery(Exists(path))), made.exact)


def _words(text: str, path: str | None) -> Condition:
    found, exact = list[Query](), True
    for chunk in chunks(text):
        if chunk.wild and chunk.prefix is None:
            exact = chunk.any and exact
            found.append(_safe(lambda: Exists(path or "")))
        else:
            found.append(_safe(lambda chunk=chunk: Field(path or "", chunk.prefix or chunk.text, chunk.wild)))  # type: ignore[misc]  # mypy infers no type for the bound default
    if path is None or Everything() in found or not found:
        return Condition(has_words(text), Everything(), exact=False)
    return Condition(has_words(text), all_of(*found), exact)


def _range(wanted: Between, kind: str, now: datetime, path: str | None) -> Condition:
    if wanted.low is None and wanted.high is None:
        return _has_any(path)
    low, high = (_bound(text, kind, now) for text in (wanted.low, wanted.high))
    if (wanted.low is not None and low is None) or (wanted.high is not None and high is None):
        return Condition(lambda _values: False, NotQuery(Everything()), exact=True)
    if isinstance(low, str) or isinstance(high, str):
        return _condition(_alphabetical(wanted), path, Exists, exact=False)
    bounds = (low, high, wanted.above, wanted.below)
    return _condition(_within(Range("value", *bounds)), path, lambda name: Range(name, *bounds), exact=True)


def _bound(text: str | None, kind: str, now: datetime) -> float | date | str | None:
    """A bound of a range in such a field; None: there is none, or it makes no sense there."""
    if text is None:
        return None
    if kind in DATES:
        return read_date(text, now)
    if kind in NUMBERS:
        number = read_bound(text)
        return number if isinstance(number, int | float) else None
    return text


def _alphabetical(wanted: Between) -> Test:
    low, high = ((text or "").casefold() for text in (wanted.low, wanted.high))

    def fits(value: str) -> bool:
        folded = value.casefold()
        above = wanted.low is None or (folded > low if wanted.above else folded >= low)
        below = wanted.high is None or (folded < high if wanted.below else folded <= high)
        return above and below

    return lambda values: any(map(fits, values))


def _within(wanted: Range) -> Test:
    keys = interval(wanted)
    return lambda values: any(keys.holds(key(value)) for value in values)


def _same_key(text: str) -> Test:
    wanted = key(text)
    return lambda values: any(key(value) == wanted for value in values)


def _condition(test: Test, path: str | None, make: Callable[[str], Query], *, exact: bool) -> Condition:
    query = Everything() if path is None else _safe(lambda: make(path))
    return Condition(test, query, exact and not isinstance(query, Everything))


def _safe(make: Callable[[], Query]) -> Query:
    """The query, or that for everything when the catalogue cannot take it."""
    try:
        return make()
    except QueryError:
        return Everything()
