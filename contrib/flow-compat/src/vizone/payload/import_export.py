"""The document that assets are imported from."""

from __future__ import annotations

from flowhost_plugins.viz_one import ImportExport

__all__ = ["ImportExport"]
