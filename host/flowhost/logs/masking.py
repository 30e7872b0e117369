"""Secrets that must not be read in a log."""

from __future__ import annotations

import re

MASK = "********"

_SECRET_WORDS = re.compile(
    r"(password|passwd|passcode|passphrase|secret|token|api.?key|credential|authorization)", re.I
)

# What a message expects ("password@host") is no secret; an @ after a slash ends a password only where no port is.
# The limits keep the time for a long text in proportion to its length.
_IN_URL = re.compile(r"(://[^/\s:@\[]*:)(?!password@host\b)(?:[^/\s]+|(?!\d+\b)[^\s@]{1,200})@", re.I)
_IN_QUERY = re.compile(rf"([?&][\w.-]{{0,40}}{_SECRET_WORDS.pattern}[\w.-]{{0,40}}=)[^&#\s\"']+", re.I)


def masked(text: str) -> str:
    """The text with the secrets of every URL in it masked.

    ``stomp://user:********@host`` and ``https://host/x?token=********``, judging by the names in the query.
    """
    if "://" in text:
        text = _IN_URL.sub(rf"\1{MASK}@", text)
    return _IN_QUERY.sub(rf"\1{MASK}", text) if "=" in text else text


def is_secret(key: str) -> bool:
    """Whether the value under this key must not be shown, judging by its name."""
    return _SECRET_WORDS.search(key) is not None
