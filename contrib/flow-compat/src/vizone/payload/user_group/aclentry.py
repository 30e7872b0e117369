"""Access control lists."""

from __future__ import annotations

from flowhost_plugins.viz_one import Acl, AclEntry

__all__ = ["Acl", "AclEntry"]
