"""Requests to one server: connections, time-outs, other tries, answers that are read to their end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from flowhost.errors import FlowhostError, Permanent, Unavailable
from flowhost.http_client import failures
from flowhost.http_client.addresses import shown
from flowhost.http_client.counting import Counts
from flowhost.http_client.reading import read_whole
from flowhost.http_client.repeating import SAFE, again_after, is_undone, pause
from flowhost.http_client.settings import Connection
from flowhost.parts import Clock

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)


class Sender:
    """Sends requests to one server; safe for several threads. It is open until it is closed.

    Args:
        connection: how.
        clock: for time-outs, and for the pauses before other tries.
    """

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self.counts = Counts()
        self._clock = clock
        self._lock = threading.Lock()  # guards the session
        self._session: requests.Session | None = None
        self._closing = threading.Event()

    def open(self) -> None:
        """Be ready again after a `close`; connections are made when they are needed.

        Raises:
            Unavailable: the PEM file cannot be read.
        """
        self._closing.clear()
        self._opened()

    def close(self) -> None:
        """Close every connection; whoever waits for another try is told that it will not come."""
        self._closing.set()
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        """One request, whose answer is read to its end. Redirects are answers, too.

        Raises:
            requests.RequestException: there is no answer, or only a part of one.
            Permanent: the answer is too large.
            Unavailable: this is closed.
        """
        limits = self.connection
        deadline = self._clock.monotonic() + limits.time_out
        session = self._opened()
        self.counts.requested(method)
        with session.request(
            method,
            url,
            data=body,
            headers=dict(headers),
            timeout=(limits.connect_time_out, limits.time_out),
            allow_redirects=False,
            stream=True,
        ) as answer:
            read_whole(answer, deadline, self._clock)
        said = (method, shown(url), answer.status_code, len(answer.content))
        log.debug("%s %s was answered %s with %s bytes", *said)
        return answer

    def until_answered(
        self, method: str, url: str, ask: Callable[[], requests.Response]
    ) -> requests.Response:
        """Ask until there is an answer, or none worth another try.

        A DELETE that finds nothing was done by an earlier try, if one may have done its work without our being told.

        Args:
            method: of the request.
            url: of the request, for sentences.
            ask: sends it; see `once`.

        Raises:
            Unavailable: there is no answer, or it was cut off.
            Permanent: the URL cannot be asked.
        """
        import requests

        attempt, perhaps_done = 1, False
        while True:
            try:
                answer = ask()
            except requests.RequestException as error:
                wait = self._wait_after(error, method, attempt)
                if wait is None or attempt > self.connection.retries:
                    raise self._unanswered(method, url, error) from error
                problem = self._reason(error)
                perhaps_done = perhaps_done or not failures.refused(error)
            else:
                wait = self._wait_after_answer(answer, method, attempt)
                if wait is None or attempt > self.connection.retries:
                    return _settled(answer) if perhaps_done else answer
                problem = f"answered {answer.status_code}"
                perhaps_done = perhaps_done or not self._is_undone(answer)
            self._pause(wait, f"{method} {shown(url)}: {problem}")
            self.counts.repeated(method)
            attempt += 1

    def _pause(self, seconds: float, problem: str) -> None:
        log.info("%s; trying again in %.1f s", problem, seconds)
        if self._clock.wait(self._closing, seconds):
            raise Unavailable(f"{problem}, and the client was closed")

    def _wait_after_answer(self, answer: requests.Response, method: str, attempt: int) -> float | None:
        undone = self.connection.busy_is_undone
        now = self._clock.now()
        return again_after(method, answer.status_code, answer.headers, attempt, now, busy_is_undone=undone)

    def _is_undone(self, answer: requests.Response) -> bool:
        undone = self.connection.busy_is_undone
        return is_undone(answer.status_code, answer.headers, self._clock.now(), busy_is_undone=undone)

    def _wait_after(self, error: requests.RequestException, method: str, attempt: int) -> float | None:
        if failures.refused(error):
            return pause(attempt)
        return pause(attempt) if method in SAFE and failures.broke_before_answer(error) else None

    def _unanswered(self, method: str, url: str, error: requests.RequestException) -> FlowhostError:
        sentence = f"{method} {shown(url)} failed: {self._reason(error)}"
        # a ValueError is about the request itself, e.g. a URL without a host
        unusable = isinstance(error, ValueError)
        return Permanent(sentence) if unusable else Unavailable(sentence)

    def _reason(self, error: requests.RequestException) -> str:
        return failures.reason(error, self.connection)

    def _opened(self) -> requests.Session:
        from flowhost.http_client.session import new_session

        with self._lock:
            if self._closing.is_set():
                raise Unavailable(f"the client of {self.connection.server} is closed")
            if self._session is None:
                self._session = new_session(self.connection)
            return self._session


def _settled(answer: requests.Response) -> requests.Response:
    if answer.request.method == "DELETE" and answer.status_code in (404, 410):
        answer.status_code, answer.reason = 204, "No Content"
        answer._content = b""  # what it says is not so
    return answer
