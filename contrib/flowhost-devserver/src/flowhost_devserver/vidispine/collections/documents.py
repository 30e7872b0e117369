"""Documents about collections."""

from __future__ import annotations

from typing import Any

from flowhost_devserver.vidispine.access.documents import merged_access
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.collections import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.collections.contents import Content, contents, notes_on
from flowhost_devserver.vidispine.external_ids.documents import external_documents
from flowhost_devserver.vidispine.external_ids.namings import namings
from flowhost_devserver.vidispine.metadata.reading import content
from flowhost_devserver.vidispine.metadata.selecting import selection
from flowhost_devserver.vidispine.metadata.subjects import collection_subject
from flowhost_devserver.vidispine.simple_metadata import as_fields
from flowhost_plugins.catalogue import Collection


def collection_document(
    call: Call, record: Collection, *, whole: bool = False, slash: str = ""
) -> dict[str, Any]:
    """The CollectionDocument.

    Args:
        call: the request; ``content`` says what is in it besides.
        record: the collection.
        whole: whether what it holds is told.
        slash: behind its URL.
    """
    made: dict[str, Any] = {
        "loc": f"{call.site.api}/collection/{record.id}{slash}",
        "id": record.id,
        "name": record.name,
    }
    words = call.words("content")
    if "external" in words:
        names = namings(call.site, "collection", record.id)
        made["externalId"] = external_documents(call.site, "collection", record.id, names)
    if "metadata" in words:
        made |= content(call.site, collection_subject(call.site, record), selection(call))
    if "merged-access" in words:
        made["merged-access"] = merged_access(call, "collection", record.id)
    kinds = call.words("children")
    every = contents(call.site, record.id) if whole else []
    held = [one for one in every if not kinds or one.kind in kinds]
    return {**made, "content": [_content(call, record.id, one) for one in held]} if held else made


def _content(call: Call, collection_id: str, what: Content) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": what.id,
        "uri": f"{call.site.api}/{what.kind}/{what.id}",
        "type": what.kind,
    }
    notes = notes_on(call.site, collection_id, what)
    if not notes:
        return told
    return {**told, "metadata": as_fields(notes)}
