"""How documents look in XML, so that pages only deal in their JSON form.

A type is a mapping of key → what it is: a scalar (``text``, ``int``, ``float``, ``bool``, ``moment``) or another type;
behind it a ``*`` when there may be several, before it a ``@`` when XML has it as an attribute; ``=`` is the text of the
element. ``uri/text*`` is a list whose values XML has in elements ``uri`` within one element.
The order is that of the elements in XML.
"""

from __future__ import annotations

from typing import TypeAlias

Form: TypeAlias = dict[str, str]

KEY_VALUE: Form = {"key": "text", "value": "text"}

TYPES: dict[str, Form] = {
    "KeyValue": KEY_VALUE,
    "KeyValues": {"key": "text", "value": "text*"},
    # -- metadata
    "MetadataValue": {
        "value": "=",
        **dict.fromkeys(("uuid", "user", "change", "lang", "mode"), "@text"),
        "timestamp": "@moment",
    },
    "MetadataField": {
        **dict.fromkeys(("uuid", "user", "change", "track", "lang", "mode"), "@text"),
        "timestamp": "@moment",
        "inheritance": "@text",
        "reference": "@text",
        "name": "text",
        "referenced": "Reference",
        "value": "MetadataValue*",
    },
    "Reference": {"id": "@text", "type": "@text", "uuid": "@text"},
    "MetadataGroup": {
        **dict.fromkeys(("uuid", "user", "change", "mode", "reference"), "@text"),
        "timestamp": "@moment",
        "name": "text",
        "referenced": "Reference",
        "field": "MetadataField*",
        "group": "MetadataGroup*",
    },
    "Timespan": {"start": "@text", "end": "@text", "field": "MetadataField*", "group": "MetadataGroup*"},
    "Metadata": {"revision": "text", "group": "text*", "timespan": "Timespan*"},
    "ItemMetadata": {"id": "@text", "metadata": "Metadata"},
    "MetadataList": {"item": "ItemMetadata*"},
    # -- anything that lists
    "UriList": {"hits": "int", "uri": "text*"},
    "SimpleMetadata": {"field": "KeyValues*"},
    # -- refusals
    "Fault": dict.fromkeys(("type", "id", "context", "explanation", "value"), "text"),
    "Exception": dict.fromkeys(
        (
            "notFound",
            "internalServer",
            "forbidden",
            "notYetImplemented",
            "conflict",
            "invalidInput",
            "licenseFault",
            "fileAlreadyExists",
            "notAuthorized",
        ),
        "Fault",
    ),
}
"""The types by their names."""

DOCUMENTS: dict[str, str] = {
    "MetadataDocument": "Metadata",
    "MetadataListDocument": "MetadataList",
    "URIListDocument": "UriList",
    "SimpleMetadataDocument": "SimpleMetadata",
    "ExceptionDocument": "Exception",
}
"""Root element → its type."""


def add_forms(types: dict[str, Form], documents: dict[str, str]) -> None:
    """Make more types and documents known; each topic has its own next to its pages.

    Raises:
        ValueError: a name is taken.
    """
    for known, new in ((TYPES, types), (DOCUMENTS, documents)):
        if taken := known.keys() & new.keys():
            raise ValueError(f"there are forms of these names already: {', '.join(sorted(taken))}")
        known.update(new)  # type: ignore[arg-type]  # each goes with its own
