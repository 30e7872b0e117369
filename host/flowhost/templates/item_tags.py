"""What the tags of a text stand for, when a rule is about an item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeAlias

from flowhost.asset_system import Item

Variables: TypeAlias = Mapping[str, str] | Callable[[], Mapping[str, str]]


def item_tags(item: Item | None, variables: Variables = {}) -> Mapping[str, Any]:  # noqa: B006  # never changed
    """The tags of an item, each looked up when it is asked for.

    In this order: ``title``, ``itemId`` and ``mediaType`` of the item; the variables; the metadata fields. A field is
    looked for under its full name, then in all groups: ``${group/field}`` has all values of that field,
    ``${field}`` the value of its last instance. What has no value is not there.

    Args:
        item: the item; None when the rule is about none.
        variables: variable → text, e.g. ``originalFilename``, ``user``; a function is called when the first tag
            that is not the item's own is asked for.

    Returns:
        A mapping for `Context.tags`; in expressions it offers ``tags['name']``, ``tags.get('name')`` and ``in``.
    """
    return _ItemTags(item, variables)


class _ItemTags(Mapping[str, Any]):
    expression_names: ClassVar[tuple[str, ...]] = ("get", "__getitem__", "__contains__")

    def __init__(self, item: Item | None, variables: Variables) -> None:
        self._given = variables
        self._found: Mapping[str, str] | None = None if callable(variables) else variables
        self._fields: Mapping[str, tuple[str, ...]] = item.fields if item else {}
        own = {"title": item.title, "itemId": item.id, "mediaType": item.media_type} if item else {}
        self._own = {name: text for name, text in own.items() if text}

    def __getitem__(self, name: str) -> str | tuple[str, ...]:
        found = self._own.get(name) or self._variables.get(name) or self._field(name)
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        names = [*self._own, *self._variables, *self._fields]
        inner = [name.rpartition("/")[2] for name in self._fields]
        return iter(dict.fromkeys(name for name in [*names, *inner] if name in self))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"item_tags({dict(self)!r})"

    @property
    def _variables(self) -> Mapping[str, str]:
        if self._found is None:
            assert callable(self._given)
            self._found = self._given()
        return self._found

    def _field(self, name: str) -> tuple[str, ...]:
        if values := _texts(self._fields.get(name, ())):
            return values
        inner = [values for key, values in self._fields.items() if key.endswith(f"/{name}")]
        return next((texts[-1:] for values in reversed(inner) if (texts := _texts(values))), ())


def _texts(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if value)
