"""Change sets: what one request changed of the metadata of an item or collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowhost_devserver.vidispine.metadata.merging import Node, field_key, span_key
from flowhost_devserver.vidispine.metadata.stamps import Stamp
from flowhost_devserver.vidispine.metadata.subjects import Subject
from flowhost_devserver.vidispine.site import Site

NAMING = ("name", "track", "uuid")
"""What is told of a field that is gone."""


def note_change(
    site: Site, subject: Subject, stamp: Stamp, before: Iterable[Node], after: Iterable[Node]
) -> list[Node]:
    """Keep a change set, made of the timespans before and after it; return what changed."""
    spans = changed_spans(before, after, stamp.change)
    site.keeping.put(f"changes of {subject.key}", stamp.change, spans)
    return spans


def change_sets(site: Site, subject: Subject) -> dict[str, list[Node]]:
    """Id of the change set → what it changed; the oldest first."""
    return site.keeping.all(f"changes of {subject.key}")


def changed_spans(before: Iterable[Node], after: Iterable[Node], change: str) -> list[Node]:
    """What is of this change set, and what it removed, marked as such."""
    old = {span_key(one): one for one in before}
    found = []
    for span in after:
        part = _changed(old.pop(span_key(span), {}), span, change)
        if part:
            found.append({"start": span["start"], "end": span["end"], **part})
    gone = [{"start": one["start"], "end": one["end"], **_changed(one, {}, change)} for one in old.values()]
    return found + gone


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], change: str) -> Node:
    """The fields and groups of a level that changed; empty: none."""
    fields = [_changed_field(one, change) for one in after.get("field", ()) if one["change"] == change]
    keys = {field_key(one) for one in after.get("field", ())}
    fields += [
        {key: held for key, held in one.items() if key in NAMING} | {"mode": "remove", "value": []}
        for one in before.get("field", ())
        if field_key(one) not in keys
    ]
    old = {one["uuid"]: one for one in before.get("group", ())}
    groups = []
    for group in after.get("group", ()):
        part = _changed(old.pop(group["uuid"], {}), group, change)
        if part or group["change"] == change:
            marks = {key: value for key, value in group.items() if key not in ("field", "group")}
            groups.append({**marks, **part})
    groups += [{"name": one["name"], "uuid": one["uuid"], "mode": "remove"} for one in old.values()]
    return {key: nodes for key, nodes in (("field", fields), ("group", groups)) if nodes}


def _changed_field(field: Node, change: str) -> Node:
    return {**field, "value": [one for one in field["value"] if one["change"] == change] or field["value"]}
