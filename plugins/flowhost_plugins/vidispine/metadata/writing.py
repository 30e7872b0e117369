"""What to send so that metadata becomes another: the MetadataDocument with nothing but the difference. Pure.

A field without a mode is replaced by the values that come with it; without values it is gone. An instance of a group
that is there is named by its uuid; one that is new has the mode ``add``, one that goes the mode ``remove``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowhost_plugins.vidispine.metadata.tree import Group

ALWAYS = {"start": "-INF", "end": "+INF"}
"""The time span of what holds for the whole item."""


def whole(tree: Group) -> dict[str, Any]:
    """The document of metadata for something new."""
    return _document(_contents(tree, mode=False))


def difference(before: Group, after: Group) -> dict[str, Any] | None:
    """The document that makes `after` of `before`; None: they are equal."""
    changed = _changed(before, after)
    return _document(changed) if changed else None


def _document(contents: Mapping[str, Any]) -> dict[str, Any]:
    return {"timespan": [{**ALWAYS, **contents}]}


def _field(name: str, values: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "value": [{"value": one} for one in values]}


def _contents(group: Group, *, mode: bool) -> dict[str, Any]:
    contents: dict[str, Any] = {}
    if group.fields:
        contents["field"] = [_field(name, values) for name, values in group.fields.items()]
    if group.groups:
        contents["group"] = [_new(one, mode=mode) for one in group.groups]
    return contents


def _new(group: Group, *, mode: bool) -> dict[str, Any]:
    added = {"mode": "add"} if mode else {}
    return {"name": group.name, **added, **_contents(group, mode=False)}


def _changed(before: Group, after: Group) -> dict[str, Any]:
    fields = [
        _field(name, after.fields.get(name, ()))
        for name in {**before.fields, **after.fields}
        if before.fields.get(name) != after.fields.get(name)
    ]
    groups = _changed_groups(before, after)
    return {**({"field": fields} if fields else {}), **({"group": groups} if groups else {})}


def _changed_groups(before: Group, after: Group) -> list[dict[str, Any]]:
    had = {(one.name, one.uuid): one for one in before.groups}
    kept = {(one.name, one.uuid) for one in after.groups}
    found: list[dict[str, Any]] = [
        {"name": name, "uuid": uuid, "mode": "remove"} for name, uuid in had if (name, uuid) not in kept
    ]
    for one in after.groups:
        known = had.get((one.name, one.uuid))
        if known is None:
            found.append(_new(one, mode=True))
        elif changed := _changed(known, one):
            found.append({"name": one.name, "uuid": one.uuid, **changed})
    return found
