"""The source: a web server that runs for as long as the daemon does."""

from __future__ import annotations

import logging
import threading
from typing import Annotated, ClassVar

import flowhost

BODY_BYTES = 10 * 1024**2  # largest document taken

log = logging.getLogger(__name__)


class Web:
    """A web interface. GET serves documents at once; PUT and POST become jobs for the daemon's worker.

    Event: type ``document.put``, subject and key the document's name, data what was sent.
    """

    name: ClassVar[str] = "web"

    def __init__(
        self,
        *,
        interface: Annotated[str, "name or address of the network interface to listen on"] = "localhost",
        port: Annotated[int, "TCP port to listen on; 0 takes any free one and logs it"] = 8080,
        threads: Annotated[int, "requests worked on at once"] = 10,
        store: flowhost.Store,
    ) -> None:
        if not 0 <= port <= 65535:
            raise ValueError(f"'port' is {port}, expected 0 to 65535")
        if threads < 1:
            raise ValueError(f"'threads' is {threads}, expected 1 or more")
        self.url = ""
        self._interface, self._port, self._threads = interface, port, threads
        self._store = store

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Serve until `stop` is set, then answer the open requests.

        The event loop of the server runs in a thread of its own, so that this one can wait for `stop`.

        Raises:
            Unavailable: the port is taken, or the interface is not here.
        """
        from cheroot.wsgi import Server

        from flowhost_xmlserver.pages import Pages

        app = Pages(self._store, emit, stop).app
        server = Server((self._interface, self._port), app, numthreads=self._threads)
        server.max_request_body_size = BODY_BYTES
        server.error_log = _log  # type: ignore[method-assign,assignment]  # cheroot says to replace it
        try:
            server.prepare()
        except OSError as error:
            raise flowhost.Unavailable(
                f"cannot listen on {self._interface}:{self._port} ({error}); choose another 'port'"
            ) from error
        self.url = f"http://{self._interface}:{server.bind_addr[1]}/"
        log.info("listening on %s", self.url)
        serving = threading.Thread(target=server.serve, name=f"web-{server.bind_addr[1]}")
        serving.start()
        try:
            stop.wait()
        finally:
            server.stop()
            serving.join()
            self.url = ""


def _log(message: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
    log.log(level, "%s", message, exc_info=traceback)
