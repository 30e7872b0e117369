"""Servers to develop and test against: real HTTP and STOMP, on flowhost's embedded catalogue.

In a test::

    with VizOneServer() as server:
        ...  # use server.url, server.user and server.password

    with VidispineServer() as server:
        ...  # the same names

or, with pytest, the fixtures `viz_one_server` and `vidispine_server`. See `VizOneServer`, `VidispineServer` and `Fault`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from flowhost_devserver.faults import Fault, Faults

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.server import VidispineServer
    from flowhost_devserver.viz_one.server import VizOneServer

__all__ = ["Fault", "Faults", "VidispineServer", "VizOneServer"]

_SERVERS = {"VidispineServer": "vidispine", "VizOneServer": "viz_one"}


def __getattr__(name: str) -> Any:
    """A server, imported when it is asked for: flowhost loads this package whenever it looks for plugins."""
    if name not in _SERVERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_SERVERS[name]}.server"), name)
