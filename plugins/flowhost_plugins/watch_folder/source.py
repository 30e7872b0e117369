"""The source ``watch-folder``."""

from __future__ import annotations

import math
import os
import threading
from pathlib import Path
from typing import Annotated, ClassVar

import flowhost
from flowhost_plugins.watch_folder.companions import Companions
from flowhost_plugins.watch_folder.describing import Describing, Payload
from flowhost_plugins.watch_folder.gathering import Gathering, Wishes
from flowhost_plugins.watch_folder.listing import Listing, Selection, unavailable
from flowhost_plugins.watch_folder.settling import Settling
from flowhost_plugins.watch_folder.watching import Changes, Mode, changes_in

EVERY_FILE = ["*"]
NO_FILES: list[str] = []
NOT_FILES = [".*", "*.tmp", "*.part", "*.filepart", "*~"]
"""Hidden files, and what copying programs call files they have not finished."""

_LONGEST_ROUND = 1.0  # seconds a change may lie before somebody looks at the file
_SHORTEST_ROUND = 0.1


class WatchFolder:
    """Emits each file of a folder once it is settled: its size and time have been quiet for a while.

    An event ``file.settled`` has the file's path as its subject and key, and an id made of path, size and
    time: a file is handled once, also over restarts, and again when it was rewritten. Its data says path,
    name, size, mtime and the paths of the companions, or is the content. A file is never emitted half
    written, unless its writer pauses for longer than `settle`; then its later pauses are waited for.

    Network mounts do not tell of changes that other machines make: set ``mode = polling`` for them.
    """

    name: ClassVar[str] = "watch-folder"

    def __init__(
        self,
        *,
        folder: Annotated[Path, "the folder to watch; a relative path is meant from the profile's folder"],
        pattern: Annotated[
            list[str], "names of wanted files, with * ? [...]; upper and lower case count"
        ] = EVERY_FILE,
        ignore: Annotated[list[str], "names of files and folders to leave alone"] = NOT_FILES,
        recursive: Annotated[bool, "whether the folders in the folder are watched too"] = False,
        existing: Annotated[bool, "whether files that are there when the daemon starts are emitted"] = True,
        settle: Annotated[flowhost.Seconds, "for how long a file must be quiet"] = 2,
        settle_limit: Annotated[flowhost.Seconds, "for how long at most a slow writer is waited for"] = 60,
        skip_empty_files: Annotated[bool, "whether files of no size are left alone until they grow"] = True,
        companions: Annotated[list[str], "files that must be there too: {stem}.xml, {name}.md5"] = NO_FILES,
        companion_timeout: Annotated[
            flowhost.Seconds, "after which a file without its companions goes to the dead letters; 0: never"
        ] = 0,
        mode: Annotated[Mode, "native: the system tells of changes; polling: for network mounts"] = "auto",
        polling_interval: Annotated[flowhost.Seconds, "how often the folder is listed when polling"] = 5,
        sweep: Annotated[flowhost.Seconds, "how often it is listed otherwise, for what nobody told"] = 60,
        payload: Annotated[Payload, "whether the data describes the file or is its content"] = "description",
        content_limit: Annotated[flowhost.Size, "content above goes to the dead letters"] = 16 * 1024 * 1024,
        info: flowhost.DaemonInfo,
        clock: flowhost.Clock,
    ) -> None:
        _check_times(settle=settle, settle_limit=settle_limit, companion_timeout=companion_timeout, least=0)
        _check_times(polling_interval=polling_interval, sweep=sweep, least=_SHORTEST_ROUND)
        if not pattern:
            raise ValueError("pattern is empty, so that no file is wanted; leave it out to want every file")
        self._folder = os.path.abspath(Path(info.directory, folder.expanduser()))  # noqa: PTH100  # takes ".." away
        self._recursive = recursive
        self._existing = existing
        self._mode = mode
        self._periods = {True: sweep, False: polling_interval}
        self._round = min(_LONGEST_ROUND, max(_SHORTEST_ROUND, settle / 2))
        self._clock = clock
        selection = Selection(pattern, ignore)
        self._gathering = Gathering(
            Listing(self._folder, recursive=recursive, enters=lambda name: not selection.ignores(name)),
            Settling(settle, settle_limit),
            Describing(self._folder, payload, content_limit),
            Wishes(selection, Companions(companions), companion_timeout, skip_empty_files),
            clock.monotonic,
        )

    def run(self, emit: flowhost.Emit, stop: threading.Event) -> None:
        """Emit files until `stop` is set.

        Raises:
            Unavailable: the folder is missing, vanished, cannot be read or cannot be watched.
        """
        with changes_in(self._folder, self._mode, recursive=self._recursive) as changes:
            if not self._existing:
                self._gathering.skip_present()
                self._existing = True  # what comes while the folder is away for a while is new
            next_sweep = self._clock.monotonic()
            while not stop.is_set():
                changes.check()
                paths, anywhere = changes.take()
                if anywhere or self._clock.monotonic() >= next_sweep:
                    paths += self._gathering.sweep()
                    next_sweep = self._clock.monotonic() + self._periods[changes.told]
                for path in [*paths, *self._gathering.due()]:
                    if stop.is_set():
                        return
                    self._gathering.look(path, emit)
                self._clock.wait(stop, self._pause(changes, next_sweep))

    def probe(self) -> None:
        """Look into the folder once.

        Raises:
            Unavailable: it is missing or cannot be read.
        """
        try:
            with os.scandir(self._folder):
                pass
        except OSError as error:
            raise unavailable(self._folder, error) from error

    def _pause(self, changes: Changes, next_sweep: float) -> float:
        now = self._clock.monotonic()
        next_due = self._gathering.next_due()
        moments = [
            next_sweep,
            now + self._round if changes.told else next_sweep,
            next_sweep if next_due is None else next_due,
        ]
        return max(0.0, min(moments) - now)


def _check_times(*, least: float, **seconds: float) -> None:
    for option, value in seconds.items():
        if not least <= value < math.inf:
            named = option.replace("_", " ")
            raise ValueError(f"{named} is {value:g} seconds, expected {least:g} or more")
