"""The error document."""

from __future__ import annotations

from typing import ClassVar

from flowhost_plugins.vidispine.documents.document import Document, Text


class Fault(Document):
    """What is wrong, and with what."""

    type: Text = ""
    id: Text = ""
    context: Text = ""
    explanation: Text = ""
    value: Text = ""


class ExceptionDocument(Document):
    """One of nine faults; the others are null."""

    xml_root: ClassVar[str] = "ExceptionDocument"

    not_found: Fault | None = None
    internal_server: Fault | None = None
    forbidden: Fault | None = None
    not_yet_implemented: Fault | None = None
    conflict: Fault | None = None
    invalid_input: Fault | None = None
    license_fault: Fault | None = None
    file_already_exists: Fault | None = None
    not_authorized: Fault | None = None

    @property
    def told(self) -> tuple[str, Fault]:
        """The key of the fault and the fault; an empty key when there is none."""
        for name, field in type(self).model_fields.items():
            if (fault := getattr(self, name)) is not None:
                return field.alias or name, fault
        return "", Fault()
