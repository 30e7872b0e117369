"""What goes over the wire, as sources see it: a request, and the answer to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose head has been read.

    Args:
        method: in capitals.
        path: with percent escapes decoded.
        query: as it was sent, without the question mark.
        headers: by lower-case name.
        read: reads the body, once; raises Refused when it is too large or malformed.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: a status and a JSON object.

    Args:
        status: code and reason, e.g. ``200 OK``.
        content: the JSON object.
        headers: besides those of the content; a name may stand there twice.
    """

    status: str
    content: Mapping[str, Any]
    headers: tuple[tuple[str, str], ...] = field(default=())

    def body(self) -> bytes:
        """The content as it is sent."""
        return json.dumps(self.content).encode() + b"\n"


class Refused(Exception):  # named after what happened, like the errors of flowhost
    """The request cannot be taken as it is; carries the answer that says why.

    Args:
        status: code and reason.
        reason: one sentence for the sender.
    """

    def __init__(self, status: str, reason: str, *headers: tuple[str, str]) -> None:
        super().__init__(reason)
        self.answer = Answer(status, {"error": reason}, headers)
