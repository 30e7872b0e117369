"""Requests to Portal's REST API, and what its answers stand for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import flowhost
from flowhost.http_client import Connection, Sender, is_page, said
from flowhost_plugins.portal.errors import NotSignedIn, PortalRefused

if TYPE_CHECKING:
    import requests

API = "API/v2"


class Client:
    """Speaks with one Portal; safe for several threads.

    Args:
        base: URL of Portal, without a slash at the end.
        login: headers that say who we are.
        connection: how.
        clock: for time-outs and the pauses before other tries.
    """

    def __init__(
        self, base: str, login: Mapping[str, str], connection: Connection, clock: flowhost.Clock
    ) -> None:
        self._base = base
        self._login = dict(login)
        self._sender = Sender(connection, clock)

    def open(self) -> None:
        """Be ready again after a `close`."""
        self._sender.open()

    def close(self) -> None:
        """Close every connection."""
        self._sender.close()

    def ask(
        self,
        method: str,
        *path: str,
        query: Mapping[str, str] | None = None,
        document: object = None,
        form: Mapping[str, str] | None = None,
        login: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON that a page of the API answers.

        Args:
            method: of HTTP.
            path: below ``/API/v2``, one argument for each segment.
            query: of the URL.
            document: sent as JSON.
            form: sent as an HTML form.
            login: headers of somebody else than us.

        Raises:
            PortalRefused: Portal says no (4xx).
            NotSignedIn: it does not know who asks; an `Unavailable`.
            Unavailable: it cannot be reached, is in trouble, or this is no Portal.
        """
        url = f"{self._base}/{API}/" + "".join(f"{quote(one, safe='')}/" for one in path)
        url += f"?{urlencode(query)}" if query else ""
        headers = {"Accept": "application/json", **(self._login if login is None else login)}
        body: bytes | None = None
        if document is not None:
            body, headers["Content-Type"] = json.dumps(document).encode(), "application/json"
        elif form is not None:
            body = urlencode(form).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._sender.until_answered(
            method, url, lambda: self._sender.once(method, url, headers, body)
        )
        return _read(answer)


def _read(answer: requests.Response) -> Any:
    if answer.status_code == 401 or 300 <= answer.status_code < 400:
        raise NotSignedIn(f"{said(answer)}; check 'token', or 'username' and 'password', of [Portal]")
    if is_page(answer):
        raise flowhost.Unavailable(f"{said(answer)}; that is a page for people, not Portal's API")
    if answer.status_code >= 500 or answer.status_code == 429:
        raise flowhost.Unavailable(said(answer))
    if answer.status_code >= 400:
        raise PortalRefused(said(answer), answer.status_code)
    if not answer.content.strip():
        return {}
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        raise flowhost.Unavailable(f"{said(answer)}; expected JSON") from None
