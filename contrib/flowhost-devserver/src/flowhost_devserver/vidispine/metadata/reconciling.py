"""Between the values in the catalogue and the same with their stamps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flowhost_devserver.vidispine.metadata.merging import Node
from flowhost_devserver.vidispine.metadata.stamps import Stamp
from flowhost_devserver.vidispine.metadata.values import replaced
from flowhost_plugins.catalogue import Group


def plain(level: Mapping[str, Any]) -> tuple[dict[str, tuple[str, ...]], tuple[Group, ...]]:
    """Fields and groups as the catalogue has them; the uuid of a group is its id there."""
    fields: dict[str, tuple[str, ...]] = {}
    for one in level.get("field", ()):  # of all tracks together: the catalogue has none
        texts = tuple(value["value"] for value in one["value"])
        fields[one["name"]] = fields.get(one["name"], ()) + texts
    return fields, tuple(Group(one["name"], *plain(one), one["uuid"]) for one in level.get("group", ()))


def reconciled(
    level: Node, fields: Mapping[str, tuple[str, ...]], groups: Iterable[Group], stamp: Stamp
) -> Node:
    """`level` with exactly these values; those it had already keep their stamps."""
    known: dict[str, list[Node]] = {}
    for one in level.get("field", ()):
        known.setdefault(one["name"], []).append(one)
    instances = {one["uuid"]: one for one in level.get("group", ())}
    return {
        **level,
        "field": [
            one
            for name, texts in fields.items()
            for one in _fields_called(name, known.get(name, ()), texts, stamp)
        ],
        "group": [_group(instances.get(one.id), one, stamp) for one in groups],
    }


def _fields_called(name: str, known: Iterable[Node], texts: Iterable[str], stamp: Stamp) -> Iterator[Node]:
    """Those of one name: values that a track has stay there, all others are of no track."""
    left, tracked, plain_ones = list(texts), list[Node](), list[Node]()
    for one in known:
        if not one.get("track"):
            plain_ones.append(one)
        elif mine := _taken(left, one):
            tracked.append(_field(one, name, mine, stamp))
    if left:
        yield _field(next(iter(plain_ones), None), name, left, stamp)
    yield from tracked


def _taken(left: list[str], field: Node) -> list[str]:
    """The values of a field that are there, taken out of `left`."""
    mine = []
    for value in field["value"]:
        if value["value"] in left:
            left.remove(value["value"])
            mine.append(value["value"])
    return mine


def _field(old: Node | None, name: str, texts: Iterable[str], stamp: Stamp) -> Node:
    before = old["value"] if old else []
    with_languages = _as_given(before, texts)
    values = replaced(before, with_languages, stamp)
    if old and values == before:
        return old
    tracked = {"track": old["track"]} if old and old.get("track") else {}
    return {"name": name, "value": values, **tracked, **stamp.marks(old["uuid"] if old else None)}


def _as_given(before: Iterable[Node], texts: Iterable[str]) -> list[dict[str, Any]]:
    """The values as a document would give them; the catalogue does not know of languages."""
    languages = {one["value"]: one["lang"] for one in before if "lang" in one}
    return [{"value": text, "lang": languages.get(text)} for text in texts]


def _group(old: Node | None, group: Group, stamp: Stamp) -> Node:
    level: Node = old or {"name": group.name}
    made = reconciled(level, group.fields, group.groups, stamp)
    made = {key: value for key, value in made.items() if value or key not in ("field", "group")}
    if old and made == old:
        return old
    return {**made, **stamp.marks(group.id)}
