"""The fields the server itself sets: what everybody may know of an item or collection."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, TypeAlias

from flowhost_devserver.vidispine import moments
from flowhost_devserver.vidispine.fields.registry import is_transient
from flowhost_devserver.vidispine.metadata.kept import SYSTEM
from flowhost_devserver.vidispine.metadata.media_fields import media_fields
from flowhost_devserver.vidispine.metadata.merging import Node
from flowhost_devserver.vidispine.metadata.subjects import Subject
from flowhost_devserver.vidispine.shapes.awaited import shapes_of
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import CatalogueItem

Found: TypeAlias = Iterator[tuple[str, Callable[[], Iterable[Any]]]]
"""Fields, and how their values are found; that may cost a question to the catalogue."""


def system_fields(
    site: Site, subject: Subject, kept: dict[str, Any], asked: Callable[[str], object]
) -> list[Node]:
    """The fields that are not kept; the same value has the same uuid all the time.

    Args:
        site: where.
        subject: of this.
        kept: what is kept of its metadata.
        asked: whether a field is wanted; what is not is not worked out.
    """
    marks = {"user": SYSTEM, "timestamp": moments.stamp(subject.created), "change": kept["first"]}
    fields = []
    for name, texts in system_values(site, subject, asked):
        held = [{"value": text, "uuid": _uuid(subject, name, text), **marks} for text in texts]
        fields.append({"name": name, "value": held, "uuid": _uuid(subject, name, ""), **marks})
    return fields


def system_values(
    site: Site, subject: Subject, asked: Callable[[str], object]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """As `system_fields`, of each field the name and the values only; without those that have none."""
    for name, values in _all(site, subject):
        if not asked(name) or (name in subject.fields and not is_transient(name)):
            continue  # or somebody set it otherwise
        if texts := tuple(str(one) for one in values() if one is not None):
            yield name, texts


def is_lasting(name: str) -> bool:
    """Whether a field is not worked out for every answer."""
    return not is_transient(name)


def _all(site: Site, subject: Subject) -> Found:
    record = subject.whole
    if isinstance(record, CatalogueItem):
        yield from _of_item(site, record)
        yield from _transient(site, record)
    else:
        yield from _of_collection(subject)


def _uuid(subject: Subject, name: str, text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{subject.key}/{name}/{text}/{subject.created}"))


def _of_item(site: Site, record: CatalogueItem) -> Found:
    yield "created", lambda: [moments.zulu(record.created)]
    yield "mediaType", lambda: [record.media_type or "none"]
    yield "itemId", lambda: [record.id]
    yield "user", lambda: [record.user or SYSTEM]
    tags = dict.fromkeys(tag for shape in record.shapes for tag in shape.tags)
    yield "shapeTag", lambda: list(tags) or ["original"]
    yield from media_fields(site, record)


def _transient(site: Site, record: CatalogueItem) -> Found:
    above = cache(lambda: [one.id for one in site.catalogue.collections_of(record.id)])
    ancestors = cache(lambda: _ancestors(site, above()))
    locks = cache(lambda: site.catalogue.deletion_locks(record.id))
    storages = list(dict.fromkeys(file.storage for shape in record.shapes for file in shape.files))
    added = [shape.created for shape in record.shapes if shape.created]
    yield "__metadata_last_modified", lambda: [moments.zulu(record.updated)]
    yield "__placeholder_shape_size", lambda: [0 if record.media_type else 1]
    yield "__shape_size", lambda: [max(1, len(record.shapes))]
    yield "__shape", lambda: [shape.id for shape in shapes_of(site, record)]
    yield "__version_count", lambda: [1 if record.media_type else 0]
    yield "__version", lambda: ["0"]
    yield "__shape_last_added", lambda: [moments.zulu(max(added, default=record.created))]
    yield "__storage", lambda: storages
    yield "__storage_size", lambda: [len(storages)]
    yield "__storagegroup_size", lambda: [0]
    yield "__sequence_size", lambda: [0]
    yield "__collection", above
    yield "__collection_size", lambda: [len(above())]
    yield "__ancestor_collection", ancestors
    yield "__ancestor_collection_size", lambda: [len(ancestors())]
    yield "__deletion_lock_id", lambda: [lock.id for lock in locks()]
    yield "__deletion_lock_expiry", lambda: [moments.zulu(lock.expires) for lock in locks() if lock.expires]


def _ancestors(site: Site, above: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(above)
    while waiting:
        one = waiting.pop(0)
        if one not in found:
            found[one] = None
            waiting += site.catalogue.collection(one).parents
    return list(found)


def _of_collection(subject: Subject) -> Found:
    yield "created", lambda: [moments.zulu(subject.created)]
    yield "collectionId", lambda: [subject.id]
    if subject.user:
        yield "user", lambda: [subject.user]
