"""Between the values in the catalogue and the same with their stamps. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowhost_devserver.vidispine.metadata.merging import Node
from flowhost_devserver.vidispine.metadata.stamps import Stamp
from flowhost_devserver.vidispine.metadata.values import replaced
from flowhost_plugins.catalogue import Group


def plain(level: Mapping[str, Any]) -> tuple[dict[str, tuple[str, ...]], tuple[Group, ...]]:
    """Fields and groups as the catalogue has them; the uuid of a group is its id there."""
    fields = {one["name"]: tuple(value["value"] for value in one["value"]) for one in level.get("field", ())}
    return fields, tuple(Group(one["name"], *plain(one), one["uuid"]) for one in level.get("group", ()))


def reconciled(
    level: Node, fields: Mapping[str, tuple[str, ...]], groups: Iterable[Group], stamp: Stamp
) -> Node:
    """`level` with exactly these values; those it had already keep their stamps."""
    known = {one["name"]: one for one in level.get("field", ())}
    instances = {one["uuid"]: one for one in level.get("group", ())}
    return {
        **level,
        "field": [_field(known.get(name), name, values, stamp) for name, values in fields.items()],
        "group": [_group(instances.get(one.id), one, stamp) for one in groups],
    }


def _field(old: Node | None, name: str, texts: Iterable[str], stamp: Stamp) -> Node:
    before = old["value"] if old else []
    with_languages = _as_given(before, texts)
    values = replaced(before, with_languages, stamp)
    if old and values == before:
        return old
    return {"name": name, "value": values, **stamp.marks(old["uuid"] if old else None)}


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
