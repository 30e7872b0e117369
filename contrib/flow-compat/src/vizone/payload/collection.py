"""Collections of assets."""

from __future__ import annotations

from flowhost_plugins.viz_one import Folder, ItemSet, Members, Program, Season, Series

__all__ = ["Folder", "ItemSet", "Members", "Program", "Season", "Series"]
