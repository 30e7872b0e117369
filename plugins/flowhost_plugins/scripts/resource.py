"""The resource `scripts`: where the scripts are, and how long they may take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.scripts.folder import ScriptFolder

LIMIT = 300.0
"""Seconds a script may take, as in Rules Engine 3."""


class Scripts(flowhost.Resource):
    """The folder with the programs that rules may run.

    Nothing is kept in memory: a script that is changed is another one at the next run.

    Args:
        directory: the folder; relative to that of the profile.
        time_limit: how long each may take.
        daemon: whose profile it is.

    Attributes:
        folder: the scripts.
        time_limit: seconds.
    """

    name: ClassVar[str] = "scripts"
    section: ClassVar[str] = "Scripts"
    default: ClassVar[bool] = True

    def __init__(
        self,
        *,
        directory: Annotated[Path, "folder with the scripts; relative to the profile"] = Path("scripts"),
        time_limit: Annotated[
            flowhost.Seconds, "after this a script is ended, with all processes it started"
        ] = LIMIT,
        daemon: flowhost.DaemonInfo,
    ) -> None:
        if time_limit <= 0:
            raise ValueError(f"'time limit' is {time_limit:g} s, expected more than 0")
        self.folder = ScriptFolder((Path(daemon.directory) / directory).absolute())
        self.time_limit = time_limit

    def open(self) -> None:
        """Nothing has to be made ready."""

    def close(self) -> None:
        """Nothing is kept open."""

    def probe(self) -> None:
        """Look into the folder.

        Raises:
            Unavailable: it is not there, or cannot be read.
        """
        if not self.folder.directory.is_dir():
            raise flowhost.Unavailable(
                f"there is no folder {self.folder.directory}; make it, or set 'directory' in [{self.section}]"
            )
        self.folder.names()
