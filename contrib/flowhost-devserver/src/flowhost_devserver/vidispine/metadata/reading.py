"""Metadata as answers show it: all of it, or what was asked for; with words, or tersely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowhost_devserver.vidispine.fields.registry import field_data, field_of, group_of
from flowhost_devserver.vidispine.metadata.kept import kept_metadata, revision_of
from flowhost_devserver.vidispine.metadata.merging import Node
from flowhost_devserver.vidispine.metadata.selecting import Selection, selected_spans
from flowhost_devserver.vidispine.metadata.subjects import Subject
from flowhost_devserver.vidispine.metadata.system_fields import system_fields
from flowhost_devserver.vidispine.metadata.tracks import wants_track
from flowhost_devserver.vidispine.site import Site


def metadata_document(site: Site, subject: Subject, wanted: Selection) -> dict[str, Any]:
    """The MetadataDocument of an item or collection: revision, groups, timespans.

    Raises:
        Refusal: it is gone meanwhile.
    """
    kept = kept_metadata(site, subject)
    return shown(site, subject, kept, wanted)


def shown(site: Site, subject: Subject, kept: dict[str, Any], wanted: Selection) -> dict[str, Any]:
    """As `metadata_document`, of metadata that was read already."""
    always, *others = kept["timespan"]
    own = system_fields(site, subject, kept, wanted.called)
    spans = selected_spans([{**always, "field": [*own, *always.get("field", ())]}, *others], wanted)
    if wanted.defaults and spans and wants_track(wanted.tracks, ""):
        spans[0]["field"] += _defaults(site, spans[0], wanted)
    if wanted.include:
        for span in spans:
            _tell_more(site, span, wanted)
    groups = [one for one in kept["group"] if group_of(site, one)]
    return {"revision": revision_of(kept), "group": groups, "timespan": spans}


def terse_document(document: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Field → its values, those in groups included, of a MetadataDocument."""
    found: dict[str, list[dict[str, str]]] = {}
    for span in document["timespan"]:
        for field in _all_fields(span):
            for value in field["value"]:
                ids = {"uuid": value["uuid"]} if "uuid" in value else {}
                told = {"value": value["value"], "start": span["start"], "end": span["end"], **ids}
                found.setdefault(field["name"], []).append(told)
    return found


def content(site: Site, subject: Subject, wanted: Selection) -> dict[str, Any]:
    """What a document about an item has of its metadata: ``metadata``, or ``terse``."""
    document = metadata_document(site, subject, wanted)
    return {"terse": terse_document(document)} if wanted.terse else {"metadata": document}


def _all_fields(level: Mapping[str, Any]) -> Iterator[Node]:
    yield from level.get("field", ())
    for group in level.get("group", ()):
        yield from _all_fields(group)


def _defaults(site: Site, span: Node, wanted: Selection) -> list[Node]:
    there = {one["name"] for one in _all_fields(span)}
    made = []
    for name, other in wanted.fields.items():
        definition = field_of(site, name)
        if definition and definition.get("defaultValue") and (other or name) not in there:
            made.append({"name": other or name, "value": [{"value": definition["defaultValue"]}]})
    return made


def _tell_more(site: Site, level: Node, wanted: Selection) -> None:
    """Add the definition of each field as its ``type``, and those of its key-values that are asked for."""
    for key in ("field", "group"):
        level[key] = [dict(one) for one in level.get(key, ())]
    for field in level["field"]:
        definition = field_of(site, field["name"])
        if definition and "type" in wanted.include:
            hidden = ("data",) if wanted.values else ("data", "values")
            field["type"] = {key: held for key, held in definition.items() if key not in hidden}
        data = field_data(site, field["name"]) if definition else {}
        if told := [{"key": key, "value": data[key]} for key in wanted.include if key in data]:
            field["data"] = told
    for group in level["group"]:
        _tell_more(site, group, wanted)
