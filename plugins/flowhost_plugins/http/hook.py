"""Answers requests: lets in who may, makes the event, waits until it is done or safe, and says which."""

from __future__ import annotations

import logging
import threading

import flowhost
from flowhost.web import STOPPING, Answer, Refused, Request, handed_over, not_now
from flowhost_plugins.http.access import Access
from flowhost_plugins.http.reading import Naming, event_of

log = logging.getLogger(__name__)


class Hook:
    """Turns each request into an answer. Called from several threads at once.

    Args:
        path: what it answers for, with everything below.
        access: who may send.
        naming: how events are named.
        patience: seconds a request waits for its event.
        emit: where events go.
        stop: set when no more are taken.
    """

    def __init__(
        self,
        *,
        path: str,
        access: Access,
        naming: Naming,
        patience: float,
        emit: flowhost.Emit,
        stop: threading.Event,
    ) -> None:
        self._path = path.rstrip("/")
        self._access = access
        self._naming = naming
        self._patience = patience
        self._emit = emit
        self._stop = stop

    def answer(self, request: Request) -> Answer:
        """The answer to a request, once its event is done, kept, or has taken too long."""
        try:
            self._admit(request)
            if self._stop.is_set():
                return not_now(STOPPING)
            event = event_of(request, request.read(), self._naming)
        except Refused as refused:
            log.info("%s %r refused: %s", request.method, request.path, refused)
            return refused.answer
        return handed_over(event, self._emit, self._patience)

    def _admit(self, request: Request) -> None:
        self._access.check(request.headers)
        if request.path != self._path and not request.path.startswith(self._path + "/"):
            raise Refused("404 Not Found", f"nothing is taken at {request.path}, only at {self._path}")
        if request.method != "POST":
            raise Refused(
                "405 Method Not Allowed",
                f"{request.method} is not known here, expected POST",
                ("Allow", "POST"),
            )
