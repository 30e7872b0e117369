"""What a worker written for Flow is given for an event of flowhost's own sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import flowhost
from flow_compat.objects import MESSAGE, OBJECT, object_of

_CHARSET = re.compile(r";\s*charset=\"?([\w.:-]+)", re.IGNORECASE)


def object_from(event: flowhost.Event) -> Any:
    """The object for an event: a document, a message, or else the event's data as they are.

    Raises:
        Rejected: the data are not the document that such an event has.
    """
    if event.type in (OBJECT, MESSAGE):
        return object_of(event)
    made = _MAKERS.get(event.type)
    return made(event) if made else event.data


def _item(event: flowhost.Event) -> Any:
    from vizone.payload.asset import Item

    return Item(event.data)


def _file(event: flowhost.Event) -> Any:
    from vizone.payload.media import UnmanagedFile

    return UnmanagedFile(event.data)


def _message(event: flowhost.Event) -> Any:
    from vizone.net.message_queue import Message

    return Message(dict(event.headers), _bytes(event))


def _bytes(event: flowhost.Event) -> bytes:
    """The body as it came: text was made of it by its content type."""
    if not isinstance(event.data, str):
        return event.data if isinstance(event.data, bytes) else str(event.data).encode()
    charset = _CHARSET.search(event.headers.get("content-type", ""))
    return event.data.encode(charset[1] if charset else "utf-8")


_MAKERS: dict[str, Callable[[flowhost.Event], Any]] = {
    "asset.changed": _item,
    "asset.deleted": _item,
    "file.changed": _file,
    "stomp.message": _message,
}
"""Type of an event → what is made of it."""
