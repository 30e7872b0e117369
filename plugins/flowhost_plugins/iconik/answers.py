"""What an answer of iconik means: done, try again, or never."""

from __future__ import annotations

import json
from typing import Any

import flowhost

BUSY = {429, 503}
"""The request was not taken on; it may be sent again, whatever it is."""

STUMBLED = {500, 502, 504}
"""It is unknown whether the request was done."""

LONGEST_WAIT = 3600.0
"""Seconds; no server's word keeps an item waiting for days."""

_SHOWN = 200  # characters of an answer that go into an error


def document(body: bytes, asked: str) -> Any:
    """The JSON of an answer; an empty one is an empty object.

    Raises:
        Unavailable: it is no JSON: something else than iconik answered.
    """
    try:
        return json.loads(body) if body.strip() else {}
    except ValueError as error:
        raise flowhost.Unavailable(f"{asked}: the answer is no JSON; is 'url' of [iconik] right?") from error


def refusal(status: int, body: bytes, asked: str, retry_after: float | None) -> flowhost.FlowhostError:
    """The error for an answer that is not 2xx.

    Args:
        status: of the answer.
        body: of the answer.
        asked: what was asked, as the beginning of a sentence.
        retry_after: seconds, when the answer says so.
    """
    if status == 401:
        return flowhost.Permanent(
            f"{asked}: it does not know the token; see 'app id' and 'token' of [iconik]"
        )
    if status == 403:
        return flowhost.Permanent(f"{asked}: the user of the token of [iconik] may not do that")
    said = f"{asked}: it answered {status}{_reasons(body)}"
    if status in BUSY or status in STUMBLED:
        return flowhost.Retry(said, after=retry_after)
    return flowhost.Permanent(said)


def seconds(retry_after: str | None) -> float | None:
    """The header Retry-After when it is a number of seconds; None when not."""
    text = (retry_after or "").strip()
    return min(float(text), LONGEST_WAIT) if text.isascii() and text.isdecimal() else None


def _reasons(body: bytes) -> str:
    """What the answer says of its reasons, on one line."""
    text = body.decode(errors="replace")
    try:
        told = json.loads(text).get("errors")
    except (ValueError, AttributeError):
        told = None
    if told:
        text = "; ".join(map(str, told)) if isinstance(told, list) else str(told)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_SHOWN]
    return f": {line}" if line else ""
