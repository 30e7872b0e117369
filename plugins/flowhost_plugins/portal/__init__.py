"""Cantemo Portal: what only Portal has, and buttons that start rules.

A library besides: `Portal` may be used by programs and scripts of your own.
"""

from __future__ import annotations

import flowhost
from flowhost_plugins.portal.errors import NotSignedIn, PortalRefused
from flowhost_plugins.portal.processes import PortalProcesses
from flowhost_plugins.portal.resource import Portal, PortalTask

__all__ = ["NotSignedIn", "Portal", "PortalProcesses", "PortalRefused", "PortalTask"]


@flowhost.hookimpl
def flowhost_resources() -> list[type[flowhost.Resource]]:
    """The resource `portal`."""
    return [Portal]


@flowhost.hookimpl
def flowhost_sources() -> list[type[flowhost.Source]]:
    """The source `portal-processes`."""
    return [PortalProcesses]
