"""Storages, and places that files are exported to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flowhost_plugins.vidispine.documents.document import Document, Many, Text
from flowhost_plugins.vidispine.documents.lists import SimpleMetadata


class StorageMethod(Document):
    """A way to the files of a storage."""

    xml_root: ClassVar[str] = "StorageMethodDocument"

    id: Text | None = None
    uri: Text = ""
    read: bool | None = None
    write: bool | None = None
    browse: bool | None = None
    bandwidth: int | None = None
    last_success: Text | None = None
    last_failure: Text | None = None
    failure_message: Text | None = None
    type: Text | None = None


class Storage(Document):
    """A place for files; capacities and watermarks are bytes."""

    xml_root: ClassVar[str] = "StorageDocument"

    id: Text = ""
    state: Text = ""
    type: Text = ""
    priority: Text | None = None
    capacity: int | None = None
    free_capacity: int | None = None
    timestamp: Text | None = None
    method: Many[StorageMethod] = []
    metadata: SimpleMetadata | None = None
    low_watermark: int | None = None
    high_watermark: int | None = None
    low_watermark_percentage: float | None = None
    high_watermark_percentage: float | None = None
    auto_detect: bool | None = None
    show_importables: bool | None = None

    @property
    def name(self) -> str:
        """The name its operator gave it; empty when it has none."""
        return self.values.get("name", "")

    @property
    def values(self) -> dict[str, str]:
        """What its operator says of it: ``name`` and others."""
        told = self.metadata.values if self.metadata else {}
        return {key: texts[0] for key, texts in told.items() if texts}


class StorageList(Document):
    """Storages."""

    xml_root: ClassVar[str] = "StorageListDocument"

    storage: Many[Storage] = []


class ExportLocation(Document):
    """A place that files are delivered to."""

    xml_root: ClassVar[str] = "ExportLocationDocument"

    name: Text
    uri: Text | None = None
    uri_list: Any = None
    tag: Many[Text] = []
    projection: Text | None = None
    script: Text | None = None

    @property
    def uris(self) -> list[str]:
        """All its URIs, the first one first."""
        return list(dict.fromkeys(uri for uri in (self.uri or "", *_uris(self.uri_list)) if uri))


def _uris(listed: Any) -> list[str]:
    """The URIs of a list, which is one in the schema; as an element of XML it has them below it."""
    if isinstance(listed, Mapping):
        return _uris(listed.get("uri"))
    if isinstance(listed, list):
        return [uri for one in listed for uri in _uris(one)]
    return [listed] if isinstance(listed, str) else []


class ExportLocationList(Document):
    """All places that files are delivered to."""

    xml_root: ClassVar[str] = "ExportLocationListDocument"

    export_location: Many[ExportLocation] = []
