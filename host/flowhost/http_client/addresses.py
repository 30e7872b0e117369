"""URLs as they are shown to people."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_LOGIN = re.compile(r"""(?<=//)[^/?#\s"'<>]*@""")
_QUOTED_LOGIN = re.compile(r"(?<=%2F%2F)(?:(?!%2F)[^/?#&\s])*%40", re.IGNORECASE)


def without_logins(text: str) -> str:
    """A text for a message: without the user names and passwords of URLs in it, which may be quoted."""
    return _QUOTED_LOGIN.sub("", _LOGIN.sub("", text))


def shown(url: str) -> str:
    """The URL for a message: without a user name and password, neither its own nor those of URLs in its parameters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a URL that cannot be read"
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=place, query=without_logins(parts.query)))
