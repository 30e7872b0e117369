"""Whom a SimpleSearchDocument means; ``*`` in a value stands for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, TypeVar

from flowhost_devserver.vidispine.refusals import invalid_input

T = TypeVar("T")

CHOICES = {"AND": all, "OR": any}
ORDERS = ("ascending", "descending")


def found(
    wanted: Mapping[str, Any],
    every: Iterable[T],
    fields: Iterable[str],
    values: Callable[[T, str], list[str]],
) -> list[T]:
    """Those whom a SimpleSearchDocument means, in its order.

    Args:
        wanted: the document.
        every: users or groups.
        fields: names of the fields that they have besides their metadata, in small letters.
        values: what one has in a field, by its name in small letters; nothing when they have no such field.

    Raises:
        Refusal: it makes no sense.
    """
    _check(wanted)
    meant = [one for one in every if _meets(wanted, fields, partial(values, one))]
    for sort in reversed(wanted.get("sort", [])):
        meant.sort(
            key=lambda one: [text.lower() for text in values(one, sort["field"].lower())],
            reverse=sort.get("order") == "descending",
        )
    return meant


def values_in(metadata: Mapping[str, list[str]] | None, field: str) -> list[str]:
    """What metadata says by a key, written in small letters or not."""
    return [value for key, kept in (metadata or {}).items() if key.lower() == field for value in kept]


def _check(wanted: Mapping[str, Any]) -> None:
    operator = wanted.get("operator") or {}
    _expect("operation", operator.get("operation", "AND"), tuple(CHOICES))
    for field in (*wanted.get("field", []), *operator.get("field", [])):
        _expect_name(_name(field))
    for sort in wanted.get("sort", []):
        _expect_name(sort.get("field"))
        _expect("order", sort.get("order", "ascending"), ORDERS)


def _expect(context: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise invalid_input(context, explanation=f"expected one of {', '.join(known)}", value=value)


def _expect_name(name: str | None) -> None:
    if not name:
        raise invalid_input("field", explanation="expected the name of a field")


def _name(field: Mapping[str, Any]) -> str:
    return str(field.get("name") or field.get("key") or "")


def _meets(wanted: Mapping[str, Any], fields: Iterable[str], values: Callable[[str], list[str]]) -> bool:
    operator = wanted.get("operator") or {}
    choice = CHOICES[operator.get("operation", "AND")]
    rows = operator.get("field", [])
    texts = (
        any(like(text, one) for name in fields for one in values(name)) for text in wanted.get("text", [])
    )
    own = _in_field(wanted.get("field", []), values)
    return all(texts) and all(own) and (not rows or choice(_in_field(rows, values)))


def _in_field(rows: Iterable[Mapping[str, Any]], values: Callable[[str], list[str]]) -> Iterator[bool]:
    """Of each row whether it is met."""
    for row in rows:
        own = values(_name(row).lower())
        yield any(like(value, one) for value in row.get("value", []) for one in own)


def like(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says, small and capital letters alike."""
    return fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]"))
