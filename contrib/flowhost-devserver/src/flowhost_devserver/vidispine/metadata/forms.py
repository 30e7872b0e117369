"""Metadata documents in XML that `forms` does not have."""

from __future__ import annotations

from flowhost_devserver.vidispine.fields import forms as _forms  # noqa: F401  # definitions of fields
from flowhost_devserver.vidispine.forms import TYPES, add_forms

TYPES["MetadataField"] |= {"type": "FieldDefinition", "data": "KeyValue*"}  # what `include` asks for

add_forms(
    {
        "ChangeSet": {"id": "text", "metadata": "Metadata"},
        "ChangeSets": {"changeSet": "ChangeSet*"},
    },
    {"MetadataChangeSetDocument": "ChangeSets"},
)
