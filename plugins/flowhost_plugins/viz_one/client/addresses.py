"""URLs: which hosts may be told the password, and how a broker is told it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from flowhost.http_client import shown

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")


def host_of(url: str) -> str:
    """The name of the host in lower case, without its port; empty when the URL names none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def checked_host(text: str) -> str:
    """The value of ``hostname``, if it is a host with or without a port.

    Raises:
        ValueError: it is not.
    """
    if not _HOST.fullmatch(text):
        raise ValueError(
            f"hostname is {shown(text).rpartition('@')[2]!r}, expected a name such as one.example or one.example:8080; "
            "'use https' says how to speak to it"
        )
    return text


def with_user(monitor: str, user: str, password: str, default_host: str) -> str:
    """The URL of a broker, as a monitor link names it, with a user to log in as.

    Args:
        monitor: ``stomp://host:port/?destination=/topic/name``; a user named in it stays.
        user: login.
        password: belongs to it.
        default_host: the host that is meant when the link names none.

    Raises:
        ValueError: it is not such a URL.
    """
    wrong = ValueError(f"the monitor link is {shown(monitor)!r}, expected stomp://host:port/?destination=…")
    try:
        parts = urlsplit(monitor.strip())
    except ValueError:  # its text may hold the password
        raise wrong from None
    if not parts.scheme.startswith("stomp"):
        raise wrong
    place = parts.netloc if parts.hostname else f"{default_host}{parts.netloc}"
    if "@" not in place:
        place = f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"
    query = "&".join(_kept(parts.query.split("&")))
    return f"{parts.scheme}://{place}/?{query}"


def _kept(pairs: Iterable[str]) -> Iterable[str]:
    """The parameters that say which destination is meant; a broker's own would only be refused."""
    for pair in pairs:
        name, _, value = pair.partition("=")
        if name in ("destination", "vhost"):
            yield f"{name}={quote(unquote(value), safe='/')}"
