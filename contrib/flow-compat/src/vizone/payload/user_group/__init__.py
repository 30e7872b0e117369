"""Who may do what."""

from __future__ import annotations

from vizone.payload.user_group.aclentry import Acl, AclEntry

__all__ = ["Acl", "AclEntry"]
