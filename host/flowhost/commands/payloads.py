"""Payloads of events on a terminal: as text where they are text, as a hex dump where not."""

from __future__ import annotations

import json
from typing import Any

from flowhost.showing import harmless

SHOWN_CHARACTERS = 20_000
"""Of a text; more is read in a file."""

SHOWN_BYTES = 512
"""Of a payload that is no text: enough to see its kind."""


def written(data: Any) -> bytes:
    """The payload as bytes: bytes as they are, text as UTF-8, any other value as JSON."""
    if data is None:
        return b""
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return data.encode("utf-8", "surrogateescape")
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogateescape")


def described(data: Any) -> str:
    """What kind of payload it is and how big, e.g. ``312 bytes``."""
    if data is None:
        return "none"
    size = f"{len(written(data))} bytes"
    return size if isinstance(data, bytes) else f"{size} as {'text' if isinstance(data, str) else 'JSON'}"


def readable(data: Any) -> str:
    """The payload for people; bytes that are UTF-8 text are shown as such."""
    if isinstance(data, bytes):
        text = _text_of(data)
        return _hexdump(data) if text is None else _shortened(text)
    if data is None:
        return ""
    return _shortened(data if isinstance(data, str) else json.dumps(data, indent=2, ensure_ascii=False))


def _text_of(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if any(character < " " and character not in "\t\n\r\f" for character in text) else text


def _shortened(text: str) -> str:
    shown = harmless(text[:SHOWN_CHARACTERS].replace("\r\n", "\n"), keep="\n\t")
    rest = len(text) - SHOWN_CHARACTERS
    return shown + (f"\n... and {rest} characters more; see them all with --raw" if rest > 0 else "")


def _hexdump(data: bytes) -> str:
    lines = []
    for start in range(0, min(len(data), SHOWN_BYTES), 16):
        row = data[start : min(start + 16, SHOWN_BYTES)]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {row.hex(' '):<47}  {text}")
    rest = len(data) - SHOWN_BYTES
    return "\n".join(lines + ([f"... and {rest} bytes more; get them all with --raw"] if rest > 0 else []))
