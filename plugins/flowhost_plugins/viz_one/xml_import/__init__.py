"""The worker ``xml-import``: XML files become assets, and the media they name is imported into them."""

from __future__ import annotations

from flowhost_plugins.viz_one.xml_import.worker import XmlImport

__all__ = ["XmlImport"]
