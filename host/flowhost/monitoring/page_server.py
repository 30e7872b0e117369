"""cheroot as `flowhost.monitoring.pages` needs it: small, and not to be held up by clients that say nothing.

Import this only where a server is started: cheroot takes a while.
"""

from __future__ import annotations

import logging
import socket
from typing import Any
from wsgiref.types import WSGIApplication

from cheroot.server import HTTPConnection
from cheroot.wsgi import Server

log = logging.getLogger(__name__)

THREADS = 2  # a scrape and a probe at once; each takes milliseconds
TIMEOUT = 5  # seconds between two bytes of a request
CONNECTIONS = 100  # that may wait for their next request, or their first
LARGEST = 16 * 1024  # bytes of a request's head; no probe sends more
STOP_TIMEOUT = 2  # seconds for answers on their way when the server stops


class PageServer(Server):
    """An HTTP server: `prepare` makes it listen, `serve` runs until `stop`.

    Args:
        address, port: where to listen; port 0 takes any free one.
        application: makes the answers; called in several threads at once.
    """

    software = "flowhost"
    max_request_header_size = LARGEST
    max_request_body_size = LARGEST
    keep_alive_conn_limit = CONNECTIONS

    def __init__(self, address: str, port: int, application: WSGIApplication) -> None:
        super().__init__(
            (address, port),
            application,
            numthreads=THREADS,
            server_name="flowhost",
            timeout=TIMEOUT,
            request_queue_size=CONNECTIONS,
            shutdown_timeout=STOP_TIMEOUT,
        )

    def bind(self, family: int, type: int, proto: int = 0) -> Any:  # noqa: A002  # cheroot's own name for it
        """Bind the socket; cheroot's own way leaves it open when that fails."""
        made = self.prepare_socket(self.bind_addr, family, type, proto, self.nodelay, None, self.reuse_port)
        try:
            made.bind(self.bind_addr)
        except OSError:
            made.close()
            raise
        self.socket: socket.socket = made
        self.bind_addr = made.getsockname()[:2]
        return made

    def process_conn(self, conn: HTTPConnection) -> None:
        """Hand a connection that has said something to a thread; let a new one wait without a thread."""
        if conn.last_used is not None:
            super().process_conn(conn)
        elif self.can_add_keepalive_connection:
            self.put_conn(conn)  # comes back here as soon as there is something to read
        else:
            conn.close()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log in place of cheroot's writing to standard error."""
        log.log(level, "%s", msg, exc_info=traceback)
