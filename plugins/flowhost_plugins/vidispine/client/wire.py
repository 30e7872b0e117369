"""One request to a site: who asks, other tries, the way of a redirection, the error an answer stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import flowhost
from flowhost.http_client import Connection, Sender
from flowhost_plugins.vidispine.client.addresses import moved_to
from flowhost_plugins.vidispine.client.answers import check
from flowhost_plugins.vidispine.client.login import Login
from flowhost_plugins.vidispine.client.settings import Settings

if TYPE_CHECKING:
    import requests


class Wire:
    """Sends requests to one site; safe for several threads.

    Args:
        settings: how.
        clock: for time-outs, tokens, and the pauses before other tries.
    """

    def __init__(self, settings: Settings, clock: flowhost.Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._sender = Sender(_connection(settings), clock)
        self._login = Login(settings, clock, self._ask_for_token)

    def open(self) -> None:
        """Be ready again after a `close`; connections are made when they are needed.

        Raises:
            Unavailable: the PEM file cannot be read.
        """
        self._login.forget()
        self._sender.open()

    def close(self) -> None:
        """Close every connection; whoever waits for another try is told that it will not come."""
        self._sender.close()

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        """Send a request until it is answered or not worth another try.

        Raises:
            FlowhostError: see `check` and `Sender.until_answered`.
        """
        with self._counted(method):
            answer = self._answered(method, url, headers, body)
            if answer.status_code == 303 and (place := self._kept_at(answer)):
                answer = self._answered("GET", place, {"Accept": headers["Accept"]}, None)
            check(answer, self._settings.username, self._clock.now())
        return answer

    def metrics(self) -> Iterator[flowhost.Metric]:
        """What was sent until now."""
        return self._sender.counts.metrics("flowhost_vidispine")

    @contextmanager
    def _counted(self, method: str) -> Iterator[None]:
        try:
            yield
        except flowhost.Unavailable:
            self._sender.counts.failed(method)
            raise

    def _kept_at(self, answer: requests.Response) -> str | None:
        """Where the site keeps what was asked for, as a search that was saved; None when that is elsewhere."""
        return moved_to(self._settings.base, answer.headers.get("Location", ""))

    def _answered(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> requests.Response:
        return self._sender.until_answered(method, url, lambda: self._known(method, url, headers, body))

    def _known(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> requests.Response:
        """An answer to somebody the site knows: a token that it knows no more is renewed once."""
        who = self._login.headers()
        answer = self._sender.once(method, url, {**headers, **who}, body)
        if answer.status_code == 401 and (again := self._login.renewed(who)) is not None:
            answer = self._sender.once(method, url, {**headers, **again}, body)
        return answer

    def _ask_for_token(self, path: str, headers: dict[str, str]) -> requests.Response:
        url = f"{self._settings.base}/{path}"
        answer = self._sender.until_answered("GET", url, lambda: self._sender.once("GET", url, headers))
        try:
            check(answer, self._settings.username, self._clock.now())
        except (flowhost.Permanent, flowhost.Conflict) as error:
            raise flowhost.Unavailable(
                f"there is no token for {self._settings.username!r}: {error}"
            ) from error
        return answer


def _connection(settings: Settings) -> Connection:
    return Connection(
        server=settings.base,
        time_out=settings.timeout,
        connect_time_out=settings.connect_timeout,
        retries=settings.retries,
        connections=settings.connections,
        verify=settings.verify,
        https=settings.base.startswith("https:"),
        section="Vidispine",
        busy_is_undone=True,
        cookies=False,  # one login at the site may act for several users
    )
