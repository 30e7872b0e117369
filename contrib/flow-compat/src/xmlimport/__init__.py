"""The built-in application that imports XML with its media."""

from __future__ import annotations

from typing import ClassVar

from flow.source.location import UnmanagedFilesListener
from flow_compat.built_in import BuiltIn


class XmlImport(BuiltIn):
    """Imports XML files and the media they name; flowhost's worker ``xml-import``."""

    SOURCE = UnmanagedFilesListener
    native: ClassVar[str] = "xml-import"
