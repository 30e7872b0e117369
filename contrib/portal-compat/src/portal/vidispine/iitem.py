"""Items: ``from portal.vidispine.iitem import ItemHelper``."""

# ruff: noqa: N802, N803  # the names are Portal's
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.vidispine.connecting import Helper

CONTENT = "metadata,shape"
"""What is read of an item when nobody says."""


class Shape:
    """A shape of an item.

    Args:
        data: Vidispine's ShapeDocument.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def getId(self) -> str:
        """Its id."""
        return str(self.data.get("id", ""))

    def getTag(self) -> str:
        """Its first tag."""
        return next(iter(self.getTags()), "")

    def getTags(self) -> list[str]:
        """Its tags."""
        return [str(one) for one in self.data.get("tag", ())]

    def getMimeType(self) -> str:
        """Its first MIME type."""
        return next((str(one) for one in self.data.get("mimeType", ())), "")


class Item:
    """An item.

    Args:
        data: Vidispine's ItemDocument.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def getId(self) -> str:
        """Its id."""
        return str(self.data.get("id", ""))

    def getTitle(self) -> str:
        """Its title; empty when it has none."""
        return self.getMetadataFieldValueByName("title")

    def getMediaType(self) -> str:
        """``video``, ``audio``, ``image`` ...; ``none`` while it is a placeholder."""
        return self.getMetadataFieldValueByName("mediaType")

    def getMetadataFieldGroupName(self) -> str:
        """The metadata group (form) of the item; empty when it has none."""
        groups = self.data.get("metadata", {}).get("group") or [""]
        return str(groups[0] if isinstance(groups, list) else groups)

    def getMetadataFieldValueByName(self, name: str) -> str:
        """The first value of a field, in any group; empty when it has none."""
        return next(iter(self.getMetadataFieldValuesByName(name)), "")

    def getMetadataFieldValuesByName(self, name: str) -> list[str]:
        """All values of a field, in any group."""
        return [
            str(value.get("value", ""))
            for span in self.data.get("metadata", {}).get("timespan", ())
            for field in _fields(span)
            if field.get("name") == name
            for value in field.get("value", ())
        ]

    def getShapes(self) -> list[Shape]:
        """Its shapes."""
        return [Shape(one) for one in self.data.get("shape", ())]

    def getShapeByTag(self, tag: str) -> Shape | None:
        """The first shape with this tag; None when there is none."""
        return next((one for one in self.getShapes() if tag in one.getTags()), None)

    def getOriginalTag(self) -> str:
        """The tag of the original: ``original``."""
        return self.getMetadataFieldValueByName("shapeTag").split(",")[0] or "original"

    def getArchiveStatus(self) -> str:
        """``Archived``, ``Archived/Restored``, or empty."""
        return self.getMetadataFieldValueByName("portal_archive_status")


class ItemHelper(Helper):
    """Reads, changes and deletes items."""

    def getItem(self, item_id: str, content: str = CONTENT) -> Item:
        """An item.

        Args:
            item_id: its id.
            content: what of it, divided by commas: ``metadata``, ``shape``, ``access`` ...

        Raises:
            NotFoundError: there is none.
        """
        return Item(self._client.get("item", item_id, query={"content": content}))

    def setItemMetadataFieldValue(self, item_id: str, field: str, value: str | Iterable[str]) -> None:
        """Give a field these values instead of its others.

        Raises:
            NotFoundError: there is no such item, or no such field.
        """
        values = [value] if isinstance(value, str) else list(value)
        self._client.put("item", item_id, "metadata", document=field_document(field, values))

    def recreateThumbnails(self, item_id: str) -> str:
        """Let the thumbnails be made anew; return the id of the job."""
        query = {"createThumbnails": "true", "createPosters": "false"}
        return str(self._client.post("item", item_id, "thumbnail", query=query).get("jobId", ""))

    def removeItem(
        self, item_id: str, keepShapeTagMedia: str | None = None, keepShapeTagStorage: str | None = None
    ) -> None:
        """Delete an item for good.

        Args:
            item_id: the item.
            keepShapeTagMedia: tags of shapes whose files stay, divided by commas; ``*``: all.
            keepShapeTagStorage: ids of storages whose files stay, divided by commas; ``*``: all.

        Raises:
            NotFoundError: there is none.
        """
        given = {"keepShapeTagMedia": keepShapeTagMedia, "keepShapeTagStorage": keepShapeTagStorage}
        query = {name: value for name, value in given.items() if value}
        self._client.delete("item", item_id, query=query)

    def createLibraryFromItemList(self, item_ids: Iterable[str]) -> str:
        """Make a library of these items; return its id."""
        document = {"item": [{"id": one} for one in item_ids]}
        told = self._client.post("library", document=document)
        ids = [
            told.get("library"),
            *told.get("uri", ()),
        ]  # an ItemListDocument of older sites, a URIListDocument of newer
        return next((str(one).rpartition("/")[2] for one in ids if one), "")


def field_document(field: str, values: Iterable[str]) -> dict[str, Any]:
    """The MetadataDocument that gives one field these values."""
    entry = {"name": field, "value": [{"value": one} for one in values]}
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": [entry]}]}


def _fields(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The fields of a time span or group, and those of the groups within."""
    yield from node.get("field", ())
    for group in node.get("group", ()):
        yield from _fields(group)
