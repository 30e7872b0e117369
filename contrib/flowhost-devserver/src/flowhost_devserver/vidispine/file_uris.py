"""``file:`` URIs as paths."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname


def scheme_of(uri: str) -> str:
    """The scheme of a URI; empty when it is none."""
    try:
        return urlsplit(uri).scheme
    except ValueError:
        return ""


def path_of(uri: str) -> Path | None:
    """The path that a ``file:`` URI names; None when it is another one, or names none."""
    if scheme_of(uri) != "file":
        return None
    path = url2pathname(urlsplit(uri).path)
    return None if "\0" in path or not path.startswith("/") else Path(path)
