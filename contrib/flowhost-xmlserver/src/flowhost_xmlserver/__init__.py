"""A web interface as a flowhost daemon: a source with an event loop of its own, and the worker behind it."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_xmlserver.web import Web
from flowhost_xmlserver.worker import XmlServer

__all__ = ["Web", "XmlServer"]


@flowhost.hookimpl
def flowhost_sources() -> Iterable[type[flowhost.Source]]:
    """Provide the source ``web``."""
    return [Web]


@flowhost.hookimpl
def flowhost_workers() -> Iterable[type[flowhost.Worker]]:
    """Provide the worker ``xmlserver``."""
    return [XmlServer]
