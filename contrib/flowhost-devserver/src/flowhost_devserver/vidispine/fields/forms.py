"""Documents about metadata fields and groups in XML."""

from __future__ import annotations

from flowhost_devserver.vidispine.forms import add_forms

add_forms(
    {
        "StringRestriction": {"minLength": "int", "maxLength": "int", "pattern": "text"},
        "IntegerRestriction": {"minInclusive": "int", "maxInclusive": "int"},
        "FloatRestriction": {"minInclusive": "float", "maxInclusive": "float"},
        "LongRestriction": {"minInclusive": "int", "maxInclusive": "int"},
        "FieldSchema": {"min": "@int", "max": "@int", "name": "@text", "reference": "@text"},
        "FieldDefinition": {
            "system": "@text",
            "sortable": "@bool",
            "inheritance": "@text",
            "name": "text",
            "schema": "FieldSchema",
            "type": "text",
            "stringRestriction": "StringRestriction",
            "integerRestriction": "IntegerRestriction",
            "longRestriction": "LongRestriction",
            "floatRestriction": "FloatRestriction",
            "index": "text",
            "fullText": "bool",
            "boost": "float",
            "data": "KeyValue*",
            "defaultValue": "text",
            "externalId": "text*",
            "values": "SimpleMetadata",
            "origin": "text",
        },
        "FieldDefinitions": {"field": "FieldDefinition*"},
        "GroupDefinition": {
            "inheritance": "@text",
            "name": "text",
            "schema": "FieldSchema",
            "data": "KeyValue*",
            "field": "FieldDefinition*",
            "group": "GroupDefinition*",
            "externalId": "text*",
            "origin": "text",
        },
        "GroupDefinitions": {"group": "GroupDefinition*"},
    },
    {
        "MetadataFieldDocument": "FieldDefinition",
        "MetadataFieldListDocument": "FieldDefinitions",
        "MetadataFieldGroupDocument": "GroupDefinition",
        "MetadataFieldGroupListDocument": "GroupDefinitions",
    },
)
