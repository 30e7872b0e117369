"""What every parser does with a payload before it looks at its meaning: decode it, measure it, quote it."""

from __future__ import annotations

from typing import Annotated

import flowhost

SHOWN = 60  # characters of a payload that go into an error sentence
LARGEST = 10 * 1024 * 1024  # bytes; documents beyond this are media or a mistake

MaxSize = Annotated[flowhost.Size, "largest document in bytes; a larger one is rejected unread"]


def shortened(value: object) -> str:
    """The value quoted for an error sentence: its beginning, and how long it is when that is not all."""
    if not isinstance(value, (bytes, str)):
        return f"a {type(value).__name__}"
    if len(value) <= SHOWN:
        return repr(value)
    unit = "bytes" if isinstance(value, bytes) else "characters"
    return f"{value[:SHOWN]!r}... ({len(value)} {unit})"


def text_of(data: object, encoding: str = "utf-8") -> str | None:
    """The payload as text; None for an empty one or none at all. A leading byte order mark is no text.

    Raises:
        Rejected: it is neither bytes nor text, or not in this encoding.
    """
    if data is None or data == "" or data == b"":
        return None
    if isinstance(data, str):
        return data
    try:
        return _bytes_of(data).decode(encoding).removeprefix("\ufeff") or None
    except UnicodeError as error:
        raise flowhost.Rejected(f"the payload {shortened(data)} is not {encoding} text: {error}") from None


def document_of(data: object, max_size: int) -> bytes | str:
    """The payload of a document parser, if it is small enough.

    Raises:
        Rejected: it is neither bytes nor text, or larger than `max_size` bytes.
    """
    payload = data if isinstance(data, str) else _bytes_of(data)
    if len(payload) > max_size or (isinstance(payload, str) and _encoded_size(payload) > max_size):
        unit = "characters" if isinstance(payload, str) else "bytes"
        size = f"the payload of {len(payload)} {unit} is larger than {max_size} bytes"
        raise flowhost.Rejected(f"{size}; raise the parser's 'max size' to have it read")
    return payload


def checked_limit(max_size: int) -> int:
    """The limit, if a document could be that small.

    Raises:
        ValueError: it could not.
    """
    if max_size < 1:
        raise ValueError(f"max size is {max_size}, expected 1 byte or more")
    return max_size


def _encoded_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _bytes_of(data: object) -> bytes:
    if isinstance(data, bytes):
        return data
    raise flowhost.Rejected(f"the payload is {shortened(data)}, expected bytes or text")
