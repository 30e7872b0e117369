"""An event as an HTTP message: a CloudEvent in structured or binary mode, or its bare data.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import flowhost

Format: TypeAlias = Literal["cloudevent", "binary", "data"]

STRUCTURED = "application/cloudevents+json; charset=utf-8"
HEADER_SAFE = (
    "!#$&'()*+,/:;<=>?@[\\]^`{|}"  # besides letters, digits and _.-~; anything else is percent-encoded
)


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the headers that describe the event, and the body."""

    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def written(event: flowhost.Event, form: Format) -> Message:
    """The event in this form.

    Raises:
        Permanent: its data cannot be written.
    """
    try:
        return _structured(event) if form == "cloudevent" else _plain(event, attributes=form == "binary")
    except (TypeError, ValueError, RecursionError) as error:
        raise flowhost.Permanent(
            f"the data of {event.type} {event.subject!r} is no JSON value ({error}); send it unparsed"
        ) from error


def _structured(event: flowhost.Event) -> Message:
    return Message({"Content-Type": STRUCTURED}, _json(flowhost.cloudevent(event)))


def _plain(event: flowhost.Event, *, attributes: bool) -> Message:
    headers = {"Content-Type": _content_type(event)} if event.data is not None else {}
    if attributes:
        for name, text in flowhost.cloudevent(event).items():
            if not name.startswith("data"):
                headers[f"ce-{name}"] = quote(text, HEADER_SAFE, errors="surrogateescape")
    return Message(headers, _body(event))


def _content_type(event: flowhost.Event) -> str:
    """What the event's own header says, as long as its data is what came with it."""
    own = event.headers.get("content-type", "")
    if not own.isascii() or not own.isprintable():
        own = ""
    if isinstance(event.data, bytes):
        return own or "application/octet-stream"
    if isinstance(event.data, str):
        return f"{(own or 'text/plain').partition(';')[0]}; charset=utf-8"
    return "application/json"


def _body(event: flowhost.Event) -> bytes:
    if event.data is None:
        return b""
    if isinstance(event.data, bytes):
        return event.data
    return event.data.encode() if isinstance(event.data, str) else _json(event.data)


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False).encode()
