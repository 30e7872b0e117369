"""What an expression may ask of an item. Nothing is read of the asset system before it is asked for, and then once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import flowhost
from flowhost_plugins.rules.matching.library import Library


class ItemFacts:
    """``item`` in an expression.

    Attributes: ``id``, ``title``, ``mediaType``, ``placeholder``, ``created``, ``updated``, ``originalFilename``,
    ``user`` (who ingested it), ``fields`` (``item.fields['x']``: the first value, empty when there is none),
    ``collections`` (names), ``tags`` (the tags of its shapes). Methods: ``first('x')`` is ``fields['x']``,
    ``values('x')`` all values, ``has('x')`` whether there is one. A name without ``/`` that no field has means a field
    of that name in any group.

    Args:
        item_id: id of the item.
        library: where it is.
    """

    expression_names: ClassVar[frozenset[str]] = frozenset(
        {
            *("id", "title", "mediaType", "placeholder", "created", "updated", "originalFilename", "user"),
            *("fields", "collections", "tags", "first", "values", "has", "__str__"),
        }
    )

    __slots__ = ("_collections", "_item", "_library", "_tags", "_variables", "id")

    def __init__(self, item_id: str, library: Library) -> None:
        self.id = item_id
        self._library = library
        self._item: flowhost.Item | None = None
        self._variables: Mapping[str, str] | None = None
        self._collections: tuple[str, ...] | None = None
        self._tags: tuple[str, ...] | None = None

    def load(self) -> flowhost.Item:
        """The item itself.

        Raises:
            Permanent: there is none.
        """
        if self._item is None:
            self._item = self._library.item(self.id)
        return self._item

    def variables(self) -> Mapping[str, str]:
        """What the library tells besides fields."""
        if self._variables is None:
            self.load()  # so that an item that is gone is told in one way
            self._variables = self._library.variables(self.id)
        return self._variables

    @property
    def title(self) -> str:
        """Its title; empty when it has none."""
        return self.load().title

    @property
    def mediaType(self) -> str:  # noqa: N802  # the name operators know from Vidispine
        """``video``, ``audio``, ``image`` ...; empty while it is a placeholder."""
        return self.load().media_type

    @property
    def placeholder(self) -> bool:
        """Whether it waits for its media."""
        return self.load().placeholder

    @property
    def created(self) -> datetime | None:
        """When it was made."""
        return self.load().created

    @property
    def updated(self) -> datetime | None:
        """When it last changed."""
        return self.load().updated

    @property
    def originalFilename(self) -> str:  # noqa: N802  # as mediaType
        """The name of the file it was made of; empty when that is not known."""
        return self.variables().get("originalFilename", "")

    @property
    def user(self) -> str:
        """Who ingested it; empty when that is not known."""
        return self.variables().get("user", "")

    @property
    def collections(self) -> tuple[str, ...]:
        """The names of the collections it is a member of."""
        if self._collections is None:
            self._collections = tuple(self._library.media.collection_names(self.id))
        return self._collections

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of its shapes."""
        if self._tags is None:
            shapes = self._library.media.shapes(self.id)
            self._tags = tuple(dict.fromkeys(tag for shape in shapes for tag in shape.tags))
        return self._tags

    @property
    def fields(self) -> FieldFacts:
        """Its metadata: the first value of each field."""
        return FieldFacts(self)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a field; none when it has none."""
        fields = self.load().fields
        if name in fields or "/" in name:
            return tuple(fields.get(name, ()))
        found = [values for field, values in fields.items() if field.rpartition("/")[2] == name]
        return tuple(value for values in found for value in values)

    def first(self, name: str) -> str:
        """The first value of a field; empty when it has none."""
        return next(iter(self.values(name)), "")

    def has(self, name: str) -> bool:
        """Whether a field has a value."""
        return any(self.values(name))

    def __str__(self) -> str:
        return self.id

    def __repr__(self) -> str:
        return f"item {self.id}"


class FieldFacts:
    """``item.fields`` in an expression.

    Args:
        item: the item.
    """

    expression_names: ClassVar[frozenset[str]] = frozenset({"__getitem__", "__contains__", "get", "keys"})

    __slots__ = ("_item",)

    def __init__(self, item: ItemFacts) -> None:
        self._item = item

    def __getitem__(self, name: str) -> str:
        return self._item.first(name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._item.has(name)

    def get(self, name: str, default: str = "") -> str:
        """The first value of a field, or the default when it has none."""
        return self._item.first(name) or default

    def keys(self) -> list[str]:
        """The names of all fields that have a value."""
        return [name for name, values in self._item.load().fields.items() if any(values)]

    def __repr__(self) -> str:
        return f"fields of {self._item!r}"
