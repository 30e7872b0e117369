"""Searches."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from flowhost_plugins.vidispine.documents.document import Document, Many, OneOrMany, Text


class SearchValue(Document):
    """A value to look for; `minimum` and `maximum` stand for the open end of a range."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"noescape", "minimum", "maximum", "boost"})
    xml_text: ClassVar[str] = "value"

    value: Text = ""
    noescape: bool | None = None
    minimum: bool | None = None
    maximum: bool | None = None
    boost: float | None = None


class SearchRange(Document):
    """From a value to another; the ends belong to it unless it says otherwise."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"exclusiveMinimum", "exclusiveMaximum"})

    exclusive_minimum: bool | None = None
    exclusive_maximum: bool | None = None
    value: Many[SearchValue] = []


class SearchField(Document):
    """A field, and what one of its values must be."""

    name: Text
    value: Many[SearchValue] = []
    range: Many[SearchRange] = []


class SearchGroup(Document):
    """A group, and what must hold within one of its instances."""

    name: Text
    field: Many[SearchField] = []
    operator: OneOrMany[SearchOperator] = []
    group: Many[SearchGroup] = []


class Criteria(Document):
    """Conditions, and those below them."""

    text: Many[SearchValue] = []
    field: Many[SearchField] = []
    group: Many[SearchGroup] = []
    item: Many[Criteria] = []
    shape: Many[Criteria] = []
    file: Many[Criteria] = []
    operator: OneOrMany[SearchOperator] = []


class SearchOperator(Criteria):
    """Conditions that hold all, one at least, or none."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"operation"})

    operation: Literal["AND", "OR", "NOT"]


class SearchFilter(Criteria):
    """Conditions that do not count for the rank."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"operation", "name"})

    operation: Literal["AND", "OR", "NOT"] | None = None
    name: Text | None = None


class SearchSort(Document):
    """A field to sort by."""

    field: Text
    order: Literal["ascending", "descending"] = "ascending"


class ItemSearch(Criteria):
    """A search for items or collections."""

    xml_root: ClassVar[str] = "ItemSearchDocument"
    xml_attributes: ClassVar[frozenset[str]] = frozenset({"version"})

    version: Text | None = None
    filter: Many[SearchFilter] = []
    sort: Many[SearchSort] = []
    facet: Many[Any] = []
    intervals: Literal["all", "generic", "timed"] | None = None
    cursor: Text | None = None
