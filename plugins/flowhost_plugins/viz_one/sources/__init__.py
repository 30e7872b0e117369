"""Where events of Viz One come from: changes of assets, and files in import storages."""

from __future__ import annotations

from flowhost_plugins.viz_one.sources.asset_entries import AssetEntries
from flowhost_plugins.viz_one.sources.unmanaged_files import UnmanagedFiles

__all__ = ["AssetEntries", "UnmanagedFiles"]
