"""Secrets that must not be read in a log."""

from __future__ import annotations

import re

MASK = "********"

_IN_URL = re.compile(
    r"(://[^/\s:@]*:)(?!password@host\b)[^/\s]+@", re.I
)  # what a message expects is no secret
_SECRET_WORDS = re.compile(r"(password|passwd|passcode|passphrase|secret|token|api.?key|credential)", re.I)


def masked(text: str) -> str:
    """The text with the password of every URL in it masked: ``stomp://user:********@host``."""
    return _IN_URL.sub(rf"\1{MASK}@", text) if "://" in text else text


def is_secret(key: str) -> bool:
    """Whether the value under this key must not be shown, judging by its name."""
    return _SECRET_WORDS.search(key) is not None
