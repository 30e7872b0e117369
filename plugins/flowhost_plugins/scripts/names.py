"""What a script may be called: the name of one file, never a path."""

from __future__ import annotations

LONGEST_NAME = 200
"""Bytes. File systems have 255, and a script that is being written has a longer name meanwhile."""


def check_name(name: str) -> None:
    """See that this can be the name of a script.

    Raises:
        ValueError: it cannot; the sentence says why.
    """
    if not name.strip():
        raise ValueError("the name of a script is empty")
    if "/" in name or "\\" in name:
        raise ValueError(f"{name!r} is a path, expected the name of a script in the folder of the scripts")
    if name.startswith((".", "-")):
        raise ValueError(f"{name!r} begins with {name[0]!r}, which no script's name may")
    if not name.isprintable():
        raise ValueError(f"{name!r} has control characters, which no script's name may")
    if len(name.encode(errors="surrogateescape")) > LONGEST_NAME:
        raise ValueError(
            f"{name[:40] + '...'!r} is too long a name for a script, expected at most {LONGEST_NAME} bytes"
        )
