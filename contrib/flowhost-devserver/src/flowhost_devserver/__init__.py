"""Servers to develop and test against: real HTTP and STOMP, on flowhost's embedded catalogue.

In a test::

    with VizOneServer() as server:
        ...  # use server.url, server.user and server.password

or, with pytest, the fixture `viz_one_server`. See `VizOneServer` and `Fault`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowhost_devserver.faults import Fault, Faults

if TYPE_CHECKING:
    from flowhost_devserver.viz_one.server import VizOneServer

__all__ = ["Fault", "Faults", "VizOneServer"]


def __getattr__(name: str) -> Any:
    """The server, imported when it is asked for: flowhost loads this package whenever it looks for plugins."""
    if name != "VizOneServer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from flowhost_devserver.viz_one.server import VizOneServer

    return VizOneServer
