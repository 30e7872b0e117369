"""The disks that folders are on: whether they are there, and what is free."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class Disks:
    """What is free on the disks, each asked once, for one decision between folders.

    Folders of one disk have the same room, also while somebody writes to it.
    """

    def __init__(self) -> None:
        self._free: dict[int, int] = {}

    def free(self, folder: str | Path) -> int:
        """Bytes that may still be written there.

        Raises:
            OSError: the folder cannot be used.
        """
        device = Path(folder).stat().st_dev
        if device not in self._free:
            self._free[device] = shutil.disk_usage(folder).free
        return self._free[device]


def folder_trouble(folder: Path, marker: str = "") -> str:
    """Why a folder cannot be used just now; empty when it can.

    A mount point is a folder also while nothing is mounted there. A marker tells the two apart: a file on the disk, made
    once by the operator.

    Args:
        folder: absolute.
        marker: name of a file that the folder has while its disk is there; empty: none is asked for.

    Returns:
        What is said of the folder after its name, e.g. ``is not there; is it mounted?``.
    """
    if not folder.is_dir():
        return "is not there; is it mounted?"
    if marker and not (folder / marker).exists():
        return f"has no file {marker!r}, which its disk must have; is it mounted?"
    if not os.access(folder, os.R_OK | os.X_OK):
        return "cannot be read"
    return ""


def checked_marker(marker: str) -> str:
    """The name of a marker, as an option has it.

    Raises:
        ValueError: it is no name of a file in the folder itself.
    """
    if "/" in marker or marker in (".", ".."):
        raise ValueError(f"marker is {marker!r}, expected the name of a file, without folders")
    return marker
