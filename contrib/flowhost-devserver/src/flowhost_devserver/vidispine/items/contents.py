"""What a document about an item has in it, by the words of the parameter ``content``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flowhost_devserver.vidispine.access.documents import merged_access
from flowhost_devserver.vidispine.call import Call
from flowhost_devserver.vidispine.external_ids.documents import external_documents
from flowhost_devserver.vidispine.files.documents import file_document
from flowhost_devserver.vidispine.items.permissions import permissions
from flowhost_devserver.vidispine.metadata.reading import content
from flowhost_devserver.vidispine.metadata.selecting import selection
from flowhost_devserver.vidispine.metadata.subjects import Subject
from flowhost_devserver.vidispine.shapes.documents import is_placeholder, shape_document
from flowhost_devserver.vidispine.thumbnails.pages import picture_uris
from flowhost_plugins.catalogue import CatalogueItem, Shape


def item_document(call: Call, subject: Subject) -> dict[str, Any]:
    """An ItemDocument: the id, and what is asked for. Words that mean nothing add nothing.

    Args:
        call: the request.
        subject: the item.
    """
    made: dict[str, Any] = {"id": subject.id}
    for word in call.words("content"):
        if read := CONTENTS.get(word):
            made |= read(call, subject)
    return made


def record_of(subject: Subject) -> CatalogueItem:
    """The item, whole."""
    assert isinstance(subject.whole, CatalogueItem), "only items are asked for"
    return subject.whole


def item_uris(call: Call, subject: Subject) -> list[str]:
    """Where the media of an item is, of the shapes with one of the tags in ``tag``, of the schemes in ``scheme``."""
    tags, scheme = call.words("tag"), call.text("scheme")
    return [
        uri
        for shape in record_of(subject).shapes
        if not tags or not set(tags).isdisjoint(shape.tags)
        for file in shape.files
        for uri in file_document(call.site, file, scheme=scheme)["uri"]
    ]


def _shapes(call: Call, subject: Subject) -> dict[str, Any]:
    scheme = call.text("scheme")
    shown = [shape_document(call.site, one, scheme=scheme) for one in _with_media(call, subject)]
    return {"shape": shown}


def _with_media(call: Call, subject: Subject) -> list[Shape]:
    tags = call.words("tag")
    return [
        one
        for one in record_of(subject).shapes
        if not is_placeholder(call.site, one) and (not tags or not set(tags).isdisjoint(one.tags))
    ]


def _external_ids(call: Call, subject: Subject) -> dict[str, Any]:
    names = tuple(record_of(subject).external_ids)
    return {"externalId": external_documents(call.site, "item", subject.id, names)}


def _pictures(call: Call, kind: str, subject: Subject) -> dict[str, Any]:
    uris = picture_uris(call, kind, subject.id)
    return {"uri": uris} if uris else {}


CONTENTS: dict[str, Callable[[Call, Subject], dict[str, Any]]] = {
    "metadata": lambda call, subject: content(call.site, subject, selection(call)),
    "shape": _shapes,
    "access": lambda call, subject: {"access": permissions(call, subject.id)},
    "merged-access": lambda call, subject: {"merged-access": merged_access(call, "item", subject.id)},
    "uri": lambda call, subject: {"files": {"uri": item_uris(call, subject)}},
    "thumbnail": lambda call, subject: {"thumbnails": _pictures(call, "thumbnail", subject)},
    "poster": lambda call, subject: {"posters": _pictures(call, "poster", subject)},
    "external": _external_ids,
}
"""What each word adds."""
