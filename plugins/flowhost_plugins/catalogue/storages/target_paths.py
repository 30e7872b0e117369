"""Paths that somebody names within a storage."""

from __future__ import annotations

import re
from pathlib import Path

import flowhost
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.records import Storage

LONGEST_NAME = 200
"""Bytes; file systems have 255, and jobs add some to a name."""


def checked_path(storage: Storage, path: str) -> str:
    """The path, when it is one of a file that may be made in the storage.

    Raises:
        Permanent: it leads out of the storage, is hidden from scans, or is no path.
    """

    def refuse(why: str) -> flowhost.Permanent:
        return flowhost.Permanent(f"the path {path!r} in the storage {storage.name!r} {why}")

    if not path or not is_storable(path) or any(ord(one) < 32 for one in path):
        raise refuse("is empty or has control characters, expected one such as hires/clip.mxf")
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "" in parts:
        raise refuse("is not one within it, expected one such as hires/clip.mxf")
    if any(part.startswith(".") for part in parts):
        raise refuse("has a name that begins with a dot, which scans skip")
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        raise refuse(f"has a name of more than {LONGEST_NAME} bytes")
    root = Path(storage.path)
    if not (root / path).parent.resolve().is_relative_to(root):  # resolve follows links of folders
        raise refuse("leads out of it through a link")
    return path


def file_name(text: str) -> str:
    """`text` as a part of the name of a file: of any title something that a file system takes."""
    kept = re.sub(r"[\x00-\x1f/\\]", "_", text).lstrip(".").strip()
    return kept.encode("utf-8", "ignore")[:LONGEST_NAME].decode("utf-8", "ignore") or "file"
