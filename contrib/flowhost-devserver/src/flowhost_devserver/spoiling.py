"""Faults at work: a WSGI layer before the pages that delays, replaces, cuts off and resets answers."""

from __future__ import annotations

import contextlib
import errno
import socket
import struct
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from werkzeug.wrappers import Request, Response

from flowhost_devserver.faults import Fault, Faults
from flowhost_devserver.serving import EXCHANGE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

HTML = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>\n"
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends RST at once


class Spoiling:
    """An application that goes wrong where `faults` say so, around one that works.

    Args:
        app: the one that works.
        faults: what goes wrong.
        refusal: makes the answer of a status, in the server's own words: called with the status, a sentence, headers.
    """

    def __init__(
        self,
        app: WSGIApplication,
        faults: Faults,
        refusal: Callable[[int, str, dict[str, str]], Response],
    ) -> None:
        self._app, self._faults, self._refusal = app, faults, refusal

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or spoil the answer."""
        request = Request(environ)
        faults = self._faults.hit(
            request.method, request.path, ("latency", "status", "html", "truncate", "reset")
        )
        for fault in faults:
            time.sleep(fault.seconds)
        spoilers = [fault for fault in faults if fault.kind != "latency"]
        if not spoilers:
            return self._app(environ, start_response)
        fault = spoilers[0]
        if fault.late or fault.kind == "truncate":
            answer = Response.from_app(self._app, environ, buffered=True)
        else:
            answer = Response()
        return self._spoiled(fault, answer, environ)(environ, start_response)

    def _spoiled(self, fault: Fault, answer: Response, environ: dict[str, Any]) -> Response:
        if fault.kind == "status":
            wait = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
            return self._refusal(fault.status, "this fault was ordered", wait)
        if fault.kind == "truncate":
            environ[EXCHANGE].close_connection = True
            return _truncated(answer)
        if fault.kind == "reset":
            _reset(environ)
        return Response(HTML, content_type="text/html; charset=utf-8")


def _truncated(answer: Response) -> Response:
    body = answer.get_data()
    half = body[: len(body) // 2]
    headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
    cut = Response([half], answer.status_code, headers)
    cut.headers["Content-Length"] = str(max(len(body), 1))
    cut.headers["Connection"] = "close"
    return cut


def _reset(environ: dict[str, Any]) -> NoReturn:
    connection = environ[EXCHANGE].conn
    with contextlib.suppress(OSError):  # the client may be gone already
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        for each in (connection.rfile, connection.wfile, connection.socket):  # the last one closed sends RST
            each.close()
    connection.close = lambda: None
    raise ConnectionResetError(
        errno.ECONNRESET, "this fault was ordered"
    )  # cheroot takes it for the client's doing
