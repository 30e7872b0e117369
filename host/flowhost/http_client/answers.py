"""What an answer says, in a sentence."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from flowhost.http_client.addresses import shown, without_logins

if TYPE_CHECKING:
    import requests

SHOWN_CHARACTERS = 160
"""Of an answer's text that go into a sentence."""

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!doctype\s+html|<html)", re.IGNORECASE)


def asked(response: requests.Response) -> str:
    """The request: its method and URL."""
    return f"{response.request.method} {shown(response.url)}"


def said(response: requests.Response, *, text: bool = True) -> str:
    """Request and answer: method, URL, status, and how the text begins, if that is wanted."""
    begins = beginning(response) if text else ""
    sentence = f"{asked(response)} was answered {response.status_code} {response.reason or ''}".rstrip()
    return f"{sentence}: {begins}" if begins else sentence


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
    text = without_logins(" ".join(text.split()))
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
