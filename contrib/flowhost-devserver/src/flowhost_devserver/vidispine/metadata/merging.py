"""A metadata document applied to the metadata that is there. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from flowhost_devserver.vidispine.metadata.stamps import Stamp
from flowhost_devserver.vidispine.metadata.values import changed_values
from flowhost_devserver.vidispine.refusals import not_found

Node: TypeAlias = dict[str, Any]
"""A field, a group, or a timespan, in the JSON form."""

ALWAYS = ("-INF", "+INF")
"""Start and end of the timespan that most metadata is in."""


def merged(spans: Sequence[Node], given: Sequence[Mapping[str, Any]], stamp: Stamp) -> list[Node]:
    """The timespans after a change; what did not change keeps its stamps.

    Args:
        spans: those that are there.
        given: those of the document, already checked.
        stamp: of what changes.

    Raises:
        Refusal: a field or group is named by a uuid that is not there.
    """
    kept = {span_key(one): one for one in spans}
    for one in given:
        key = span_key(one)
        span = kept.get(key) or {"start": key[0], "end": key[1]}
        kept[key] = _with_all(span, one, stamp)
    return [one for key, one in kept.items() if key == ALWAYS or one.get("field") or one.get("group")]


def span_key(span: Mapping[str, Any]) -> tuple[str, str]:
    """Start and end of a timespan."""
    return span.get("start") or ALWAYS[0], span.get("end") or ALWAYS[1]


def field_key(field: Mapping[str, Any]) -> tuple[str, str]:
    """Name and track of a field: each track has its own values; an empty text: it is of no track."""
    return field["name"], field.get("track") or ""


def _with_all(level: Node, given: Mapping[str, Any], stamp: Stamp) -> Node:
    """A timespan or group with the fields and groups of the document in it."""
    for field in given.get("field", ()):
        level = _with_field(level, field, stamp)
    ordinals = Counter[str]()  # the second unnamed instance in a document means the second that is there
    for group in given.get("group", ()):
        level = _with_group(level, group, ordinals[group.get("name", "")], stamp)
        if not group.get("uuid") and not group.get("mode"):
            ordinals[group["name"]] += 1
    return level


def _with_field(level: Node, given: Mapping[str, Any], stamp: Stamp) -> Node:
    if uuid := given.get("uuid"):
        return _edited(level, "field", uuid, lambda old: _field(old, given, stamp))
    key = field_key(given)
    old = next((one for one in level.get("field", ()) if field_key(one) == key), None)
    return _put(level, "field", old, _field(old, given, stamp))


def _field(old: Node | None, given: Mapping[str, Any], stamp: Stamp) -> Node | None:
    before = old["value"] if old else []
    values = changed_values(before, given, stamp)
    if not values:
        return None
    if old and values == before:
        return old
    name, track = field_key(old or given)
    tracked = {"track": track} if track else {}
    return {"name": name, "value": values, **tracked, **stamp.marks(old["uuid"] if old else None)}


def _with_group(level: Node, given: Mapping[str, Any], ordinal: int, stamp: Stamp) -> Node:
    mode, uuid = given.get("mode"), given.get("uuid")
    if uuid:
        return _edited(level, "group", uuid, lambda old: _group(old, given, stamp))
    there = [one for one in level.get("group", ()) if one["name"] == given["name"]]
    if mode == "remove":
        for one in there:
            level = _put(level, "group", one, None)
        return level
    old = None if mode == "add" or ordinal >= len(there) else there[ordinal]
    return _put(level, "group", old, _group(old, given, stamp))


def _group(old: Node | None, given: Mapping[str, Any], stamp: Stamp) -> Node | None:
    if given.get("mode") == "remove":
        return None
    made = _with_all(old or {"name": given["name"]}, given, stamp)
    return old if made == old else {**made, **stamp.marks(old["uuid"] if old else None)}


def _put(level: Node, kind: str, old: Node | None, new: Node | None) -> Node:
    """`level` with `new` in the place of `old`; either may be missing."""
    nodes = [new if one is old else one for one in level.get(kind, ())]
    if old is None:
        nodes.append(new)
    return {**level, kind: [one for one in nodes if one is not None]}


def _edited(level: Node, kind: str, uuid: str, edit: Callable[[Node], Node | None]) -> Node:
    found = _edited_below(level, kind, uuid, edit)
    if found is None:
        raise not_found(f"metadata-{kind}", uuid)
    return found


def _edited_below(level: Node, kind: str, uuid: str, edit: Callable[[Node], Node | None]) -> Node | None:
    for one in level.get(kind, ()):
        if one["uuid"] == uuid:
            return _put(level, kind, one, edit(one))
    for group in level.get("group", ()):
        made = _edited_below(group, kind, uuid, edit)
        if made is not None:
            return _put(level, "group", group, made)
    return None
