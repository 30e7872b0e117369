"""What has metadata: an item or a collection, as far as that matters here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from flowhost_devserver.vidispine.access.entries import OWNER
from flowhost_devserver.vidispine.external_ids.namings import own_id
from flowhost_devserver.vidispine.refusals import not_found
from flowhost_devserver.vidispine.site import Site
from flowhost_plugins.catalogue import CatalogueItem, Collection, Group, NotFound

Kind: TypeAlias = Literal["item", "collection"]


@dataclass(frozen=True, slots=True)
class Subject:
    """An item or collection.

    Args:
        kind: which of the two.
        id: its id.
        state: differs when anything of it changed in the catalogue.
        created: when it was made.
        user: who made it; empty: nobody said.
        fields: its fields in the catalogue; of a collection the title is its name.
        groups: its groups there.
        whole: all the catalogue knows.
    """

    kind: Kind
    id: str
    state: str
    created: datetime
    user: str
    fields: Mapping[str, tuple[str, ...]]
    groups: tuple[Group, ...]
    whole: CatalogueItem | Collection

    @property
    def key(self) -> str:
        """What its stamps are kept under; items and collections count their ids separately."""
        return f"{self.kind} {self.id}"


def subject_of(site: Site, kind: Kind, id_: str, missing: str | None = None) -> Subject:
    """The item or collection, by its id or external id.

    Args:
        site: where.
        kind: what it is.
        id_: its id.
        missing: how it is called when it is not there.

    Raises:
        Refusal: there is none.
    """
    try:
        return item_subject(site.catalogue.record(id_)) if kind == "item" else _collection(site, id_)
    except NotFound:
        raise not_found(missing or kind.capitalize(), id_) from None


def id_of(site: Site, kind: Kind, id_: str) -> str:
    """The id that an item or collection has here, of its id or external id; of an item no more than that is read.

    Raises:
        Refusal: there is none.
    """
    if kind != "item":
        return subject_of(site, kind, id_).id
    found = site.catalogue.item(id_)
    if found is None:
        raise not_found("Item", id_)
    return found.id


def item_subject(record: CatalogueItem) -> Subject:
    """An item that was read already."""
    return Subject(
        "item",
        record.id,
        record.revision,
        record.created,
        record.user,
        record.fields,
        record.groups,
        record,
    )


def _collection(site: Site, id_: str) -> Subject:
    return collection_subject(site, site.catalogue.collection(own_id(site, id_)))


def collection_subject(site: Site, record: Collection) -> Subject:
    """A collection that was read already."""
    fields = {"title": (record.name,), **{key: held for key, held in record.fields.items() if key != "title"}}
    return Subject(
        "collection",
        record.id,
        record.revision,
        record.created or site.started,
        (site.keeping.get(OWNER, f"collection {record.id}") or {}).get("user", ""),
        fields,
        record.groups,
        record,
    )


def write_values(
    site: Site, subject: Subject, fields: Mapping[str, tuple[str, ...]], groups: tuple[Group, ...]
) -> Subject:
    """Let these be its values in the catalogue.

    Raises:
        Conflict: it is no longer in the state in which it was read.
        NotFound: it is gone meanwhile.
    """
    catalogue, state = site.catalogue, subject.state
    if subject.kind == "item":
        record = catalogue.update_item(subject.id, fields=fields, groups=groups, revision=state)
        return item_subject(record)
    rest = {name: values for name, values in fields.items() if name != "title"}
    name = next(iter(fields.get("title", ())), "") or None
    return collection_subject(
        site, catalogue.update_collection(subject.id, name=name, fields=rest, groups=groups, revision=state)
    )
