"""The pages for machines: /metrics, /healthz and /readyz."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flowhost.errors import Unavailable
from flowhost.monitoring.metrics import metrics_registry, metrics_text
from flowhost.monitoring.snapshots import Snapshots

if TYPE_CHECKING:
    from flowhost.monitoring.page_server import PageServer

log = logging.getLogger(__name__)

CLOSE_TIMEOUT = 5.0  # seconds the server's own thread may take to end


@dataclass(frozen=True, slots=True)
class Page:
    """An answer to a request."""

    status: HTTPStatus
    body: bytes
    content_type: str = "application/json"


class Monitoring:
    """Serves the pages from threads of its own.

    Args:
        address: to listen on, e.g. ``127.0.0.1``; ``0.0.0.0`` or ``::`` for every network.
        port: to listen on; 0 lets the system choose, see `port`.
        snapshots: looks at every daemon of the process.
    """

    def __init__(self, address: str, port: int, snapshots: Snapshots) -> None:
        self._address = address
        self._port = port
        self._snapshots = snapshots
        self._registry = metrics_registry(snapshots)
        self._server: PageServer | None = None
        self._thread: threading.Thread | None = None
        self._pages: dict[str, Callable[[str], Page]] = {
            "/metrics": self._metrics,
            "/healthz": self._health,
            "/readyz": self._readiness,
        }

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.bind_addr[1]) if self._server else self._port

    def start(self) -> None:
        """Listen, and answer from now on.

        Raises:
            Unavailable: the address and port cannot be had.
        """
        from flowhost.monitoring.page_server import PageServer

        server = PageServer(self._address, self._port, self._answer)
        try:
            server.prepare()
        except OSError as error:
            where = f"{self._address}:{self._port}"
            raise Unavailable(
                f"the monitoring pages cannot be served at {where}: {_reason(error)}; "
                "set another 'monitoring port' or 'monitoring address'"
            ) from None
        self._server = server
        self._thread = threading.Thread(target=server.serve, name="monitoring", daemon=True)
        self._thread.start()
        log.info("monitoring pages at http://%s:%d/metrics, /healthz, /readyz", self._address, self.port)

    def close(self) -> None:
        """Stop listening. May be called when it never started, and more than once."""
        server, self._server = self._server, None
        if server is None or self._thread is None:
            return
        server.stop()
        self._thread.join(CLOSE_TIMEOUT)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        page = self._page(environ)
        headers = [
            ("Content-Type", page.content_type),
            ("Content-Length", str(len(page.body))),
            ("Cache-Control", "no-store"),
        ]
        if page.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", "GET, HEAD"))
        start_response(f"{page.status.value} {page.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]

    def _page(self, environ: WSGIEnvironment) -> Page:
        make = self._pages.get(environ.get("PATH_INFO", ""))
        if make is None:
            return _json(HTTPStatus.NOT_FOUND, {"error": f"there are only {', '.join(self._pages)}"})
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _json(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "only GET and HEAD"})
        try:
            return make(environ.get("HTTP_ACCEPT", ""))
        except Exception:  # whatever is wrong with a daemon, the monitoring must answer and say so
            log.exception("the monitoring page %s cannot be made", environ.get("PATH_INFO"))
            return _json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "see the log"})

    def _metrics(self, accept: str) -> Page:
        body, content_type = metrics_text(self._registry, accept)
        return Page(HTTPStatus.OK, body, content_type)

    def _health(self, accept: str) -> Page:  # noqa: ARG002  # one kind of answer whatever is asked for
        dead = [one.name for one in self._snapshots() if not one.alive]
        status = HTTPStatus.SERVICE_UNAVAILABLE if dead else HTTPStatus.OK
        return _json(status, {"alive": not dead, "not_alive": dead})

    def _readiness(self, accept: str) -> Page:  # noqa: ARG002  # as above
        daemons = {one.name: {"ready": one.ready, "reasons": one.reasons} for one in self._snapshots()}
        ready = bool(daemons) and all(one["ready"] for one in daemons.values())
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return _json(status, {"ready": ready, "daemons": daemons})


def _json(status: HTTPStatus, members: dict[str, Any]) -> Page:
    return Page(status, json.dumps(members, indent=2).encode() + b"\n")


def _reason(error: OSError) -> str:
    """The reason within cheroot's message, as in ``... ([Errno 98] Address in use)``."""
    return str(error).rpartition("] ")[2].rstrip(")").lower()
