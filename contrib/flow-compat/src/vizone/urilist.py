"""Lists of URIs."""

from __future__ import annotations

from flowhost_plugins.viz_one import UriList

__all__ = ["UriList"]
