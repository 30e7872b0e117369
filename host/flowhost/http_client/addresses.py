"""URLs as they are shown to people."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit


def shown(url: str) -> str:
    """The URL for a message: without a user name and password in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a URL that cannot be read"
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=place))
