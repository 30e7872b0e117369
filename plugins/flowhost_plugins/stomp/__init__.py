"""Messages from STOMP brokers: the source `stomp`, and the resource `stomp` that keeps the connections."""

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.stomp.resource import Stomp
from flowhost_plugins.stomp.source import StompSource

__all__ = ["Stomp", "StompSource", "flowhost_resources", "flowhost_sources"]


@flowhost.hookimpl
def flowhost_resources() -> Iterable[type[flowhost.Resource]]:
    """The broker connections, filling the role `Broker`."""
    return [Stomp]


@flowhost.hookimpl
def flowhost_sources() -> Iterable[type[flowhost.Source]]:
    """The source that turns messages into events."""
    return [StompSource]
