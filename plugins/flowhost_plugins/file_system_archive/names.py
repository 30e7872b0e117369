"""What copies in the archive are called: ``NAME_ITEM_SHA1.SUFFIX``, so that it can be read without any database."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import flowhost

LONGEST = 255
"""Bytes of a file name; what Linux's file systems hold."""


def copy_name(file: str, item: str, sha1: str) -> str:
    """The name of the copy of a file."""
    original = PurePosixPath(file)
    end = f"_{item.replace('/', '_')}_{sha1}{original.suffix}"
    room = max(1, LONGEST - len(end.encode(errors="surrogateescape")))
    stem = original.stem.encode(errors="surrogateescape")[:room]
    return stem.decode(errors="ignore" if len(stem) == room else "surrogateescape") + end


def place_of(folder: Path, external_ids: tuple[str, ...]) -> tuple[Path, str]:
    """Where a copy is, and its SHA-1: both are in its id, which is its name.

    Raises:
        Permanent: these are no ids of ours.
    """
    if len(external_ids) == 1:
        (name,) = external_ids
        sha1 = PurePosixPath(name).stem.rpartition("_")[2]
        if PurePosixPath(name).name == name and len(sha1) == 40 and set(sha1) <= set("0123456789abcdef"):
            return folder / name, sha1
    raise flowhost.Permanent(
        f"{list(external_ids)!r} is nothing this archive keeps, expected one name that ends in _SHA1 and a suffix"
    )
