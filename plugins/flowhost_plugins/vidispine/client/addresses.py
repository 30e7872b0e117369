"""URLs of a site: its base, segments, matrix parameters and query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import quote, urlsplit, urlunsplit

import flowhost
from flowhost_plugins.vidispine.client.errors import Nameless

API = "/API"
"""Where the API of a Vidispine begins."""

Parameter: TypeAlias = str | int | float | bool
"""The value of a parameter; a flag is written ``true`` or ``false``."""

Parameters: TypeAlias = Mapping[str, Parameter | Sequence[Parameter] | None]
"""Name → value, or several values, for a parameter that is repeated; one that is None is left out."""

_SAFE_IN_SEGMENT = "*:@,"
"""Characters of ids and names that mean nothing else within a segment; ``VX*12`` stays readable."""


def base_of(url: str) -> str:
    """The URL of the API of a server, which may be given with or without ``/API``.

    Raises:
        ValueError: it is no URL of a server.
    """
    expected = "expected http://HOST:PORT or https://HOST, with or without /API"
    text = url.strip()
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"url cannot be read as a URL, {expected}") from None
    if "@" in parts.netloc:
        raise ValueError("url has a user name in it; say it with 'username' and 'password' instead")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise ValueError(f"url is {text!r}, {expected}")
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path if path.endswith(API) else path + API, "", ""))


def url_of(
    base: str, segments: Sequence[str], matrix: Parameters | None = None, query: Parameters | None = None
) -> str:
    """The URL of something.

    Args:
        base: see `base_of`.
        segments: of the path below it, not quoted.
        matrix: parameters of the last segment.
        query: parameters after the question mark.

    Raises:
        Nameless: a segment is empty or a dot, and so the URL would be of something else, or is no text.
        Permanent: a parameter is no text.
    """
    path = "/".join(_segment(one) for one in segments)
    path += "".join(f";{pair}" for pair in _pairs(matrix or {}))
    query_text = "&".join(_pairs(query or {}))
    return f"{base}/{path}" + (f"?{query_text}" if query_text else "")


def moved_to(base: str, location: str) -> str | None:
    """The URL at this site that a redirection means; None when it does not lead into its API.

    Only what comes after ``/API`` counts: a server behind a proxy may call itself by a name that is not for us, and no
    other host may be told the password.
    """
    try:
        parts = urlsplit(location)
    except ValueError:
        return None
    _, found, rest = parts.path.partition(f"{API}/")
    if not found:
        return None
    return f"{base}/{rest}" + (f"?{parts.query}" if parts.query else "")


def _segment(name: str) -> str:
    if name.strip() in ("", ".", ".."):
        raise Nameless(name)
    try:
        return quote(name, safe=_SAFE_IN_SEGMENT)
    except UnicodeEncodeError:  # half a character (a surrogate), as JSON may have it
        raise Nameless(name) from None


def _pairs(parameters: Parameters) -> Iterator[str]:
    for name, value in parameters.items():
        several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        for one in _given(several):
            yield f"{quote(name, safe='')}={_value(_text(one))}"


def _given(values: Iterable[Parameter | None]) -> Iterator[Parameter]:
    return (value for value in values if value is not None)


def _value(text: str) -> str:
    try:
        return quote(text, safe="*:,")
    except UnicodeEncodeError:
        raise flowhost.Permanent(f"{text!r:.60} cannot be part of a URL, expected a text") from None


def _text(value: Parameter) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
