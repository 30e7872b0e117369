"""Paths and queries as they are sent: percent-encoded, with matrix parameters in every part."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from werkzeug.wrappers import Request

from flowhost_devserver.vidispine.conforming import Unfit, check_text

SLASH = "\ufdd0"
"""Stands for a slash within a part of a path (``%2F``) while a page is looked for; no text has this character."""

_PROXIED = re.compile("^https?://[^/?]*")
"""How a path begins that was sent as to a proxy."""

_BROKEN = re.compile("%(?![0-9a-fA-F]{2})")


def sent_path(request: Request) -> str:
    """The path of a request as it was sent."""
    sent = _PROXIED.sub("", request.environ.get("REQUEST_URI") or request.environ["PATH_INFO"])
    return str(sent.partition("?")[0])


def split_matrix(raw_path: str, query: str) -> tuple[str, dict[str, list[str]]]:
    """A path without its matrix parameters, decoded; and those together with the ones of the query.

    Args:
        raw_path: as it was sent: ``/item;first=1;number=10/``.
        query: as it was sent, without the question mark.

    Raises:
        Unfit: a percent sign does not begin an escape, or what is escaped is no text in UTF-8.
    """
    segments, pairs = [], list[tuple[str, str]]()
    for segment in raw_path.split("/"):
        name, *matrix = segment.split(";")
        segments.append(decode(name).replace("/", SLASH))
        pairs += [_pair(one) for one in matrix if one]
    pairs += [_pair(one.replace("+", " ")) for one in query.split("&") if one]
    parameters: dict[str, list[str]] = {}
    for key, value in pairs:
        parameters.setdefault(key, []).append(value)
    return "/".join(segments), parameters


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return decode(key), decode(value)


def decode(text: str) -> str:
    """A percent-encoded text.

    Args:
        text: its characters stand for bytes.

    Raises:
        Unfit: see `split_matrix`.
    """
    if _BROKEN.search(text):
        raise Unfit(f"{text[:40]!r} has a percent sign without two hexadecimal digits")
    try:
        found = unquote_to_bytes(text.encode("latin-1")).decode()
    except UnicodeError:
        raise Unfit(f"{text[:40]!r} is no text in UTF-8") from None
    check_text(found)
    return found
