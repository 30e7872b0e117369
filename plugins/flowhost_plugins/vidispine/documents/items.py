"""Items, collections and libraries."""

from __future__ import annotations

from typing import Any, ClassVar

from flowhost_plugins.vidispine.documents.access import MergedAccessList
from flowhost_plugins.vidispine.documents.document import Document, ListDocument, Many, Text
from flowhost_plugins.vidispine.documents.metadata import Metadata, Terse, Timespan
from flowhost_plugins.vidispine.documents.search import ItemSearch
from flowhost_plugins.vidispine.documents.shapes import Shape


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
    merged_access: MergedAccessList | None = None
    external_id: Many[Text] = []
    files: Any = None


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
    external_id: Many[Text] = []


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
