"""What an answer says, in a sentence; and the error it stands for."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.viz_one.client.addresses import shown
from flowhost_plugins.viz_one.client.errors import HTTPClientError, HTTPConflict, HTTPServerError, NotFound
from flowhost_plugins.viz_one.client.repeating import wished

if TYPE_CHECKING:
    import requests

SHOWN_CHARACTERS = 160
"""Of an answer's text that go into a sentence."""

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!doctype\s+html|<html)", re.IGNORECASE)


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


def asked(response: requests.Response) -> str:
    """The request: its method and URL."""
    return f"{response.request.method} {shown(response.url)}"


def said(response: requests.Response) -> str:
    """Request and answer: method, URL, status, and how the text begins."""
    text = beginning(response)
    sentence = f"{asked(response)} was answered {response.status_code} {response.reason or ''}".rstrip()
    return f"{sentence}: {text}" if text else sentence


def beginning(response: requests.Response) -> str:
    """How the text of an answer begins; of a page for people its title, or what can be read of it."""
    raw = response.content[:20_000]
    if b"\0" in raw:
        return f"{len(response.content)} bytes that are no text"
    text = raw.decode("utf-8", errors="replace")
    if is_page(response):
        title = _TITLE.search(text)
        text = title[1] if title else _TAG.sub(" ", text)
    elif "json" in response.headers.get("Content-Type", ""):
        text = _detail(text)
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def is_page(response: requests.Response) -> bool:
    """Whether the answer is a page for people, as proxies and log-in forms send it."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml") or _HTML.match(response.content) is not None


def _detail(text: str) -> str:
    """What a problem in JSON (RFC 9457) says, or else the whole text."""
    try:
        problem = json.loads(text)
    except ValueError:
        return text
    found = (
        (problem.get(name) for name in ("detail", "title", "message")) if isinstance(problem, dict) else ()
    )
    return next((each for each in found if isinstance(each, str) and each), text)


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
