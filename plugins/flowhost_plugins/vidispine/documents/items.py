"""Items, collections and libraries."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import AliasChoices, Field, model_validator

from flowhost_plugins.vidispine.documents.access import MergedAccessList
from flowhost_plugins.vidispine.documents.document import Document, ListDocument, Many, Text
from flowhost_plugins.vidispine.documents.metadata import Metadata, Terse, Timespan
from flowhost_plugins.vidispine.documents.search import ItemSearch
from flowhost_plugins.vidispine.documents.shapes import Shape


class ExternalId(Document):
    """A name that others have for an item or a collection; some releases tell the name alone."""

    xml_text: ClassVar[str] = "externalId"

    external_id: Text = ""
    namespace: Text | None = None
    entity_id: Text | None = None
    entity_type: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        return {"externalId": data} if isinstance(data, str) else data


class Item(Document):
    """An item, with what was asked for by ``content``."""

    xml_root: ClassVar[str] = "ItemDocument"
    xml_attributes: ClassVar[frozenset[str]] = frozenset({"id", "start", "end"})

    id: Text = ""
    start: Text | None = None
    end: Text | None = None
    metadata: Metadata | None = None
    terse: Terse | None = None
    timespan: Many[Timespan] = []
    shape: Many[Shape] = []
    access: Any = None
    merged_access: MergedAccessList | None = Field(
        default=None,
        alias="merged-access",
        validation_alias=AliasChoices("merged-access", "mergedAccess"),
    )
    external_id: Many[ExternalId] = []
    files: Any = None

    @property
    def external_ids(self) -> list[str]:
        """Its external ids, without their namespaces."""
        return [one.external_id for one in self.external_id]


class ItemList(ListDocument):
    """Items that a search found, or that a library has."""

    xml_root: ClassVar[str] = "ItemListDocument"

    library: Text | None = None
    item: Many[Item] = []
    facet: Many[Any] = []


class Member(Document):
    """Something in a collection."""

    id: Text
    uri: Text | None = None
    type: Text | None = None


class Collection(Document):
    """A collection."""

    xml_root: ClassVar[str] = "CollectionDocument"

    loc: Text | None = None
    id: Text = ""
    name: Text = ""
    content: Many[Member] = []
    metadata: Metadata | None = None
    terse: Terse | None = None
    external_id: Many[ExternalId] = []


class CollectionList(ListDocument):
    """Collections."""

    xml_root: ClassVar[str] = "CollectionListDocument"

    collection: Many[Collection] = []


class LibrarySettings(Document):
    """How a library follows its search."""

    xml_root: ClassVar[str] = "LibrarySettingsDocument"

    id: Text | None = None
    username: Text | None = None
    update_mode: Text | None = None
    auto_refresh: bool | None = None
    update_frequency: int | None = None
    last_update: Text | None = None
    query: ItemSearch | None = None
