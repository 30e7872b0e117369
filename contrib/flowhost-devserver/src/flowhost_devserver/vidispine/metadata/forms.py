"""Metadata documents in XML that `forms` does not have."""

from __future__ import annotations

from flowhost_devserver.vidispine.forms import TYPES, add_forms

TYPES["MetadataField"] |= {"type": "text", "data": "KeyValue*"}  # what `include` asks for

add_forms(
    {
        "ChangeSet": {"id": "text", "metadata": "Metadata"},
        "ChangeSets": {"changeSet": "ChangeSet*"},
    },
    {"MetadataChangeSetDocument": "ChangeSets"},
)
