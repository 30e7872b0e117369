"""Forms of metadata."""

from __future__ import annotations

from flowhost_plugins.viz_one import MetadataFormCollection

__all__ = ["MetadataFormCollection"]
