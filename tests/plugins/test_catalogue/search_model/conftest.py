"""The plainest evaluation of queries there is: over a model of the items in plain dictionaries."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from flowhost_plugins import catalogue as it
from flowhost_plugins.catalogue import Query, Sort

NUMBERS = ["60", "60.0", "-3", "7.5e1", "007", "1234567890123456789"]
"""Values that are numbers; the last two look like it, but are identifiers."""
MOMENTS = ["2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T12:30:00+02:00", "2024-01-02", "2024-02-31"]
"""Values that are moments; the last one looks like it."""


class Known:
    """What is known of one item."""

    def __init__(self, fields: dict[str, list[str]], external: str | None, now: datetime) -> None:
        self.fields = {path: values for path, values in fields.items() if values}
        self.external = external
        self.media_type = ""
        self.collections: set[str] = set()
        self.created = self.updated = now

    def named(self, name: str) -> list[str]:
        own = [path for path in self.fields if path == name or path.endswith("/" + name)]
        # as in a walk of the tree: fields outside groups first, those of deeper groups later
        return [
            value for path in sorted(own, key=lambda path: path.count("/")) for value in self.fields[path]
        ]


def plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.replace("\0", "\\x00"))
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()


def words_of(text: str) -> list[str]:
    return "".join(one if one.isalnum() else " " for one in plain(text)).split()


def contains(value: str, sought: str, prefix: bool) -> bool:
    wanted, found = words_of(sought), words_of(value)
    if not wanted:
        return prefix or rank(value) == rank(sought)
    for start in range(len(found) - len(wanted) + 1):
        part = found[start : start + len(wanted)]
        last = part[-1].startswith(wanted[-1]) if prefix else part[-1] == wanted[-1]
        if part[:-1] == wanted[:-1] and last:
            return True
    return False


def rank(value: str) -> tuple[int, Any]:
    """The kind of a value and what it is worth."""
    if value in NUMBERS[:4]:
        return 0, float(value)
    if value in MOMENTS[:4]:
        moment = datetime.fromisoformat(value)
        return 1, moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return 2, plain(value).encode()


def within(value: tuple[int, Any], wanted: it.Range) -> bool:
    low, high = wanted.minimum, wanted.maximum
    after_low = low is None or beyond(value, low, wanted.exclusive_minimum, 1)
    return after_low and (high is None or beyond(value, high, wanted.exclusive_maximum, -1))


def beyond(value: tuple[int, Any], bound: Any, exclusive: bool, way: int) -> bool:
    if isinstance(bound, date):
        begin = (
            bound if isinstance(bound, datetime) else datetime(bound.year, bound.month, bound.day, tzinfo=UTC)
        )
        if value[0] != 1:
            return False
        if not isinstance(bound, datetime):
            end = begin + timedelta(days=1)
            if way > 0:
                return bool(value[1] >= (end if exclusive else begin))
            return bool(value[1] < (begin if exclusive else end))
        other: tuple[int, Any] = (1, begin)
    else:
        other = (2, plain(bound).encode()) if isinstance(bound, str) else (0, float(bound))
    if value[0] != other[0]:
        return False
    if value[1] == other[1]:
        return not exclusive
    return bool((value[1] > other[1]) == (way > 0))


class Model:
    """What is known of the items, and of two collections of which the first holds the second."""

    def __init__(self, top: str, below: str) -> None:
        self.known: dict[str, Known] = {}
        self.top, self.below = top, below

    def add(self, item_id: str, fields: dict[str, list[str]], external: str | None, now: datetime) -> None:
        """An item was made."""
        self.known[item_id] = Known(fields, external, now)

    def holds(self, query: Query, item_id: str) -> bool:
        """Whether a query holds for an item."""
        known = self.known[item_id]
        match query:
            case it.Everything():
                return True
            case it.All(parts):
                return all(self.holds(part, item_id) for part in parts)
            case it.Any(parts):
                return any(self.holds(part, item_id) for part in parts)
            case it.Not(inner):
                return not self.holds(inner, item_id)
            case it.InCollection(collection, deep):
                within_deep = {*known.collections, *([self.top] * (self.below in known.collections))}
                return collection in (within_deep if deep else known.collections)
            case it.Text(value, prefix):
                texts = [one for values in known.fields.values() for one in values]
                texts += [known.external] if known.external else []
                return any(contains(one, value, prefix) for one in texts)
            case _:
                return self.field_holds(query, item_id)

    def field_holds(self, query: Any, item_id: str) -> bool:
        """Whether a condition on a field holds for an item."""
        known = self.known[item_id]
        as_is: dict[str, list[str]] = {
            "itemId": [item_id],
            "mediaType": [known.media_type] if known.media_type else [],
            "externalId": [known.external] if known.external else [],
            "collection": sorted(known.collections),
        }
        if query.name in ("created", "updated"):
            moment = (1, known.created if query.name == "created" else known.updated)
            if isinstance(query, it.Exists):
                return True
            if not isinstance(query, it.Range):
                day = date.fromisoformat(query.value)
                query = it.Range(query.name, day, day)
            return within(moment, query)
        if query.name in as_is:
            if isinstance(query, it.Exists):
                return bool(as_is[query.name])
            return any(
                one.startswith(query.value) if query.prefix else one == query.value
                for one in as_is[query.name]
            )
        check: dict[type, Callable[[str], bool]] = {
            it.Exists: lambda value: True,
            it.Range: lambda value: within(rank(value), query),
            it.Exact: lambda value: rank(value) == rank(query.value),
            it.Field: lambda value: contains(value, query.value, query.prefix),
        }
        return any(check[type(query)](value) for value in known.named(query.name))

    def sorted(self, found: list[str], sort: list[Sort]) -> list[str]:
        """These items in an order."""

        def value(item_id: str, field: str) -> Any:
            known = self.known[item_id]
            number = int(item_id[3:])
            own = {"itemId": number, "created": known.created, "updated": known.updated}
            if field == "mediaType":
                return known.media_type.encode()
            if field in own:
                return own[field]
            return next(iter([rank(one) for one in known.named(field)]), None)

        def compare(one: str, other: str) -> int:
            for key in sort:
                a, b = value(one, key.field), value(other, key.field)
                if a != b:
                    if a is None or b is None:
                        return 1 if a is None else -1
                    return (1 if a > b else -1) * (-1 if key.order == "descending" else 1)
            way = -1 if sort and sort[0].order == "descending" else 1
            return (int(one[3:]) - int(other[3:])) * way

        return sorted(found, key=functools.cmp_to_key(compare))


@pytest.fixture
def model_class() -> type[Model]:
    """Makes models of catalogues."""
    return Model
