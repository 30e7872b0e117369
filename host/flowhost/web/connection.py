"""One connection and the requests on it: cheroot's classes, made fit for slow, greedy or hostile senders."""

from __future__ import annotations

import contextlib
import logging
import socket
import time

from cheroot.server import Gateway, HTTPConnection, HTTPRequest

from flowhost.web.body import read_body
from flowhost.web.exchange import Answer, Request

LINGER_SECONDS = 2.0  # for a sender to read an answer that came before it had sent everything
STOPPING_SECONDS = 1.0  # for what an accepted connection still has to say once the server stops

log = logging.getLogger(__name__)


class RequestGateway(Gateway):
    """Hands one request to the server's `answer`, and sends what comes back."""

    def respond(self) -> None:
        """Answer the request whose head has been read."""
        headers = {name.decode("latin-1").lower(): _text(value) for name, value in self.req.inheaders.items()}
        answer = self.req.server.answer(
            Request(
                _text(self.req.method),
                _text(self.req.path),
                _text(self.req.qs),
                headers,
                lambda: self._body(headers),
            )
        )
        self.req.server.reading.pop(self.req.conn, None)
        self._send(answer)

    def _body(self, headers: dict[str, str]) -> bytes:
        chunked = "transfer-encoding" in headers
        body = read_body(
            headers, self.req.conn.rfile if chunked else self.req.rfile, self.req.server.max_request_body_size
        )
        self.req.server.reading.pop(self.req.conn, None)
        return body

    def _send(self, answer: Answer) -> None:
        content = answer.body()
        self.req.status = answer.status.encode()
        self.req.outheaders = [(name.encode(), text.encode()) for name, text in answer.headers]
        self.req.outheaders += [
            (b"Content-Type", b"application/json"),
            (b"Content-Length", str(len(content)).encode()),
        ]
        self.req.ensure_headers_sent()
        if self.req.method != b"HEAD":
            self.req.write(content)


class CheckedRequest(HTTPRequest):
    """Closes the connection where its state is not certain any more."""

    def send_headers(self) -> None:
        """Send the head of the answer, and decide whether the connection stays open."""
        unread = getattr(self.rfile, "remaining", 0) != 0 or b"Transfer-Encoding" in self.inheaders
        if unread or (b"Connection", b"close") in self.outheaders:
            self.close_connection = True
            self.conn.linger = True
        super().send_headers()

    def simple_response(self, status: str, msg: str = "") -> None:
        """Send one of cheroot's own answers."""
        self.conn.linger = True  # cheroot's own answers come before everything was read
        super().simple_response(status, msg)


class Connection(HTTPConnection):
    """Registers while it is read, so that the server can end it when it takes too long."""

    RequestHandlerClass = CheckedRequest
    shaken = False

    def communicate(self) -> bool:
        """Read and answer one request; return whether the connection may stay open."""
        if not self.server.ready:
            self.socket.settimeout(STOPPING_SECONDS)
        self.server.reading[self] = time.monotonic()
        try:
            if self.server.ssl_adapter and not self.shaken:
                self.socket.do_handshake()
                self.shaken = True
            return bool(super().communicate())  # type: ignore[no-untyped-call]  # cheroot is not annotated
        except OSError as error:
            log.info("connection from %s broke: %s", self.remote_addr, error)
            return False
        finally:
            self.server.reading.pop(self, None)

    def stop_reading(self) -> None:
        """Let whoever reads from it see its end."""
        with contextlib.suppress(OSError):  # the other side may have been faster
            socket.socket.shutdown(self.socket, socket.SHUT_RD)  # of the TCP connection, also below TLS

    def close(self) -> None:
        """Close the connection, politely where an answer may still be unread."""
        if self.linger:
            self._hear_out()
        self.linger = False
        super().close()

    def _hear_out(self) -> None:
        """Read what still comes: closing with unread bytes sends a reset, and the answer may get lost."""
        deadline = time.monotonic() + LINGER_SECONDS
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_WR)
            self.socket.settimeout(LINGER_SECONDS)
            while time.monotonic() < deadline and socket.socket.recv(self.socket, 65536):
                pass


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
