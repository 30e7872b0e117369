"""What an ItemSearchDocument asks for, as a tree. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["item", "collection", "shape", "file"]


@dataclass(frozen=True, slots=True)
class Between:
    """A range of values; None: no bound on this side."""

    low: str | None
    high: str | None
    above: bool = False
    below: bool = False


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field has one of these values, or lies within one of these ranges; without any it has a value at all."""

    name: str
    values: tuple[str, ...] = ()
    ranges: tuple[Between, ...] = ()


@dataclass(frozen=True, slots=True)
class TextIs:
    """The words are anywhere."""

    text: str


@dataclass(frozen=True, slots=True)
class GroupHas:
    """One instance of a metadata group, on any level, is like this."""

    name: str
    inner: Criterion


@dataclass(frozen=True, slots=True)
class Related:
    """A thing of another kind that belongs to this one is like this: a shape of the item, the item of a file ..."""

    kind: Kind
    inner: Criterion


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold; without any everything is fine."""

    parts: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    parts: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """This does not hold."""

    inner: Criterion


Criterion: TypeAlias = FieldIs | TextIs | GroupHas | Related | Every | Either | Without


@dataclass(frozen=True, slots=True)
class Order:
    """One key of an order."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """What to count among the found.

    Args:
        field: by the values of this.
        name: what the client calls it; empty: nothing.
        ranges: the bounds of these ranges instead of the values, as the document had them.
        exclude: names of filters that do not count here.
        counts: whether the values are counted, too, where there are ranges.
        least: how many there must be of a value for it to be told.
        most: how many values are told, the most frequent ones; None: all.
    """

    field: str
    name: str = ""
    ranges: tuple[tuple[str, str], ...] = ()
    exclude: tuple[str, ...] = ()
    counts: bool = False
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A whole document.

    Args:
        criterion: what is searched.
        filters: what is held against it besides, with names; empty: no name.
        sort: the order.
        facets: what to count.
        cursor: where to go on; None: by ``first``.
    """

    criterion: Criterion = Every()
    filters: tuple[tuple[str, Criterion], ...] = ()
    sort: tuple[Order, ...] = ()
    facets: tuple[Facet, ...] = ()
    cursor: str | None = None

    @property
    def whole(self) -> Criterion:
        """The criterion with all filters."""
        return self.without(())

    def without(self, names: tuple[str, ...]) -> Criterion:
        """The criterion with the filters that are not called like this."""
        kept = [held for name, held in self.filters if not name or name not in names]
        return Every((self.criterion, *kept)) if kept else self.criterion
