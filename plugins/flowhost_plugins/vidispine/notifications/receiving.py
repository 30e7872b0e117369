"""What comes in: whoever knows the secret may tell, and is answered 2xx only when the event is safe."""

from __future__ import annotations

import hmac
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote

import flowhost
from flowhost.web import STOPPING, Answer, Refused, Request, handed_over, not_now
from flowhost_plugins.vidispine.documents import ReadError, read_told
from flowhost_plugins.vidispine.notifications.kinds import Kind
from flowhost_plugins.vidispine.notifications.registering import Wish
from flowhost_plugins.vidispine.notifications.telling import Told

NOT_WANTED = Answer("200 OK", {"outcome": "not wanted"})
METHODS = ("POST", "PUT")

log = logging.getLogger(__name__)


class Receiver:
    """Answers requests; called in several threads at once.

    Args:
        kinds: what may be told.
        wish: has the paths and their secrets.
        made: makes the event of what was told; None when it is not wanted.
        is_safe: called with each event that is done or kept.
        emit: where events go.
        patience: seconds a request waits until its event is safe.
        stop: set when no more is taken.
    """

    def __init__(
        self,
        kinds: Iterable[Kind],
        wish: Wish,
        made: Callable[[Kind, Told], flowhost.Event | None],
        is_safe: Callable[[flowhost.Event], object],
        emit: flowhost.Emit,
        patience: float,
        stop: threading.Event,
    ) -> None:
        self._paths = [(_plain(wish.path(kind)), kind) for kind in kinds]
        self._made, self._is_safe, self._emit = made, is_safe, emit
        self._patience, self._stop = patience, stop

    def answer(self, request: Request) -> Answer:
        """The answer to a request."""
        try:
            kind = self._admitted(request)
        except Refused as refused:
            log.info("a request was refused: %s", refused)
            return refused.answer
        if self._stop.is_set():
            return not_now(STOPPING)
        try:
            told = self._read(kind, request)
        except Refused as refused:
            log.warning("a notification was refused: %s", refused)
            return refused.answer
        try:
            event = self._made(kind, told)
        except flowhost.Unavailable as error:
            log.warning("a notification of %s cannot be taken now: %s", kind.key, error)
            return not_now("not now; send it again")
        if event is None:
            return NOT_WANTED
        answer = handed_over(event, self._emit, self._patience)
        if answer.status.startswith("2"):
            self._is_safe(event)
        return answer

    def _admitted(self, request: Request) -> Kind:
        path = _plain(request.path.rstrip("/"))
        # every path is compared, and as long for a nearly right one as for a wrong one: no guessing by time
        found: Sequence[Kind] = [kind for own, kind in self._paths if hmac.compare_digest(own, path)]
        if not found:
            raise Refused("404 Not Found", "nobody who knows where notifications go would send this here")
        if request.method not in METHODS:
            raise Refused(
                "405 Method Not Allowed",
                f"{request.method} is not known here, expected POST",
                ("Allow", ", ".join(METHODS)),
            )
        return found[0]

    def _read(self, kind: Kind, request: Request) -> Told:
        try:
            return read_told(request.read(), request.headers.get("content-type", ""))
        except ReadError as error:
            raise Refused("400 Bad Request", f"{kind.key}: no body of a notification: {error}") from error


def _plain(path: str) -> bytes:
    """A path in one form: of the escapes in the name of a daemon, servers undo some, and proxies others."""
    while (plain := unquote(path)) != path:
        path = plain
    return path.encode("utf-8", "surrogatepass")
