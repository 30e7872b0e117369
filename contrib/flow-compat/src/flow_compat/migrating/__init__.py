"""From a profile of Flow to one of flowhost: what changes, why, and the new text."""

from __future__ import annotations

from flow_compat.migrating.command import migrate_profile

__all__ = ["migrate_profile"]
