"""A web server that says what a test tells it to, and a clock whose waits are over at once: for clients of servers."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flowhost.testing.services import missing


@dataclass(frozen=True)
class Reply:
    """What the server answers.

    Args:
        body: of the answer.
        status: its status.
        kind: its content type; None sends none.
        headers: more headers.
        announced: the Content-Length it claims; None: the true one.
        manner: ``whole``; ``reset``: the connection is reset instead; ``silent``: nothing comes; ``drip``: a byte at
            a time.
        gate: what is waited for before the answer.
    """

    body: bytes = b""
    status: int = 200
    kind: str | None = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    manner: str = "whole"
    gate: threading.Event | None = None


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int


class WebServer:
    """Answers each path with the replies told for it, one after the other; the last one stays."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._replies: dict[str, list[Reply]] = defaultdict(list)
        self._lock = threading.Lock()
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: Any) -> None:
                """Quiet."""

            def _do(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                web.answer(self, body)

            do_GET = do_PUT = do_POST = do_DELETE = _do  # noqa: N815  # names of http.server

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *arguments: Any) -> None:
                """Clients of these tests hang up as they like."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="web")
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"{'https' if context else 'http'}://{self.host}"

    def tell(self, path: str, *replies: Reply) -> None:
        """Answer this path so."""
        self._replies[path] = list(replies)

    def requests(self, path: str) -> list[Asked]:
        """What was asked for at this path."""
        return [one for one in self.asked if one.path == path]

    def answer(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        with self._lock:
            self.asked.append(
                Asked(handler.command, handler.path, dict(handler.headers), body, handler.client_address[1])
            )
            replies = self._replies.get(handler.path) or [Reply(b"nothing is here", 404, "text/plain")]
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.gate is not None:
            assert reply.gate.wait(60), "the test did not open the gate"
        if reply.manner == "silent":
            self.closing.wait(30)
            handler.close_connection = True
        elif reply.manner == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            handler.connection.close()
            handler.close_connection = True
        else:
            self._send(handler, reply)

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        handler.send_response(reply.status)
        for name, value in ({"Content-Type": reply.kind} if reply.kind else {}).items():
            handler.send_header(name, value)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        length = len(reply.body) if reply.announced is None else reply.announced
        if reply.status != 204:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        if reply.manner == "drip":
            for byte in reply.body:
                if self.closing.is_set():
                    break
                handler.wfile.write(bytes([byte]))
                time.sleep(0.05)  # it is what a drip is: the client's limit ends it, not this
        else:
            handler.wfile.write(reply.body)
        if reply.announced is not None:
            handler.close_connection = True

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Hurried:
    """A clock whose waits are over at once, and counted."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.later = 0.0

    def now(self) -> datetime:
        return datetime(2026, 5, 1, 12, tzinfo=UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.later

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        assert seconds is not None
        self.waits.append(seconds)
        return flag.is_set()


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()
    yield server
    server.close()


@pytest.fixture
def hurried() -> Hurried:
    return Hurried()


@pytest.fixture
def reply() -> type[Reply]:
    """The class of what the server answers."""
    return Reply


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``ca.pem``, ``server.pem`` and ``server.key``: an authority of our own, a server it knows."""
    if not shutil.which("openssl"):
        missing("the program openssl is not installed")
    folder = tmp_path_factory.mktemp("authority")
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    basic = "basicConstraints=critical,CA:TRUE"
    _run(folder, *new, "-subj", "/CN=our own", "-addext", basic, "-keyout", "ca.key", "-out", "ca.pem")
    request = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    _run(folder, *request, "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    sign = ["openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2"]
    _run(folder, *sign, "-CAcreateserial", "-extfile", "names", "-out", "server.pem")
    return folder


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture
def tls_web(authority: Path) -> Iterator[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "server.pem", authority / "server.key")
    server = WebServer(context)
    yield server
    server.close()
