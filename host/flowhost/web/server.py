"""cheroot, bound to an address and kept within limits.

What is added to it, here and in `connection`: limits for the time a whole request takes to arrive (cheroot's
own counts from byte to byte), for its head and its body, and for the connections that wait; a TLS handshake
outside the accepting thread; answers that reach a sender who is still sending; a port in use, said clearly.
"""

from __future__ import annotations

import errno
import logging
import math
import queue
import socket
import time
from collections.abc import Callable

from cheroot.server import HTTPServer
from cheroot.workers.threadpool import ThreadPool

from flowhost.errors import Unavailable
from flowhost.web.connection import Connection, RequestGateway
from flowhost.web.exchange import Answer, Request
from flowhost.web.tls import Tls

HEADER_BYTES = 65536  # as much as other servers take
IDLE_SECONDS = 10  # between two bytes, and between two requests on one connection
WAITING_PER_THREAD = 10  # connections that may wait for a thread; then none is accepted for a while
KEPT_CONNECTIONS = 100  # idle ones, kept for their next request
BACKLOG = 128  # connections the kernel holds until they are accepted

WAYS_OUT = {
    errno.EADDRINUSE: "stop what listens there ('ss -ltnp' shows it), or choose another 'port'",
    errno.EACCES: "ports below 1024 need the capability CAP_NET_BIND_SERVICE; or choose a higher 'port'",
    errno.EADDRNOTAVAIL: "no network interface of this machine has that 'address'",
}

log = logging.getLogger(__name__)


class Server(HTTPServer):
    """A server: `prepare` makes it listen, `serve` runs until `stop` and needs `answer` to be set.

    ``answer`` gives the answer to each request; it is called in several threads at once.

    Args:
        address, port: where to listen; port 0 takes any free one.
        threads: requests worked on at once; some more wait, and others are not accepted meanwhile.
        body_bytes: largest body.
        finish_seconds: how long `stop` waits for open requests.
        tls: None for plain HTTP.
    """

    ConnectionClass = Connection
    max_request_header_size = HEADER_BYTES
    request_queue_size = BACKLOG
    timeout = IDLE_SECONDS
    keep_alive_conn_limit = KEPT_CONNECTIONS
    answer: Callable[[Request], Answer]

    def __init__(
        self,
        address: str,
        port: int,
        *,
        threads: int,
        body_bytes: int,
        finish_seconds: float,
        tls: Tls | None = None,
    ) -> None:
        super().__init__(_resolved(address, port), RequestGateway, server_name="flowhost")
        self.requests = ThreadPool(
            self, threads, threads, threads * WAITING_PER_THREAD, accepted_queue_timeout=1
        )
        self.reading: dict[Connection, float] = {}  # since when; single operations on it are atomic
        self.max_request_body_size = body_bytes
        self.shutdown_timeout = math.ceil(finish_seconds)
        self.ssl_adapter = tls

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.bind_addr
        return f"http{'s' if self.ssl_adapter else ''}://{f'[{host}]' if ':' in host else host}:{port}"

    def bind(self, family: int, type: int, proto: int = 0) -> None:  # noqa: A002  # cheroot's own name for it
        """Listen; cheroot's own leaves a socket open and loses the reason when it fails."""
        listening = self.prepare_socket(
            self.bind_addr, family, type, proto, self.nodelay, self.ssl_adapter, self.reuse_port
        )
        try:
            listening.bind(self.bind_addr)
            listening.listen(self.request_queue_size)
        except OSError as error:
            listening.close()
            host, port = self.bind_addr
            raise _cannot_listen(host, port, error) from error
        self.socket = listening
        self.bind_addr = listening.getsockname()[:2]

    def process_conn(self, conn: Connection) -> None:
        """Hand a connection to a thread; accept no other one until that is possible."""
        if conn.last_used is None and self.can_add_keepalive_connection:
            return super().put_conn(conn)  # just accepted: it gets a thread when it says something
        while self.ready:
            try:
                return self.requests.put(conn)  # type: ignore[no-any-return]  # None; cheroot is not annotated
            except queue.Full:
                log.debug("all threads are busy, %d connections wait", self.requests.qsize)
        return conn.close()

    def put_conn(self, conn: Connection) -> None:
        """Keep a connection for its next request; one that has sent it already would need a thread now."""
        if conn.rfile.has_data():
            conn.close()
        else:
            super().put_conn(conn)

    def cut(self, seconds: float) -> None:
        """End the requests that have been arriving for longer than this."""
        latest = time.monotonic() - seconds
        for connection, since in list(self.reading.items()):
            if since < latest:
                connection.stop_reading()

    def stop(self) -> None:
        """Accept nothing more, wait for the open requests, close every connection."""
        super().stop()
        logging.statistics.pop(f"Cheroot HTTPServer {id(self)}", None)  # type: ignore[attr-defined]  # cheroot puts it there, and would keep every server for ever

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log in place of cheroot's writing to standard error."""
        log.log(level, "%s", msg, exc_info=traceback)


def _resolved(address: str, port: int) -> tuple[str, int]:
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise _cannot_listen(address, port, error) from error
    host, number = min(found, key=lambda one: one[0] != socket.AF_INET)[4][:2]
    return str(host), int(number)


def _cannot_listen(address: str, port: int, error: OSError) -> Unavailable:
    """The error for an address that cannot be listened on, with the way out."""
    way_out = WAYS_OUT.get(error.errno or 0, "see the options 'address' and 'port'")
    reason = (error.strerror or str(error)).lower()
    return Unavailable(f"cannot listen on {address}:{port}: {reason}; {way_out}")
