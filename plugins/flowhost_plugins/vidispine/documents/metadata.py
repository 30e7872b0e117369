"""Metadata: values in fields, fields in groups and time spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, TypeAlias

from pydantic import model_validator

from flowhost_plugins.vidispine.documents.document import Document, Keys, Many, Text

Mode: TypeAlias = Text
"""How a value or group is written: ``add`` or ``remove``; without it the value replaces those that are there."""

_CHANGED = frozenset({"uuid", "user", "timestamp", "change"})


class MetadataValue(Document):
    """A value of a field, and who set it when."""

    xml_attributes: ClassVar[frozenset[str]] = _CHANGED | {"lang", "mode"}
    xml_text: ClassVar[str] = "value"

    value: Text = ""
    uuid: str | None = None
    user: str | None = None
    timestamp: str | None = None
    change: str | None = None
    lang: str | None = None
    mode: Mode | None = None


class Reference(Document):
    """What a field or group is taken from."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"id", "uuid", "type"})

    id: str | None = None
    uuid: str | None = None
    type: str | None = None


class MetadataFieldValues(Document):
    """A field with its values."""

    xml_attributes: ClassVar[frozenset[str]] = _CHANGED | {"track", "inheritance", "reference", "mode"}

    uuid: str | None = None
    user: str | None = None
    timestamp: str | None = None
    change: str | None = None
    track: Text | None = None
    inheritance: Text | None = None
    reference: Text | None = None
    mode: Mode | None = None
    name: Text
    referenced: Reference | None = None
    value: Many[MetadataValue] = []


class MetadataGroup(Document):
    """A group with its fields, and groups in it; there may be several of one name."""

    xml_attributes: ClassVar[frozenset[str]] = _CHANGED | {"mode", "reference", "track"}

    uuid: str | None = None
    user: str | None = None
    timestamp: str | None = None
    change: str | None = None
    track: Text | None = None
    mode: Mode | None = None
    reference: Text | None = None
    name: Text
    referenced: Reference | None = None
    field: Many[MetadataFieldValues] = []
    group: Many[MetadataGroup] = []


class Timespan(Document):
    """What holds for a part of an item, or for all of it: ``-INF`` to ``+INF``."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"start", "end"})

    start: Text = "-INF"
    end: Text = "+INF"
    field: Many[MetadataFieldValues] = []
    group: Many[MetadataGroup] = []


def _values(where: Timespan | MetadataGroup, name: str) -> Iterator[MetadataValue]:
    for field in where.field:
        if field.name == name:
            yield from field.value
    for group in where.group:
        yield from _values(group, name)


class Metadata(Document):
    """The metadata of an item or a collection, or a change of it.

    `group` has the names of the groups it is made with; `revision` the ids of its newest changes, with commas.
    """

    xml_root: ClassVar[str] = "MetadataDocument"

    revision: str | None = None
    group: Many[Text] = []
    timespan: Many[Timespan] = []

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, data: Any) -> Any:
        """The schema has a list where one thing is asked for, too; some releases answer so for a collection."""
        listed = data.get("item", data.get("collection")) if isinstance(data, Mapping) else None
        if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], Mapping):
            return data
        return listed[0].get("metadata", data)

    def values(self, name: str) -> list[str]:
        """The values of a field, in whatever groups and time spans it is, in their order."""
        return [value.value for span in self.timespan for value in _values(span, name)]


class MetadataEntry(Document):
    """The metadata of one of several things."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"id"})

    id: Text = ""
    metadata: Metadata | None = None


class MetadataList(Document):
    """The metadata of several things, e.g. of one item after a change."""

    xml_root: ClassVar[str] = "MetadataListDocument"

    item: Many[MetadataEntry] = []


class TerseValue(Document):
    """A value of a field in the terse form."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"start", "end", "uuid"})
    xml_text: ClassVar[str] = "value"

    value: Text = ""
    start: str | None = None
    end: str | None = None
    uuid: str | None = None


Terse: TypeAlias = dict[str, Many[TerseValue]]
"""Field → its values, groups forgotten."""


class Definition(Document):
    """A metadata field: its name and type."""

    xml_root: ClassVar[str] = "MetadataFieldDocument"

    name: Text
    type: Text = ""
    origin: Text | None = None
    system: bool | None = None
    string_restriction: Keys | None = None
    data: Any = None
    values: Any = None


class DefinitionList(Document):
    """All metadata fields."""

    xml_root: ClassVar[str] = "MetadataFieldListDocument"

    field: Many[Definition] = []


class GroupSchema(Document):
    """How often a field or group may be in a group; a maximum of -1 is none."""

    xml_attributes: ClassVar[frozenset[str]] = frozenset({"min", "max", "name", "reference"})

    min: int | None = None
    max: int | None = None
    name: Text | None = None


class FieldGroup(Document):
    """A group of metadata fields."""

    xml_root: ClassVar[str] = "MetadataFieldGroupDocument"

    name: Text
    schema_: GroupSchema | None = None
    field: Many[Definition] = []
    group: Many[FieldGroup] = []
    inheritance: Text | None = None
    origin: Text | None = None


class FieldGroupList(Document):
    """All groups of metadata fields."""

    xml_root: ClassVar[str] = "MetadataFieldGroupListDocument"

    group: Many[FieldGroup] = []
