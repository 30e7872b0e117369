"""The worker ``metadata-mapper``: works out fields of an asset's metadata from others."""

from __future__ import annotations

from flowhost_plugins.viz_one.metadata_mapper.worker import MetadataMapper

__all__ = ["MetadataMapper"]
