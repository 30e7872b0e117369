"""What a broker said in an ERROR frame, as one line for an operator."""

from __future__ import annotations

import re
from collections.abc import Mapping

import flowhost
from flowhost_plugins.stomp.url import Address

LONGEST = 300
"""Characters of a broker's text that are shown; ActiveMQ adds a stack trace."""

_STACK_TRACE = re.compile(r"\n\s+at .*", re.DOTALL)


class LogInRefusedError(flowhost.Unavailable):
    """The broker answered the log-in with an ERROR, or by hanging up."""


class VersionRefusedError(LogInRefusedError):
    """The broker does not speak the STOMP version that was offered."""


def what_it_said(headers: Mapping[str, str], body: bytes, address: Address) -> str:
    """The broker's words: its short message and, when that adds something, the longer text.

    Args:
        headers: of the ERROR frame.
        body: of the ERROR frame.
        address: whom we asked, as whom; the password is struck out if the broker repeats it.
    """
    short = headers.get("message", "").strip()
    long = _STACK_TRACE.sub("", body.decode(errors="replace")).strip()
    text = short if short and short in long else ": ".join(filter(None, (short, long)))
    text = " ".join(text.split()) or "no reason given"
    if address.password and address.password != address.user:
        text = text.replace(address.password, "********")
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def log_in_refusal(text: str, said: str) -> LogInRefusedError:
    """The error for a refused log-in, which tells whether a lower STOMP version is worth a try.

    Args:
        text: the sentence.
        said: the broker's words in it.
    """
    about_the_version = re.search(r"\bversions?\b", said, re.IGNORECASE)
    return VersionRefusedError(text) if about_the_version else LogInRefusedError(text)
