"""What is free on the disks that folders are on."""

from __future__ import annotations

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
