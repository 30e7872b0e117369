"""Names of files that are made from what items are called, which may be long."""

from __future__ import annotations

LONGEST_NAME = 200
"""Bytes of one name in a path. File systems have 255, and who writes a file gives it a longer name meanwhile."""


def fitting(path: str, suffix: str = "") -> str:
    """The path, each name in it cut to what a library takes.

    Args:
        path: relative, with ``/`` between the names.
        suffix: what its last name ends in, with or without having it already; it is not cut off.
    """
    *folders, name = path.split("/")
    if suffix and name.lower().endswith(suffix.lower()):
        name, suffix = name[: -len(suffix)], name[-len(suffix) :]
    last = _cut(name, LONGEST_NAME - len(suffix.encode())) + suffix
    return "/".join([*(_cut(one, LONGEST_NAME) for one in folders), last])


def _cut(text: str, size: int) -> str:
    """The beginning of a text, at most `size` bytes, no character cut in two."""
    return text.encode()[: max(size, 0)].decode(errors="ignore")
