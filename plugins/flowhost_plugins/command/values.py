"""Values of an event as text."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any


class MissingValueError(Exception):
    """The event has no such value; the text says what it has instead."""


def value_at(value: Any, path: Sequence[str]) -> Any:
    """What stands at this path of keys and indices.

    Raises:
        MissingValueError: there is nothing, or nothing but None.
    """
    for step in path:
        if isinstance(value, str | bytes):
            raise MissingValueError(f"there is no {step!r} in text; name a parser for the source")
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = None
    if value is None:
        raise MissingValueError("the event does not have it")
    return value


def text_of(value: Any) -> str:
    """The value as one text: bytes as the system writes file names, anything that is no text as JSON.

    Raises:
        MissingValueError: it is no JSON value.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return os.fsdecode(value)
    if isinstance(value, datetime):
        return value.isoformat()
    try:
        return json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise MissingValueError(f"it is a {type(value).__name__}, which has no text ({error})") from error
