"""Checksums of files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PIECE = 4 * 1024 * 1024
"""Bytes read at once: few calls, little memory."""


def sha1_of(path: Path) -> str:
    """SHA-1 of a file as the disk has it, in hexadecimal.

    What the system remembers of the file is forgotten first, so that a write that went wrong is seen.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha1(usedforsecurity=False)  # what Vidispine has of its files
    with path.open("rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def is_whole(path: Path, sha1: str) -> bool:
    """Whether there is a file with this checksum."""
    return path.is_file() and sha1_of(path) == sha1
