"""Queries as a tree of frozen dataclasses. The words are those of Vidispine's ItemSearchDocument. Pure.

A field is named as in `flowhost.Item.fields`; the last part of its path will do: ``name`` means ``name`` outside any
group and in all groups, ``person/name`` that of the group `person` on any level. A condition on a field holds when
any of its values, in any instance of its group, fulfils it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, TypeAlias

from flowhost.query.errors import QueryError
from flowhost.query.values import read_bound

MOMENTS = frozenset({"created", "updated"})
"""What an item knows of itself as moments."""

SYSTEM_FIELDS = frozenset(
    {"itemId", "externalId", "mediaType", "shapeTag", "storage", "collection", *MOMENTS}
)
"""Names with a meaning of their own; a metadata field of that name is found as part of a path only."""

LONGEST = 1000
"""Characters in a text to find."""

Bound: TypeAlias = str | int | float | date | datetime


@dataclass(frozen=True, slots=True)
class Field:
    """A value of a field contains these words, next to each other.

    Words are letters and digits; neither case nor accents matter. A text without any word is compared as `Exact` does.
    The system fields itemId, externalId, mediaType, shapeTag and storage (its name or id) are compared as they are;
    created and updated with a day or a moment.

    Args:
        name: the field.
        value: the words.
        prefix: whether the last word may go on.
    """

    name: str
    value: str
    prefix: bool = False

    def __post_init__(self) -> None:
        _check_name(self.name)
        check_text(self.value)
        _check_compared(self.name, self.value, prefix=self.prefix)


@dataclass(frozen=True, slots=True)
class Exact:
    """A value of a field is this one: numbers and moments as such (``60`` is ``60.0``), texts without case and accents.

    Of texts the first 256 characters count.
    """

    name: str
    value: str

    def __post_init__(self) -> None:
        _check_name(self.name)
        check_text(self.value)
        _check_compared(self.name, self.value)


@dataclass(frozen=True, slots=True)
class Range:
    """A value of a field lies between two bounds: of numbers, of moments, or of texts.

    Only values of the bounds' own kind are looked at. A `date` as bound means the whole day, in UTC.

    Args:
        name: the field.
        minimum: the lowest; None: no limit.
        maximum: the highest; None: no limit.
        exclusive_minimum: whether the value must be above the minimum.
        exclusive_maximum: whether the value must be below the maximum.
    """

    name: str
    minimum: Bound | None = None
    maximum: Bound | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False

    def __post_init__(self) -> None:
        _check_name(self.name)
        kinds = {_kind(bound) for bound in (self.minimum, self.maximum) if bound is not None}
        if len(kinds) != 1:
            seen = f"{self.minimum!r} and {self.maximum!r}"
            raise QueryError(f"the bounds of {self.name!r} are {seen}, expected one, or two of one kind")
        if self.name in SYSTEM_FIELDS - MOMENTS or (self.name in MOMENTS and kinds != {"moment"}):
            fit = "a date or a moment" if self.name in MOMENTS else "none: it has no order"
            raise QueryError(f"a bound of {self.name!r} is a {kinds.pop()}, expected {fit}")
        for which in ("minimum", "maximum"):
            bound = getattr(self, which)
            if bound is None:
                object.__setattr__(self, f"exclusive_{which}", False)
            elif isinstance(bound, datetime):
                object.__setattr__(self, which, _in_utc(bound))


@dataclass(frozen=True, slots=True)
class Text:
    """Any value or external id contains these words, next to each other; see `Field`."""

    value: str
    prefix: bool = False

    def __post_init__(self) -> None:
        check_text(self.value)


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value. The system field collection: it is in any; shapeTag: it has any shape; and so on."""

    name: str

    def __post_init__(self) -> None:
        _check_name(self.name)


@dataclass(frozen=True, slots=True)
class InCollection:
    """The item is a member of the collection with this id; deep: or of one below it."""

    collection: str
    deep: bool = False

    def __post_init__(self) -> None:
        check_text(self.collection)


@dataclass(frozen=True, slots=True)
class Everything:
    """Every item."""


@dataclass(frozen=True, slots=True, init=False)
class All:
    """All of these hold (AND): ``All(Field("title", "harbour"), Exists("location"))``."""

    parts: tuple[Query, ...]

    def __init__(self, *parts: Query) -> None:
        _set_parts(self, parts)


@dataclass(frozen=True, slots=True, init=False)
class Any:
    """At least one of these holds (OR)."""

    parts: tuple[Query, ...]

    def __init__(self, *parts: Query) -> None:
        _set_parts(self, parts)


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold."""

    query: Query


Leaf: TypeAlias = Field | Exact | Range | Text | Exists | InCollection | Everything
Query: TypeAlias = Leaf | All | Any | Not


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of an order. Items are compared by their first value: numbers, then moments, then texts; none comes last.

    Args:
        field: a field; of the system fields itemId, mediaType, created and updated.
        order: which way.
    """

    field: str
    order: Literal["ascending", "descending"] = "ascending"

    def __post_init__(self) -> None:
        _check_name(self.field)
        if self.order not in ("ascending", "descending"):
            raise QueryError(
                f"the order of {self.field!r} is {self.order!r}, expected ascending or descending"
            )
        if self.field in {"externalId", "shapeTag", "storage", "collection"}:
            raise QueryError(f"items cannot be sorted by {self.field!r}: one has several without an order")

    @classmethod
    def of(cls, text: str) -> Sort:
        """The key in a word, as command lines have it: ``title``, or ``-created`` for descending."""
        return cls(text.removeprefix("-"), "descending" if text.startswith("-") else "ascending")


def _set_parts(made: All | Any, parts: tuple[Query, ...]) -> None:
    if len(parts) < 2:
        raise QueryError(f"{type(made).__name__} has {len(parts)} parts, expected two or more (see all_of)")
    object.__setattr__(made, "parts", parts)


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not name or len(name) > LONGEST:
        raise QueryError(f"the name of a field is {name!r:.60}, expected a text")


def _check_compared(name: str, value: str, *, prefix: bool = False) -> None:
    if name in ("collection", "withinCollection"):
        raise QueryError(
            "a collection has an id, expected 'collection:ID' or 'withinCollection:ID' (InCollection)"
        )
    if name in MOMENTS and (prefix or not isinstance(read_bound(value), date)):
        raise QueryError(f"{name!r} is compared with {value!r}, expected a date or a moment")


def check_text(value: str) -> None:
    """Refuse what cannot be a text to find."""
    if not isinstance(value, str):
        raise QueryError(f"the text to find is a {type(value).__name__}, expected a text")
    if len(value) > LONGEST:
        raise QueryError(f"the text to find has {len(value)} characters, expected at most {LONGEST}")


def _kind(bound: object) -> str:
    if isinstance(bound, datetime) and bound.tzinfo is None:
        raise QueryError(f"the moment {bound} has no time zone")
    if isinstance(bound, date):
        return "moment"
    if isinstance(bound, str):
        check_text(bound)
        return "text"
    if isinstance(bound, int | float) and not isinstance(bound, bool) and _is_finite(bound):
        return "number"
    raise QueryError(f"a bound is {bound!r:.60}, expected a number, a text, a date or a moment")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise QueryError(f"the moment {moment.isoformat()} is beyond the calendar in UTC") from None


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an int beyond every float
        return False
