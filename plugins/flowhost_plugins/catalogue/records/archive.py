"""What is in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

ArchiveStatus: TypeAlias = Literal["", "ARCHIVED", "RESTORED"]
"""Empty: not in the archive. ``ARCHIVED``: a verified copy is there. ``RESTORED``: it is, and came back since. An item
is ``ARCHIVED`` as long as one of its shapes is. Whether media is online, too, its files tell."""


@dataclass(frozen=True, slots=True)
class ArchivedShape:
    """A shape's copy in the archive.

    Args:
        shape: id of the shape.
        file: id of the copy, a file in an ``ARCHIVE`` storage.
        policy: name of the storage that was asked for.
        status: how it is.
        sha1: SHA-1 of its bytes, in hexadecimal, which is in the copy's name, too; the file has the SHA-256.
        external_ids: what names the copy within the archive: its path in the storage.
        online: paths on this machine of the shape's files outside the archive that are there and complete.
        archived: when it was archived.
        restored: when it last came back; None: never.
    """

    shape: str
    file: str
    policy: str
    status: ArchiveStatus
    sha1: str
    external_ids: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    archived: datetime | None = None
    restored: datetime | None = None
