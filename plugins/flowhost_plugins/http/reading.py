"""Makes an event of a request: a plain POST, or a CloudEvent in binary or structured mode.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import unquote

import flowhost
from flowhost.web import Refused, Request

STRUCTURED = "application/cloudevents+json"
# events are kept, logged and passed on: no secrets in them; and what becomes of one is not for its sender to say
UNTOLD = ("authorization", "proxy-authorization", flowhost.ASK_AGAIN_HEADER, flowhost.REJECT_HEADER)
ATTRIBUTES = ("specversion", "id", "type", "source", "subject", "time", "partitionkey", "datacontenttype")


@dataclass(frozen=True, slots=True)
class Naming:
    """Which headers name the event.

    Args:
        id_header, key_header: lower-case names; empty for none.
        source: what the event's source is when the sender does not say.
    """

    id_header: str
    key_header: str
    source: str


def event_of(request: Request, body: bytes, naming: Naming) -> flowhost.Event:
    """The event that this request reports.

    Raises:
        Refused: it claims to be a CloudEvent and is not one.
    """
    media_type, charset = _content_type(request.headers.get("content-type", ""))
    headers = {name: text for name, text in request.headers.items() if name not in UNTOLD}
    if request.query:
        headers["query-string"] = request.query
    if media_type == STRUCTURED:
        return _structured(body, headers, naming)
    if media_type.startswith("application/cloudevents"):
        raise Refused("415 Unsupported Media Type", f"{media_type} is not read here, expected {STRUCTURED}")
    told = {name: unquote(headers[f"ce-{name}"]) for name in ATTRIBUTES if f"ce-{name}" in headers}
    told.setdefault("subject", request.path)
    return _event(told, _payload(body, media_type, charset), headers, naming)


def _structured(body: bytes, headers: dict[str, str], naming: Naming) -> flowhost.Event:
    try:
        told = json.loads(body)
    except ValueError as error:
        raise _no_cloudevent(f"its body is not JSON ({error})") from error
    if not isinstance(told, dict):
        raise _no_cloudevent(f"its body is a JSON {type(told).__name__}, expected an object")
    for name in ("specversion", "id", "source", "type"):
        if not isinstance(told.get(name), str) or not told[name]:
            raise _no_cloudevent(f"its attribute {name!r} is {told.get(name)!r}, expected a text")
    data = _structured_data(told)
    told = {name: _as_text(value) for name, value in told.items() if name not in ("data", "data_base64")}
    headers["content-type"] = told.get("datacontenttype", "application/json")
    headers |= {f"ce-{name}": value for name, value in told.items() if name not in ATTRIBUTES}
    return _event(told, data, headers, naming)


def _structured_data(told: Mapping[str, Any]) -> Any:
    if "data_base64" not in told:
        return told.get("data")
    try:
        return base64.b64decode(told["data_base64"], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise _no_cloudevent(f"its data_base64 is not base64 ({error})") from error


def _event(told: Mapping[str, str], data: Any, headers: Mapping[str, str], naming: Naming) -> flowhost.Event:
    if not told.get("specversion", "1.0").startswith("1."):
        raise _no_cloudevent(f"its specversion is {told['specversion']!r}, expected 1.0")
    return flowhost.Event(
        type=told.get("type") or "http.post",
        data=data,
        source=told.get("source") or naming.source,
        subject=told.get("subject"),
        id=_named(naming.id_header, "id", told, headers),
        key=_named(naming.key_header, "partitionkey", told, headers),
        time=_time(told["time"]) if "time" in told else datetime.now(UTC),
        headers=headers,
    )


def _named(header: str, attribute: str, told: Mapping[str, str], headers: Mapping[str, str]) -> str | None:
    """What the operator's header says, else the attribute, whose own header is percent-encoded."""
    own = headers.get(header) if header != f"ce-{attribute}" else None
    return own or told.get(attribute) or None


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_cloudevent(f"its time is {text!r}, expected one as in RFC 3339") from error
    if time.tzinfo is None:
        raise _no_cloudevent(f"its time is {text!r}, expected one with a time zone")
    return time


def _content_type(text: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = text or "application/octet-stream"
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def _payload(body: bytes, media_type: str, charset: str) -> bytes | str | None:
    """Text when the sender says it is text and it is UTF-8; anything else stays as it came."""
    textual = media_type.startswith("text/") or media_type.endswith(("json", "xml", "x-www-form-urlencoded"))
    if not body:
        return None
    if not textual or charset not in ("utf-8", "utf8", "us-ascii"):
        return body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _no_cloudevent(why: str) -> Refused:
    return Refused("400 Bad Request", f"this is no CloudEvent 1.0: {why}")
