"""Small documents that many calls answer with: URIs, keys with values, the version."""

from __future__ import annotations

from typing import ClassVar

from flowhost_plugins.vidispine.documents.document import Document, Keys, Many, Text


class URIList(Document):
    """URIs, ids or names."""

    xml_root: ClassVar[str] = "URIListDocument"

    hits: int | None = None
    uri: Many[Text] = []


class KeyValue(Document):
    """A key with a value."""

    key: Text
    value: Text = ""


class KeyValues(Document):
    """A key with its values."""

    key: Text
    value: Many[Text] = []


class SimpleMetadata(Document):
    """Keys with values: the metadata of files, shapes and storages, and what a notification tells."""

    xml_root: ClassVar[str] = "SimpleMetadataDocument"

    field: Many[KeyValues] = []

    @property
    def values(self) -> dict[str, list[str]]:
        """Key → values, of all fields with that key."""
        found: dict[str, list[str]] = {}
        for field in self.field:
            found.setdefault(field.key, []).extend(field.value)
        return found

    @classmethod
    def of(cls, values: dict[str, list[str]]) -> SimpleMetadata:
        """The document that says these."""
        return cls(field=[KeyValues(key=key, value=texts) for key, texts in values.items()])


class VersionComponent(Document):
    """A part of a site, and its version."""

    name: Text = ""
    version: Text = ""


class Version(Document):
    """What a site says of itself."""

    component: Many[VersionComponent]
    system_info: Keys | None = None
    license_info: Keys | None = None

    @property
    def text(self) -> str:
        """The version of its API; empty when it does not tell."""
        versions = {one.name: one.version for one in self.component}
        return versions.get("API") or next(iter(versions.values()), "")
