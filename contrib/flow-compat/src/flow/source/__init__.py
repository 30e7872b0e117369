"""Flow's own sources."""

from __future__ import annotations

from flow.source.asset import AssetEntryListener
from flow.source.interval import Interval
from flow.source.local import STDIN
from flow.source.location import UnmanagedFilesListener
from flow.source.stomp import GenericStompListener

__all__ = ["STDIN", "AssetEntryListener", "GenericStompListener", "Interval", "UnmanagedFilesListener"]
