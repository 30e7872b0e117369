"""The framework bottle, whose `run` ends when the daemon stops."""

from __future__ import annotations

import logging
import threading
from typing import Any

import bottle as _bottle
from bottle import *  # noqa: F403  # it stands for that module
from bottle import HTTPError, ServerAdapter
from flow_compat.stopping import stop_signal

import flowhost

log = logging.getLogger(__name__)

HttpError = HTTPError
"""Another spelling, which documents of Flow use."""


def __getattr__(name: str) -> Any:
    """What ``import *`` leaves out."""
    return getattr(_bottle, name)


LOOK_SECONDS = 0.2
"""How often the thread that waits for the daemon's end looks whether the server ended before."""


class Stoppable(ServerAdapter):  # type: ignore[misc]  # bottle ships no types
    """A threaded server that ends when the daemon stops whose source runs it."""

    def run(self, handler: Any) -> None:
        """Serve until the end.

        Raises:
            Unavailable: the port is taken, or the interface is not here.
        """
        from cheroot.wsgi import Server

        server = Server((self.host, self.port), handler, **self.options)
        try:
            server.prepare()
        except OSError as error:
            raise flowhost.Unavailable(f"cannot listen on {self.host}:{self.port}: {error}") from error
        stop, ended = stop_signal() or threading.Event(), threading.Event()
        port = server.bind_addr[1]  # the one that was found free if 0 was asked for
        ender = threading.Thread(target=_end, args=(stop, ended, server), name=f"web-end-{port}", daemon=True)
        ender.start()
        log.info("listening on http://%s:%s/", self.host, port)
        try:
            server.serve()
        finally:
            server.stop()
            ended.set()
            ender.join()


def _end(stop: threading.Event, ended: threading.Event, server: Any) -> None:
    """Stop the server when the daemon stops, unless it ended before."""
    while not stop.wait(LOOK_SECONDS):
        if ended.is_set():
            return
    server.stop()


def run(app: Any = None, server: Any = Stoppable, **options: Any) -> None:
    """Serve, as ``bottle.run`` does, by default with a server that can be stopped.

    Args:
        app: the application; bottle's default one when it is None.
        server: an adapter, or the name of one.
        options: those of ``bottle.run``.
    """
    _bottle.run(app=app, server=server, **{"quiet": True} | options)
