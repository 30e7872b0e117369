"""Documents about collections."""

from __future__ import annotations

from typing import Any

from flowhost_devserver.vidispine.access.documents import access_documents, merged_access
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.collections import forms as _forms  # noqa: F401  # makes its documents known
from flowhost_devserver.vidispine.collections.contents import Content, contents, notes_on
from flowhost_devserver.vidispine.collections.naming import EXTERNAL
from flowhost_devserver.vidispine.metadata.reading import content
from flowhost_devserver.vidispine.metadata.selecting import selection
from flowhost_devserver.vidispine.metadata.subjects import collection_subject
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
        known = call.site.keeping.all(EXTERNAL)
        made["externalId"] = [one for one, id_ in known.items() if id_ == record.id]
    if "metadata" in words:
        made |= content(call.site, collection_subject(call.site, record), selection(call))
    if "access" in words:
        made["access"] = access_documents(call, "collection", record.id)
    if "merged-access" in words:
        made["mergedAccess"] = merged_access(call, "collection", record.id)
    held = contents(call.site, record.id) if whole else []
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
    return {**told, "metadata": {"field": [{"key": key, "value": [held]} for key, held in notes.items()]}}
