"""iconik, a media library in the cloud: the resource `iconik` speaks its API, the action `sync-to-iconik` fills it.

What is asked of whom: https://app.iconik.io/docs/reference.html
"""

from __future__ import annotations

import flowhost
from flowhost_plugins.iconik.action import SyncToIconik
from flowhost_plugins.iconik.resource import Iconik

__all__ = ["Iconik", "SyncToIconik"]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """Provide the resource."""
    return [Iconik]


@flowhost.hookimpl
def flowhost_actions() -> list[type[flowhost.Action]]:
    """Provide the action."""
    return [SyncToIconik]
