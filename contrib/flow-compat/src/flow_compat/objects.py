"""Python objects as the data of events: how they travel through the pool, and how they survive in the ledger.

* Values of JSON, text, bytes and None travel as they are.
* An object with a method ``generate()`` (a document) travels as the bytes it generates. The job is given the object
  itself; only when the event was kept in the ledger a new one is made of the bytes, by the same class.
* A message (``headers`` and ``content``) travels as its content, with its headers as those of the event.
* Any other object travels as it is. It cannot be kept: when its work fails for good or is interrupted, that is said
  in the log, and the event is lost, as it was with Flow.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

import flowhost

OBJECT = "flow.object"
"""Type of the events that carry objects of a source written for Flow."""
MESSAGE = "flow.message"
"""Type of the events that carry a message."""
CLASS_HEADER = "flow-class"

_OWN = ("flow", "vizone")


class Kept(bytes):
    """The bytes of a document, and the document itself for as long as this process lives."""

    live: Any = None


def event_of(obj: Any, source: str) -> flowhost.Event:
    """The event that carries an object.

    Args:
        obj: what a source written for Flow gave.
        source: name of the source.
    """
    if _is_message(obj):
        headers = {str(name): str(text) for name, text in obj.headers.items()}
        return flowhost.Event(MESSAGE, obj.content, source=source, headers=headers)
    if not _is_json(obj) and callable(getattr(obj, "generate", None)):
        kept = Kept(_as_bytes(obj.generate()))
        kept.live = obj
        kind = type(obj)
        headers = {CLASS_HEADER: f"{kind.__module__}:{kind.__qualname__}"}
        return flowhost.Event(OBJECT, kept, source=source, subject=_subject(obj), headers=headers)
    return flowhost.Event(OBJECT, obj, source=source)


def object_of(event: flowhost.Event) -> Any:
    """The object an event of `event_of` carries.

    Raises:
        Permanent: it came from the ledger, and its class is not there any more or is none of a document.
    """
    if event.type == MESSAGE:
        from vizone.net.message_queue import Message

        return Message(dict(event.headers), event.data)
    if isinstance(event.data, Kept):
        return event.data.live
    named = event.headers.get(CLASS_HEADER)
    return _class_of(named)(event.data) if named else event.data


def _class_of(named: str) -> Any:
    module_name, _, path = named.partition(":")
    if module_name.partition(".")[0] in _OWN:
        importlib.import_module(module_name)
    found: Any = sys.modules.get(module_name)  # the application's own modules are loaded with its worker
    for step in path.split("."):
        found = getattr(found, step, None)
    if not isinstance(found, type) or not callable(getattr(found, "generate", None)):
        raise flowhost.Permanent(
            f"the class {named!r} of an object that was kept is not loaded any more, or has no method generate()"
        )
    return found


def _is_json(obj: Any) -> bool:
    if obj is None or isinstance(obj, bytes | str | int | float):
        return True
    if not isinstance(obj, dict | list | tuple):
        return False
    try:
        json.dumps(obj)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _is_message(obj: Any) -> bool:
    return hasattr(obj, "headers") and isinstance(getattr(obj, "content", None), bytes | str)


def _as_bytes(generated: bytes | str) -> bytes:
    return generated.encode() if isinstance(generated, str) else generated


def _subject(obj: Any) -> str | None:
    title = getattr(obj, "title", None)
    return title if isinstance(title, str) and title else None
