"""Which files are in a folder, and how they look."""

from __future__ import annotations

import fnmatch
import logging
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import flowhost
from flowhost_plugins.watch_folder.settling import Stamp

log = logging.getLogger(__name__)


class Selection:
    """Tells by its name whether a file is wanted.

    Args:
        patterns: shell patterns of wanted names; upper and lower case differ.
        ignored: shell patterns of names not wanted even so, nor searched when they are folders.
    """

    def __init__(self, patterns: Sequence[str], ignored: Sequence[str]) -> None:
        self._wanted = _any_of(patterns)
        self._ignored = _any_of(ignored)

    def wants(self, name: str) -> bool:
        """Whether a file of this name is wanted."""
        return self._wanted(name) and not self._ignored(name)

    def ignores(self, name: str) -> bool:
        """Whether this name is one of those to keep away from."""
        return self._ignored(name)


class Listing:
    """Lists the files of a folder. Symbolic links are followed to files, not to folders: there are no loops.

    Args:
        folder: absolute path.
        recursive: whether the folders in it are listed too.
        enters: tells from a folder's name whether it is listed.
    """

    def __init__(self, folder: str, *, recursive: bool, enters: Callable[[str], bool]) -> None:
        self._folder = folder
        self._recursive = recursive
        self._enters = enters
        self._refused: set[str] = set()

    def files(self, wanted: Callable[[str], bool]) -> Iterator[tuple[str, Stamp]]:
        """Every file whose name is wanted.

        Raises:
            Unavailable: the folder itself is gone or cannot be read.
        """
        waiting = [self._folder]
        while waiting:
            for entry in self._entries(waiting.pop()):
                if _is_folder(entry):
                    if self._recursive and self._enters(entry.name):
                        waiting.append(entry.path)
                elif wanted(entry.name) and (stamp := stamp_of(entry.path)):
                    yield entry.path, stamp

    def contains(self, path: str) -> bool:
        """Whether a file with this path would be listed, as far as the folders it is in tell."""
        folders = path.removeprefix(self._folder).lstrip("/").split("/")[:-1]
        return not folders or (self._recursive and all(map(self._enters, folders)))

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:
            if folder == self._folder:
                raise unavailable(folder, error) from error
            if folder not in self._refused and not isinstance(error, FileNotFoundError):
                self._refused.add(folder)
                log.warning("%r cannot be listed: %s; its files are left alone", folder, error.strerror)
            return []
        self._refused.discard(folder)
        return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # it has just gone; looking at it as a file will find the same
        return False


def stamp_of(path: str) -> Stamp | None:
    """How the file looks, or None when there is no regular file."""
    try:
        status = Path(path).stat()
    except OSError as error:
        # Gone, a link to nowhere or to itself, in a folder not to be entered: the next listing looks again.
        log.debug("%r cannot be looked at: %s", path, error.strerror)
        return None
    return Stamp(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None


def unavailable(folder: str, error: OSError) -> flowhost.Unavailable:
    """The error to raise when the folder itself cannot be used."""
    if isinstance(error, FileNotFoundError):
        return flowhost.Unavailable(f"there is no folder {folder!r}; create or mount it")
    return flowhost.Unavailable(f"the folder {folder!r} cannot be read: {error.strerror}")


def _any_of(patterns: Sequence[str]) -> Callable[[str], bool]:
    expression = re.compile("|".join(map(fnmatch.translate, patterns)) if patterns else r"(?!)")
    return lambda name: expression.match(name) is not None
