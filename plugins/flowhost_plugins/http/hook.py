"""Answers requests: lets in who may, makes the event, waits until it is done or safe, and says which."""

from __future__ import annotations

import json
import logging
import threading
from concurrent.futures import Future, wait
from typing import Any

import flowhost
from flowhost_plugins.http.access import Access
from flowhost_plugins.http.exchange import Answer, Refused, Request
from flowhost_plugins.http.reading import Naming, event_of

STOPPING = "the daemon is stopping; send it again"
LATER = (("Retry-After", "10"), ("Connection", "close"))  # seconds; a restarted daemon is back by then

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
            event = event_of(request, request.read(), self._naming)
        except Refused as refused:
            log.info("%s %r refused: %s", request.method, request.path, refused)
            return refused.answer
        try:
            receipt = self._emit(event)
        except RuntimeError:  # what emit raises once the daemon stops
            return _not_now(STOPPING)
        return self._outcome(event, receipt)

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
        if self._stop.is_set():
            raise Refused("503 Service Unavailable", STOPPING, *LATER)

    def _outcome(self, event: flowhost.Event, receipt: Future[flowhost.Receipt]) -> Answer:
        wait([receipt], self._patience)
        if not receipt.done():
            log.warning("event %s at %r is not done after %g s", event.id, event.subject, self._patience)
            return _not_now(
                f"not done after {self._patience:g} s, but under way; repeat it only with the same id"
            )
        error = receipt.exception()
        if error is not None:
            log.error("event %s at %r is not safe: %s", event.id, event.subject, error)
            return _not_now("the event could not be kept; send it again")
        return _receipt(receipt.result())


def _receipt(receipt: flowhost.Receipt) -> Answer:
    content: dict[str, Any] = {"outcome": receipt.outcome}
    if receipt.letter is not None:
        content["letter"] = receipt.letter
    if receipt.value is not None and _is_json(receipt.value):
        content["value"] = receipt.value
    return Answer("202 Accepted" if receipt.outcome == "parked" else "200 OK", content)


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _not_now(reason: str) -> Answer:
    return Answer("503 Service Unavailable", {"error": reason}, LATER)
