"""Files that appear, grow or vanish on an import storage."""

from __future__ import annotations

from typing import ClassVar

from flow.needs import NeedsClient, NeedsStomp
from flow.source.native import Native


class UnmanagedFilesListener(Native, NeedsClient, NeedsStomp):
    """Gives a `vizone.payload.media.UnmanagedFile` for each event; flowhost's source ``unmanaged-files``.

    It has all the options of that source; a class with a `run` of its own is given those below.

    Args:
        location: handle of an import storage.
        skip_empty_files: ``yes`` or ``no``.
    """

    native: ClassVar[str] = "unmanaged-files"

    def __init__(self, location: str | None = None, skip_empty_files: str = "no") -> None:
        self.location = location
        self.skip_empty_files = skip_empty_files
