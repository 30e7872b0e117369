"""One request to the server: credentials, redirects, time-outs, other tries, the answer read to its end."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import flowhost
from flowhost.http_client import Connection, Sender, shown
from flowhost_plugins.viz_one.client.addresses import host_of
from flowhost_plugins.viz_one.client.answers import check
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
        self._sender = Sender(_connection(settings), clock)
        self._lock = threading.Lock()  # guards the two below
        self._trusted = {host_of(settings.start), *(host.lower() for host in settings.trusted_hosts)}
        self._warned: set[str] = set()

    def open(self) -> None:
        """Be ready again after a `close`; connections are made when they are needed.

        Raises:
            Unavailable: the PEM file cannot be read.
        """
        self._sender.open()

    def close(self) -> None:
        """Close every connection; whoever waits for another try is told that it will not come."""
        self._sender.close()

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
        answer = self._sender.until_answered(
            method, url, lambda: self._redirected(method, url, headers, body)
        )
        check(answer, self.settings.user, self._clock.now())
        return answer

    def _redirected(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> requests.Response:
        for _ in range(REDIRECTS):
            answer = self._sender.once(method, url, dict(headers) | self._credentials(url), body)
            place = answer.headers.get("Location")
            # 301 to 303 turn a PUT into a GET, which would look like success
            followed = (301, 302, 303, 307, 308) if method == "GET" else (307, 308)
            if answer.status_code not in followed or not place:
                break
            url = joined(url, place)
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


def _connection(settings: Settings) -> Connection:
    return Connection(
        server=settings.host,
        time_out=settings.time_out,
        connect_time_out=settings.connect_time_out,
        retries=settings.retries,
        connections=settings.connections,
        verify=settings.verify,
        https=settings.https,
        section="Viz One",
        scheme_option="use https",
    )
