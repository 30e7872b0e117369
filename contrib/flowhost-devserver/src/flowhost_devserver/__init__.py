"""Servers to develop and test against: real HTTP and STOMP, on flowhost's embedded catalogue.

In a test::

    with VizOneServer() as server:
        ...  # use server.url, server.user and server.password

or, with pytest, the fixture `viz_one_server`. See `VizOneServer` and `Fault`.
"""

from flowhost_devserver.faults import Fault, Faults
from flowhost_devserver.server import VizOneServer

__all__ = ["Fault", "Faults", "VizOneServer"]
