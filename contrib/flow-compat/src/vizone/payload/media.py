"""Files that belong to no asset, and media on their way."""

from __future__ import annotations

from flowhost_plugins.viz_one import (
    Incoming,
    IncomingCollection,
    LocationCollection,
    UnmanagedFile,
    UnmanagedFileCollection,
)

__all__ = ["Incoming", "IncomingCollection", "LocationCollection", "UnmanagedFile", "UnmanagedFileCollection"]
