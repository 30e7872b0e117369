"""Who may do what with an asset."""

from __future__ import annotations

from flowhost_plugins.viz_one import set_group_permissions

__all__ = ["set_group_permissions"]
