"""One request to the server: credentials, redirects, time-outs, other tries, the answer read to its end."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import flowhost
from flowhost_plugins.viz_one.client import failures
from flowhost_plugins.viz_one.client.addresses import host_of, shown
from flowhost_plugins.viz_one.client.answers import check
from flowhost_plugins.viz_one.client.reading import read_whole
from flowhost_plugins.viz_one.client.repeating import SAFE, again_after, pause
from flowhost_plugins.viz_one.client.settings import Settings
from flowhost_plugins.viz_one.documents.link import joined

if TYPE_CHECKING:
    import requests

REDIRECTS = 5
"""How many redirects are followed."""

log = logging.getLogger(__name__)


class Wire:
    """Sends requests to one server; safe for several threads.

    Args:
        settings: how.
        clock: for the pauses before other tries.
    """

    def __init__(self, settings: Settings, clock: flowhost.Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._lock = threading.Lock()  # guards the three below
        self._session: requests.Session | None = None
        self._trusted = {host_of(settings.start), *(host.lower() for host in settings.trusted_hosts)}
        self._warned: set[str] = set()
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

    def trust(self, url: str) -> None:
        """Let this URL's host be told the password, too."""
        if host := host_of(url):
            with self._lock:
                self._trusted.add(host)

    def trusts(self, url: str) -> bool:
        """Whether this URL's host may be told the password."""
        with self._lock:
            return host_of(url) in self._trusted

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        """Send a request until it is answered or not worth another try.

        Args:
            method: GET, PUT, POST or DELETE.
            url: absolute, or meant from the service document.
            headers: of the request.
            body: of the request.

        Raises:
            DocumentError: the URL is none.
            HTTPClientError, HTTPServerError, Retry: the answer is not 2xx.
            Unavailable: there is no answer, or it was cut off.
        """
        url = joined(self.settings.start, url)
        answer = self._repeated(method, url, headers, body)
        check(answer, self.settings.user, self._clock.now())
        return answer

    def _repeated(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> requests.Response:
        import requests

        attempt = 1
        while True:
            try:
                answer = self._redirected(method, url, headers, body)
            except requests.RequestException as error:
                wait = self._wait_after(error, method, attempt)
                if wait is None or attempt > self.settings.retries:
                    raise self._unanswered(method, url, error) from error
                problem = failures.reason(error, self.settings.time_out, self.settings.connect_time_out)
            else:
                now = self._clock.now()
                wait = again_after(method, answer.status_code, answer.headers, attempt, now)
                if wait is None or attempt > self.settings.retries:
                    return _settled(answer, attempt)
                problem = f"answered {answer.status_code}"
            log.info("%s %s: %s; trying again in %.1f s", method, shown(url), problem, wait)
            if self._clock.wait(self._closing, wait):
                raise flowhost.Unavailable(f"{method} {shown(url)}: {problem}, and the client was closed")
            attempt += 1

    def _wait_after(self, error: requests.RequestException, method: str, attempt: int) -> float | None:
        if failures.refused(error):
            return pause(attempt)
        return pause(attempt) if method in SAFE and failures.broke_before_answer(error) else None

    def _unanswered(self, method: str, url: str, error: requests.RequestException) -> flowhost.FlowhostError:
        why = failures.reason(error, self.settings.time_out, self.settings.connect_time_out)
        sentence = f"{method} {shown(url)} failed: {why}"
        # a ValueError is about the request itself, e.g. a URL without a host
        unusable = isinstance(error, ValueError)
        return flowhost.Permanent(sentence) if unusable else flowhost.Unavailable(sentence)

    def _redirected(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> requests.Response:
        for _ in range(REDIRECTS):
            answer = self._once(method, url, headers, body)
            place = answer.headers.get("Location")
            # 301 to 303 turn a PUT into a GET, which would look like success
            followed = (301, 302, 303, 307, 308) if method == "GET" else (307, 308)
            if answer.status_code not in followed or not place:
                break
            url = joined(url, place)
        return answer

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> requests.Response:
        settings = self.settings
        deadline = self._clock.monotonic() + settings.time_out
        with self._opened().request(
            method,
            url,
            data=body,
            headers=dict(headers) | self._credentials(url),
            timeout=(settings.connect_time_out, settings.time_out),
            allow_redirects=False,
            stream=True,
        ) as answer:
            read_whole(answer, deadline, self._clock)
            return answer

    def _credentials(self, url: str) -> dict[str, str]:
        """The header with user and password for this URL; nothing for a host they are no business of."""
        host = host_of(url)
        with self._lock:
            if host not in self._trusted:
                return {}
            plain = self.settings.https and urlsplit(url).scheme == "http" and host not in self._warned
            if plain:
                self._warned.add(host)
        if plain:
            log.warning("%s is a link without TLS: the password goes there as plain text", shown(url))
        pair = f"{self.settings.user}:{self.settings.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def _opened(self) -> requests.Session:
        from flowhost_plugins.viz_one.client.session import new_session

        if self._closing.is_set():
            raise flowhost.Unavailable(f"the client of {self.settings.host} is closed")
        with self._lock:
            if self._session is None:
                self._session = new_session(self.settings)
            return self._session


def _settled(answer: requests.Response, attempt: int) -> requests.Response:
    """The answer, made a success where it says that an earlier try, whose answer was lost, has done it."""
    if attempt > 1 and answer.request.method == "DELETE" and answer.status_code in (404, 410):
        answer.status_code, answer.reason = 204, "No Content"
    return answer
