"""What an event takes from a STOMP message: its identity, key, time and payload."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import flowhost

CLOUDEVENTS_PREFIXES = ("ce-", "cloudEvents:", "cloudEvents_")
"""How CloudEvents attributes are named in headers: by the HTTP binding and by the AMQP binding (RabbitMQ)."""
FIRST_MILLISECONDS = 100_000_000_000
"""A ``timestamp`` below this counts seconds (AMQP publishers, until 5138), else milliseconds (ActiveMQ)."""
OURS = (flowhost.ASK_AGAIN_HEADER, flowhost.REJECT_HEADER)
"""Headers by which a source says what becomes of its event."""

_TEXT = re.compile(
    r"text/.*|application/(.*\+)?(json|xml|yaml|javascript|x-www-form-urlencoded)|.*\+(json|xml)"
)
_CHARSET = re.compile(r";\s*charset=\"?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EventForm:
    """How messages of one destination become events.

    Args:
        source: the destination as a URL without credentials.
        id_header: header that holds the identity; empty to look in the well-known ones.
        key_header: header that holds the key; empty for none.
        clock: the time of messages that carry none.
    """

    source: str
    id_header: str
    key_header: str
    clock: flowhost.Clock

    def event(self, message: flowhost.Message) -> flowhost.Event:
        """The event of a message; what becomes of it is not for its publisher to say."""
        headers = {name: text for name, text in message.headers.items() if name not in OURS}
        return flowhost.Event(
            type="stomp.message",
            data=payload(message),
            source=self.source,
            subject=headers.get("destination"),
            id=headers.get(self.id_header) if self.id_header else identity(headers),
            key=headers.get(self.key_header) if self.key_header else None,
            time=sent(headers) or self.clock.now(),
            headers=headers,
        )


def identity(headers: Mapping[str, str]) -> str | None:
    """The id by which a message is known again when it is delivered twice; None when none is safe.

    A CloudEvents id (with its source) and ``amqp-message-id`` come from the publisher. The ``message-id`` of
    ActiveMQ (it starts with ``ID:``) is given once and kept; RabbitMQ makes a new one for each delivery, so
    that is no identity.
    """
    for prefix in CLOUDEVENTS_PREFIXES:
        if f"{prefix}id" in headers and f"{prefix}source" in headers:
            return f"{headers[f'{prefix}source']} {headers[f'{prefix}id']}"
    if given := headers.get("amqp-message-id"):
        return given
    message_id = headers.get("message-id", "")
    return message_id if message_id.startswith("ID:") else None


def sent(headers: Mapping[str, str]) -> datetime | None:
    """When the message was sent by its ``timestamp`` header; None when that says nothing."""
    text = headers.get("timestamp", "")
    if not text.isdecimal() or not (number := int(text)):
        return None
    try:
        return datetime.fromtimestamp(number if number < FIRST_MILLISECONDS else number / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None  # a number that no calendar holds


def payload(message: flowhost.Message) -> str | bytes:
    """The body: text when its content type says so, or says nothing, and it can be decoded; else bytes."""
    kind = message.headers.get("content-type", "")
    if kind and not _TEXT.match(kind.partition(";")[0].strip().lower()):
        return message.body
    charset = _CHARSET.search(kind)
    try:
        return message.body.decode(charset[1] if charset else "utf-8")
    except (UnicodeDecodeError, LookupError):
        return message.body
