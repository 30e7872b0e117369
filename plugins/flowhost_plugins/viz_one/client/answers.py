"""The error an answer stands for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import flowhost
from flowhost.http_client import said, shown, wished
from flowhost_plugins.viz_one.client.errors import HTTPClientError, HTTPConflict, HTTPServerError, NotFound

if TYPE_CHECKING:
    import requests


def check(response: requests.Response, user: str, now: datetime) -> None:
    """Raise the error an answer stands for; nothing for 2xx.

    Args:
        response: the answer, read to its end.
        user: who asked.
        now: the time of day, for a Retry-After that names a date.

    Raises:
        HTTPClientError, HTTPServerError: see `flowhost_plugins.viz_one.client.errors`.
        Retry: 429: too many requests.
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    sentence = said(response) + _way_out(response, user)
    if status >= 500:
        raise HTTPServerError(sentence, response)
    if status == 429:
        raise flowhost.Retry(sentence, after=wished(response.headers.get("Retry-After"), now))
    kinds = {404: NotFound, 410: NotFound, 409: HTTPConflict, 412: HTTPConflict}
    raise kinds.get(status, HTTPClientError)(sentence, response)


def _way_out(response: requests.Response, user: str) -> str:
    if response.status_code == 401 and "Authorization" not in response.request.headers:
        return (
            "; the password is sent only to the 'hostname' of [Viz One] and to hosts of its service document, "
            "name others in 'trusted hosts'"
        )
    if response.status_code == 401:
        return f"; check 'username' (it is {user!r}) and 'password' of [Viz One]"
    if response.status_code == 403:
        return f"; it was asked as the user {user!r}"
    if 300 <= response.status_code < 400:
        place = shown(response.headers.get("Location", "nowhere"))
        return f"; it leads to {place}: check 'hostname' and 'use https' of [Viz One]"
    return ""
