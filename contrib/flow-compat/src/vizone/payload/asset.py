"""Assets."""

from __future__ import annotations

from flowhost_plugins.viz_one import Item, ItemCollection

__all__ = ["Item", "ItemCollection"]
