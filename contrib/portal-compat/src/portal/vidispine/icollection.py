"""Collections: ``from portal.vidispine.icollection import CollectionHelper``."""

# ruff: noqa: N802  # the names are Portal's
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.vidispine.connecting import Helper
from portal.vidispine.iitem import field_document


class Collection:
    """A collection.

    Args:
        data: Vidispine's CollectionDocument.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def getId(self) -> str:
        """Its id."""
        return str(self.data.get("id", ""))

    def getName(self) -> str:
        """Its name."""
        return str(self.data.get("name", ""))


class CollectionHelper(Helper):
    """Makes collections and puts things into them."""

    def getCollection(self, collection_id: str) -> Collection:
        """A collection.

        Raises:
            NotFoundError: there is none.
        """
        return Collection(self._client.get("collection", collection_id))

    def createCollection(self, collection_name: str, settingsprofile_id: str | None = None) -> Collection:
        """Make a collection.

        Args:
            collection_name: its name.
            settingsprofile_id: import settings that its access entries are taken from.
        """
        query = {"name": collection_name}
        if settingsprofile_id:
            query["settings"] = settingsprofile_id
        return Collection(self._client.post("collection", query=query))

    def addItemToCollection(self, collection_id: str, item_id: str) -> None:
        """Put an item into a collection."""
        self._add(collection_id, item_id, {"type": "item"})

    def addCollectionToCollection(self, collection_id: str, child_id: str) -> None:
        """Put a collection into another."""
        self._add(collection_id, child_id, {"type": "collection"})

    def addLibraryToCollection(self, collection_id: str, library_id: str) -> None:
        """Put the items of a library into a collection."""
        self._add(collection_id, library_id, {"type": "library", "addItems": "true"})

    def removeItemFromCollection(self, collection_id: str, item_id: str) -> None:
        """Take an item out of a collection."""
        self._client.delete("collection", collection_id, item_id, query={"type": "item"})

    def setCollectionMetadataFieldValue(
        self, collection_id: str, field: str, value: str | Iterable[str]
    ) -> None:
        """Give a field of a collection these values instead of its others."""
        values = [value] if isinstance(value, str) else list(value)
        self._client.put("collection", collection_id, "metadata", document=field_document(field, values))

    def _add(self, collection_id: str, member: str, query: Mapping[str, str]) -> None:
        self._client.put("collection", collection_id, member, query=dict(query))
