"""Pages: the metadata of items and collections, and what changed of it."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from flowhost_devserver.vidispine.access.rights import require
from flowhost_devserver.vidispine.answers import document
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.metadata import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.metadata.checking import checked_metadata
from flowhost_devserver.vidispine.metadata.history import change_sets, changed_spans
from flowhost_devserver.vidispine.metadata.kept import change_metadata, kept_metadata
from flowhost_devserver.vidispine.metadata.merging import ALWAYS
from flowhost_devserver.vidispine.metadata.reading import content, shown
from flowhost_devserver.vidispine.metadata.selecting import EVERYTHING, selected_spans, selection
from flowhost_devserver.vidispine.metadata.subjects import Kind, Subject, subject_of
from flowhost_devserver.vidispine.metadata.system_fields import is_lasting, system_fields
from flowhost_devserver.vidispine.metadata.terse_xml import items_answer
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.routing import Route


def read_item_metadata(call: Call, item_id: str) -> Response:
    """The metadata of an item."""
    subject = _readable(call, "item", item_id)
    return _item_answer(call, subject, content(call.site, subject, selection(call)))


def write_item_metadata(call: Call, item_id: str) -> Response:
    """Change the metadata of an item; the answer is all of it, or what changed."""
    subject, metadata = _changed(call, "item", item_id)
    return _item_answer(call, subject, {"metadata": metadata})


def read_collection_metadata(call: Call, collection_id: str) -> Response:
    """The metadata of a collection."""
    subject = _readable(call, "collection", collection_id)
    found = content(call.site, subject, selection(call))
    if "terse" in found:
        return items_answer(call, "CollectionDocument", {"id": subject.id, **found})
    return document(call, "MetadataDocument", found["metadata"])


def write_collection_metadata(call: Call, collection_id: str) -> Response:
    """Change the metadata of a collection; the answer is all of it, or what changed."""
    return document(call, "MetadataDocument", _changed(call, "collection", collection_id)[1])


def read_item_changes(call: Call, item_id: str) -> Response:
    """The change sets of an item's metadata, the oldest first."""
    return _changes(call, _readable(call, "item", item_id), call.text("change"))


def read_collection_changes(call: Call, collection_id: str) -> Response:
    """The change sets of a collection's metadata, the oldest first."""
    return _changes(call, _readable(call, "collection", collection_id), call.text("change"))


def read_item_change(call: Call, item_id: str, change: str) -> Response:
    """One change set of an item's metadata."""
    return _changes(call, _readable(call, "item", item_id), change)


def read_collection_change(call: Call, collection_id: str, change: str) -> Response:
    """One change set of a collection's metadata."""
    return _changes(call, _readable(call, "collection", collection_id), change)


def _readable(call: Call, kind: Kind, id_: str) -> Subject:
    subject = subject_of(call.site, kind, id_)
    require(call, "READ", kind, subject.id)
    return subject


def _changed(call: Call, kind: Kind, id_: str) -> tuple[Subject, dict[str, Any]]:
    subject = subject_of(call.site, kind, id_)
    require(call, "WRITE", kind, subject.id)
    before = kept_metadata(call.site, subject)["timespan"]
    given = checked_metadata(call.site, call.document("MetadataDocument"))
    revision = call.text("revision") or None
    subject, kept, stamp = change_metadata(call.site, subject, given, call.run_as, revision=revision)
    metadata = shown(call.site, subject, kept, EVERYTHING)
    if call.flag("onlyReturnChanges"):
        changed = changed_spans(before, kept["timespan"], stamp.change) if stamp else []
        metadata["timespan"] = selected_spans(changed, EVERYTHING)
    return subject, metadata


def _changes(call: Call, subject: Subject, only: str) -> Response:
    kept = kept_metadata(call.site, subject)  # which notes what others changed
    own = system_fields(call.site, subject, kept, is_lasting)
    first = {"start": ALWAYS[0], "end": ALWAYS[1], "field": own, "group": []}
    every = {kept["first"]: [first], **change_sets(call.site, subject)}
    wanted = selection(call)
    sets = [
        {"id": change, "metadata": {"revision": change, "timespan": selected_spans(spans, wanted)}}
        for change, spans in every.items()
        if spans and only in ("", change)
    ]
    if only and not sets:
        raise not_found("metadata-change-set", only)
    skipped = call.number("first", 1, lowest=1) - 1
    shown_sets = sets[skipped : skipped + call.number("number", len(sets))]
    return document(call, "MetadataChangeSetDocument", {"changeSet": shown_sets})


def _item_answer(call: Call, subject: Subject, found: dict[str, Any]) -> Response:
    return items_answer(call, "MetadataListDocument", {"item": [{"id": subject.id, **found}]})


ROUTES = (
    Route("GET", "/item/<item_id>/metadata", read_item_metadata),
    Route("PUT", "/item/<item_id>/metadata", write_item_metadata),
    Route("GET", "/item/<item_id>/metadata/changes", read_item_changes),
    Route("GET", "/item/<item_id>/metadata/changes/<change>", read_item_change),
    Route("GET", "/collection/<collection_id>/metadata/changes/<change>", read_collection_change),
    Route("GET", "/collection/<collection_id>/metadata", read_collection_metadata),
    Route("PUT", "/collection/<collection_id>/metadata", write_collection_metadata),
    Route("GET", "/collection/<collection_id>/metadata/changes", read_collection_changes),
)
