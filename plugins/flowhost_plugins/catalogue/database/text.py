"""Texts as a database can keep, index and search them, the same on both engines."""

from __future__ import annotations

import hashlib

LONGEST_INDEXED = 256
"""Characters; PostgreSQL refuses index entries over 2.7 kB, and one character may take four bytes."""


def index_key(text: str) -> str:
    """`text` as part of a unique index: itself where an index can hold it, else its digest."""
    if len(text) <= LONGEST_INDEXED and not text.startswith("sha256:"):
        return text
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def is_storable(text: str) -> bool:
    """Whether a database can keep `text`: it holds no NUL and no half character."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text))


def storable(text: str) -> str:
    """`text` with what a database cannot keep (NUL, half a character) written as an escape."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
