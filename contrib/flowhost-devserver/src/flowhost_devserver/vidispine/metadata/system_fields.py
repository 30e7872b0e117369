"""The fields the server itself sets: what everybody may know of an item or collection."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from flowhost_devserver.vidispine import moments
from flowhost_devserver.vidispine.metadata.kept import SYSTEM
from flowhost_devserver.vidispine.metadata.media_fields import media_fields
from flowhost_devserver.vidispine.metadata.merging import Node
from flowhost_devserver.vidispine.metadata.subjects import Subject
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import CatalogueItem

TRANSIENT = "__"
"""Fields that begin so are worked out for every answer."""


def system_fields(
    site: Site, subject: Subject, kept: dict[str, Any], *, transient: bool = True
) -> list[Node]:
    """The fields that are not kept; the same value has the same uuid all the time.

    Args:
        site: where.
        subject: of this.
        kept: what is kept of its metadata.
        transient: whether those that begin with `TRANSIENT` are wanted, too.
    """
    record = subject.whole
    found = list(_of_item(site, record) if isinstance(record, CatalogueItem) else _of_collection(subject))
    if transient and isinstance(record, CatalogueItem):
        found += _transient(site, record)
    marks = {"user": SYSTEM, "timestamp": moments.stamp(subject.created), "change": kept["first"]}
    fields = []
    for name, values in found:
        texts = [str(one) for one in values if one is not None]
        if not texts or (name in subject.fields and not name.startswith(TRANSIENT)):
            continue  # somebody set it otherwise
        held = [{"value": text, "uuid": _uuid(subject, name, text), **marks} for text in texts]
        fields.append({"name": name, "value": held, "uuid": _uuid(subject, name, ""), **marks})
    return fields


def _uuid(subject: Subject, name: str, text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{subject.key}/{name}/{text}/{subject.created}"))


def _of_item(site: Site, record: CatalogueItem) -> Iterator[tuple[str, Iterable[Any]]]:
    yield "created", [moments.zulu(record.created)]
    yield "mediaType", [record.media_type or "none"]
    yield "itemId", [record.id]
    yield "user", [record.user or SYSTEM]
    yield (
        "shapeTag",
        list(dict.fromkeys(tag for shape in record.shapes for tag in shape.tags)) or ["original"],
    )
    yield from media_fields(site, record)


def _transient(site: Site, record: CatalogueItem) -> Iterator[tuple[str, Iterable[Any]]]:
    above = [one.id for one in site.catalogue.collections_of(record.id)]
    ancestors = _ancestors(site, above)
    storages = list(dict.fromkeys(file.storage for shape in record.shapes for file in shape.files))
    added = [shape.created for shape in record.shapes if shape.created]
    locks = site.catalogue.deletion_locks(record.id)
    yield "__metadata_last_modified", [moments.zulu(record.updated)]
    yield "__placeholder_shape_size", [0 if record.media_type else 1]
    yield "__shape_size", [max(1, len(record.shapes))]
    yield "__shape", [shape.id for shape in record.shapes]
    yield "__version_count", [1 if record.media_type else 0]
    yield "__version", ["0"]
    yield "__shape_last_added", [moments.zulu(max(added, default=record.created))]
    yield "__storage", storages
    yield "__storage_size", [len(storages)]
    yield "__storagegroup_size", [0]
    yield "__sequence_size", [0]
    yield "__collection", above
    yield "__collection_size", [len(above)]
    yield "__ancestor_collection", ancestors
    yield "__ancestor_collection_size", [len(ancestors)]
    yield "__deletion_lock_id", [lock.id for lock in locks]
    yield "__deletion_lock_expiry", [moments.zulu(lock.expires) for lock in locks if lock.expires]


def _ancestors(site: Site, above: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(above)
    while waiting:
        one = waiting.pop(0)
        if one not in found:
            found[one] = None
            waiting += site.catalogue.collection(one).parents
    return list(found)


def _of_collection(subject: Subject) -> Iterator[tuple[str, Iterable[Any]]]:
    yield "created", [moments.zulu(subject.created)]
    yield "collectionId", [subject.id]
    if subject.user:
        yield "user", [subject.user]
