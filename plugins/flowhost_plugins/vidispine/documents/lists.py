"""Small documents that many calls answer with: URIs, keys with values, the version."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from flowhost_plugins.vidispine.documents.document import Document, Keys, Many, OneOrMany, Text


class URIList(Document):
    """URIs, ids or names."""

    xml_root: ClassVar[str] = "URIListDocument"

    hits: int | None = None
    uri: Many[Text] = []


def _in_one(value: object) -> object:
    """Several values as the data of jobs has them: with commas. What is no plain value is left to be refused."""
    if not isinstance(value, list) or any(isinstance(one, list | dict) for one in value):
        return value
    return ",".join("" if one is None else str(one) for one in value)


class KeyValue(Document):
    """A key with a value; of several, as a list of some releases has them, one with commas is made."""

    key: Text
    value: Annotated[Text, BeforeValidator(_in_one)] = ""


class KeyValues(Document):
    """A key with its values; one alone is written as a text, which is what the schema has."""

    key: Text
    value: OneOrMany[Text] = []


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
