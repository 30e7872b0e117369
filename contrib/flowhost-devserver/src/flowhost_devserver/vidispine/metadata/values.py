"""The values of one field: replaced, added to, taken from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from flowhost_devserver.vidispine.metadata.stamps import Stamp

Value: TypeAlias = dict[str, Any]


def changed_values(old: Sequence[Value], given: Mapping[str, Any], stamp: Stamp) -> list[Value]:
    """What a field's values are after a change.

    Args:
        old: the values it has.
        given: the field of the document: its mode, and its values with theirs. A value without any mode replaces what
            is there; so does a field without values.
        stamp: of what is new.
    """
    values: Sequence[Value] = given.get("value", ())
    mode = given.get("mode")
    if mode == "remove":
        return without(old, values) if values else []
    if mode == "add":
        return [*old, *(_made(one, stamp) for one in values if one.get("mode") != "remove")]
    plain = [one for one in values if not one.get("mode")]
    kept = replaced(old, plain, stamp) if plain or not values else list(old)
    kept = without(kept, [one for one in values if one.get("mode") == "remove"])
    return [*kept, *(_made(one, stamp) for one in values if one.get("mode") == "add")]


def replaced(old: Sequence[Value], given: Sequence[Mapping[str, Any]], stamp: Stamp) -> list[Value]:
    """Exactly the values given; those that were there already keep their stamps."""
    left = list(old)
    return [_kept(left, one, stamp) for one in given]


def without(old: Sequence[Value], given: Sequence[Mapping[str, Any]]) -> list[Value]:
    """The values but those given, by their uuid if it is named, else by what they are."""
    ids = {one["uuid"] for one in given if one.get("uuid")}
    texts = {one["value"] for one in given if not one.get("uuid")}
    return [one for one in old if one["uuid"] not in ids and one["value"] not in texts]


def _kept(left: list[Value], given: Mapping[str, Any], stamp: Stamp) -> Value:
    for one in left:
        if given.get("uuid") in (None, one["uuid"]) and _same(one, given):
            left.remove(one)
            return one
    for one in left:
        if one["uuid"] == given.get("uuid"):
            left.remove(one)
            return _made(given, stamp, one["uuid"])
    return _made(given, stamp)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["value"] == other["value"] and one.get("lang") == other.get("lang"))


def _made(given: Mapping[str, Any], stamp: Stamp, known: str | None = None) -> Value:
    made = {"value": given["value"], **stamp.marks(known)}
    if lang := given.get("lang"):
        made["lang"] = lang
    return made
