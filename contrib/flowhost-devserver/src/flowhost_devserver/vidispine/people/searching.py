"""Whom a SimpleSearchDocument means; ``*`` in a value stands for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from flowhost_devserver.vidispine.refusals import invalid_input

T = TypeVar("T")
Facts = Mapping[str, list[str]]
"""What is known of one, by the name of the field in small letters."""


def found(
    wanted: Mapping[str, Any], every: Iterable[T], fields: Iterable[str], facts: Callable[[T], Facts]
) -> list[T]:
    """Those whom a SimpleSearchDocument means, in its order.

    Args:
        wanted: the document.
        every: users or groups.
        fields: names of the fields that they have besides their metadata.
        facts: what is known of one: these fields and their metadata.

    Raises:
        Refusal: it asks for something that there is not.
    """
    known = {one.lower() for one in fields}
    each = [(one, facts(one)) for one in every]
    names = known.union(*(told for _, told in each))
    meant = [one for one, told in each if _meets(wanted, told, known, names)]
    for sort in reversed(wanted.get("sort", [])):
        name = _name(sort.get("field"), names)
        told_of = {id(one): told for one, told in each}
        meant.sort(
            key=lambda one: [text.lower() for text in told_of[id(one)].get(name, [])],
            reverse=sort.get("order") == "descending",
        )
    return meant


def _meets(wanted: Mapping[str, Any], told: Facts, known: set[str], names: set[str]) -> bool:
    texts = [text for name in known for text in told.get(name, [])]
    if any(not any(like(text, one) for one in texts) for text in wanted.get("text", [])):
        return False
    operator = wanted.get("operator") or {}
    choice = any if operator.get("operation") == "OR" else all
    fields = [_meets_field(field, told, names) for field in operator.get("field", [])]
    return (not fields or choice(fields)) and all(
        _meets_field(field, told, names) for field in wanted.get("field", [])
    )


def _meets_field(field: Mapping[str, Any], told: Facts, names: set[str]) -> bool:
    name = _name(field.get("name") or field.get("key"), names)
    return any(like(value, one) for value in field.get("value", []) for one in told.get(name, []))


def _name(name: str | None, names: set[str]) -> str:
    if (name or "").lower() not in names:
        expected = f"expected one of {', '.join(sorted(names))}"
        raise invalid_input("SimpleSearchDocument", id_=name, explanation=expected)
    return (name or "").lower()


def like(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says, small and capital letters alike."""
    return fnmatchcase(text.lower(), pattern.lower().replace("[", "[[]"))
