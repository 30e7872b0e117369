"""The HTTP server: cheroot in a thread of its own, handing over the connection so that faults can spoil it."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

import flowhost

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

EXCHANGE = "flowhost_devserver.exchange"
"""Key of the WSGI environment under which cheroot's request is, with its connection."""

BODY_BYTES = 4 * 1024**3  # largest upload taken
IDLE_SECONDS = 120  # that a connection may rest; a short time would cut off clients of slow tests
TICK_SECONDS = 0.05  # how soon it notices that it is to stop
BACKLOG = 128  # clients of a test come all at once

log = logging.getLogger(__name__)


class Serving:
    """A WSGI application on a port of this machine.

    Args:
        app: the application.
        interface: name or address to listen on.
        port: TCP port; 0 takes any free one.
        threads: requests worked on at once.
    """

    def __init__(self, app: WSGIApplication, *, interface: str, port: int, threads: int) -> None:
        from cheroot.wsgi import Gateway_10, Server

        class Gateway(Gateway_10):
            def get_environ(self) -> dict[str, Any]:  # type: ignore[override]  # cheroot's stub says None
                environ: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call]  # as above
                environ[EXCHANGE] = self.req
                return environ

        refused: list[OSError] = []

        class ClosingServer(Server):
            @staticmethod
            def bind_socket(socket_: socket.socket, bind_addr: tuple[str, int]) -> socket.socket:
                try:
                    socket_.bind(bind_addr)
                except OSError as error:
                    refused.append(error)
                    socket_.close()  # cheroot forgets it
                    raise
                return socket_

        self._server = ClosingServer(
            (interface, port), app, numthreads=threads, request_queue_size=BACKLOG, timeout=IDLE_SECONDS
        )
        self._server.gateway = Gateway
        self._server.expiration_interval = TICK_SECONDS
        self._server.max_request_body_size = BODY_BYTES
        self._server.error_log = _log  # type: ignore[method-assign,assignment]  # cheroot says to replace it
        self._thread: threading.Thread | None = None
        self._refused = refused
        self._interface = interface
        self.port = port

    def listen(self) -> None:
        """Take the port; who connects waits until `start`.

        Raises:
            Unavailable: the port is taken, or the interface is not here.
        """
        try:
            self._server.prepare()
        except OSError as error:
            raise self._unavailable(self._refused[-1] if self._refused else error) from error
        self.port = self._server.bind_addr[1]

    def _unavailable(self, error: OSError) -> flowhost.Unavailable:
        """What an operator is told; cheroot wraps the system's error in a text of its own."""
        other = "port" if error.errno in (errno.EADDRINUSE, errno.EACCES) else "interface"
        reason = (error.strerror or str(error)).lower()
        place = f"{self._interface}:{self.port}"
        return flowhost.Unavailable(f"cannot listen on {place}: {reason}; choose another {other}")

    def start(self) -> None:
        """Begin to serve."""
        self._thread = threading.Thread(target=self._server.serve, name=f"devserver-{self.port}")
        self._thread.start()

    def stop(self) -> None:
        """Answer the open requests, then end."""
        self._server.stop()
        if self._thread:
            self._thread.join()


def _log(message: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
    log.log(level, "%s", message, exc_info=traceback)
