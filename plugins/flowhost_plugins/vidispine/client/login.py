"""Who we are: HTTP Basic, or a token that is renewed in time."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import flowhost
from flowhost.http_client import Shared
from flowhost_plugins.vidispine.client.settings import Settings

if TYPE_CHECKING:
    import requests

TOKEN_LIFETIME = 60
"""Seconds a token is asked for: the most that a user who is no administrator gets."""

TOKEN_USE = 45.0
"""Seconds a token is used; the rest is for requests that are under way, and for clocks that go wrong."""

LONGEST_TOKEN = 4096
"""Characters; what is longer is no token."""


class Login:
    """The headers that say who asks; safe for several threads.

    Args:
        settings: who, and how it is told.
        clock: for the age of a token.
        ask: sends a GET of a path with these headers; raises as `client.Client.get` does.
    """

    def __init__(
        self,
        settings: Settings,
        clock: flowhost.Clock,
        ask: Callable[[str, dict[str, str]], requests.Response],
    ) -> None:
        self._clock = clock
        self._ask = ask
        pair = f"{settings.username}:{settings.password}".encode()
        self._basic = f"Basic {base64.b64encode(pair).decode()}"
        # headers are sent as Latin-1, of which UTF-8 is made so
        self._run_as = {"RunAs": settings.run_as.encode().decode("latin-1")} if settings.run_as else {}
        self._with_token = settings.token
        self._shared: Shared[str] = Shared()
        self._lock = threading.Lock()  # guards the two below
        self._token = ""
        self._since = 0.0

    def headers(self) -> dict[str, str]:
        """The headers of a request; with tokens perhaps after asking for a new one.

        Raises:
            Unavailable: there is no token to be had.
        """
        return {"Authorization": f"token {self._fresh()}" if self._with_token else self._basic} | self._run_as

    def renewed(self, refused: dict[str, str]) -> dict[str, str] | None:
        """The headers for another try of a request that was answered 401; None when they would be the same.

        Args:
            refused: the headers it had.

        Raises:
            Unavailable: there is no token to be had.
        """
        if not self._with_token:
            return None
        with self._lock:
            if refused["Authorization"] == f"token {self._token}":
                self._token = ""
        return self.headers()

    def forget(self) -> None:
        """Log in again with the next request."""
        with self._lock:
            self._token = ""

    def _fresh(self) -> str:
        """A token that will do; asked for by one thread, whose success or failure is that of all who wait."""
        return self._usable() or self._shared.get("token", lambda: self._usable() or self._renew())

    def _usable(self) -> str:
        with self._lock:
            return self._token if self._clock.monotonic() - self._since < TOKEN_USE else ""

    def _renew(self) -> str:
        since = self._clock.monotonic()  # it grows old from when it was asked for
        token = self._new_token()
        with self._lock:
            self._token, self._since = token, since
        return token

    def _new_token(self) -> str:
        headers = {"Authorization": self._basic, "Accept": "text/plain"}
        answer = self._ask(f"token?seconds={TOKEN_LIFETIME}&autoRefresh=false", headers)
        token = answer.text.strip()
        if (
            not token
            or len(token) > LONGEST_TOKEN
            or not token.isascii()
            or not token.isprintable()
            or " " in token
        ):
            raise flowhost.Unavailable(
                f"the answer to GET {answer.url} is no token; try 'authentication = basic' in [Vidispine]"
            )
        return token
