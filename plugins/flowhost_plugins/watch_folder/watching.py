"""What the operating system tells about changes in a folder."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import flowhost
from flowhost_plugins.watch_folder.listing import unavailable

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

log = logging.getLogger(__name__)

Mode: TypeAlias = Literal["auto", "native", "polling"]

_READING = {"opened", "closed_no_write"}
"""Events that change nothing; our own reading makes them."""


class Changes:
    """Collects paths from other threads until they are taken; each once, however many events there are."""

    told: ClassVar[bool] = False
    """Whether something tells of changes."""

    def __init__(self) -> None:
        self._paths: dict[str, None] = {}
        self._folders = False
        self._lock = threading.Lock()

    def add(self, path: str) -> None:
        """Something happened to this file."""
        with self._lock:
            self._paths[path] = None

    def add_folders(self) -> None:
        """Something happened to folders, so that any file may have come or gone."""
        with self._lock:
            self._folders = True

    def take(self) -> tuple[list[str], bool]:
        """The paths since the last time, and whether something happened to folders."""
        with self._lock:
            taken = list(self._paths), self._folders
            self._paths, self._folders = {}, False
        return taken

    def start(self) -> None:
        """Begin to collect; nothing tells of changes here."""

    def stop(self) -> None:
        """Collect no more."""

    def check(self) -> None:
        """Make sure that changes are still told, where something tells of them."""


class ToldChanges(Changes):
    """Collects what the operating system tells about a folder.

    Args:
        folder: absolute path; may be a symbolic link.
        recursive: whether the folders in it count too.
    """

    told: ClassVar[bool] = True

    def __init__(self, folder: str, *, recursive: bool) -> None:
        super().__init__()
        self._folder = folder
        self._watched = os.path.realpath(folder)  # a link would be watched itself, not what it leads to
        self._recursive = recursive
        self._identity = _identity(folder)
        self._observer: BaseObserver | None = None

    def start(self) -> None:
        """Begin to collect.

        Raises:
            OSError: the operating system cannot watch the folder; its limits are the usual reason.
        """
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        changes = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                changes.tell(event)

        # It warns when folders made inside each other are found twice, which is harmless; where warnings are
        # errors, its thread would die of that.
        warnings.filterwarnings("ignore", "Callback with id .* already exists", RuntimeWarning, "watchdog")
        observer = self._observer = Observer()
        observer.name = f"watch:{self._folder}"
        observer.schedule(Handler(), self._watched, recursive=self._recursive)
        observer.start()

    def stop(self) -> None:
        """Collect no more."""
        if self._observer is not None:
            self._observer.stop()
            if self._observer.ident is not None:  # its start may have failed
                self._observer.join()

    def check(self) -> None:
        """Make sure that changes are still told.

        Raises:
            Unavailable: the folder is gone or another one has taken its place, or the watching broke down.
        """
        if _identity(self._folder) != self._identity:
            raise flowhost.Unavailable(
                f"the folder {self._folder!r} is gone; another one has taken its place"
            )
        observer = self._observer
        if observer is None or not all(thread.is_alive() for thread in (observer, *observer.emitters)):
            raise flowhost.Unavailable(
                f"the operating system tells no more about the folder {self._folder!r}"
            )

    def tell(self, event: FileSystemEvent) -> None:
        """Take note of an event; called in the observer's thread."""
        if event.event_type in _READING:
            return
        if event.is_directory:
            if self._recursive and event.event_type != "modified":
                self.add_folders()
            return
        for path in (event.src_path, event.dest_path):
            if path:
                self.add(self._folder + os.fsdecode(path)[len(self._watched) :])


@contextlib.contextmanager
def changes_in(folder: str, mode: Mode, *, recursive: bool) -> Iterator[Changes]:
    """Collect what the operating system tells while the context lasts; nothing when the mode is ``polling``.

    Raises:
        Unavailable: the folder is gone, or the mode is ``native`` and the folder cannot be watched.
    """
    changes = Changes() if mode == "polling" else ToldChanges(folder, recursive=recursive)
    try:
        try:
            changes.start()
        except OSError as error:
            _complain(folder, mode, error)
            changes.stop()
            changes = Changes()
        yield changes
    finally:
        changes.stop()


def _complain(folder: str, mode: Mode, error: OSError) -> None:
    trouble = f"the operating system cannot watch the folder {folder!r}: {error.strerror}"
    if mode == "native":
        raise flowhost.Unavailable(
            f"{trouble}; raise the limits in /proc/sys/fs/inotify, or set mode = polling"
        )
    log.warning("%s; it is listed every now and then instead (polling)", trouble)


def _identity(folder: str) -> tuple[int, int]:
    try:
        status = Path(folder).stat()
    except OSError as error:
        raise unavailable(folder, error) from error
    return status.st_dev, status.st_ino
