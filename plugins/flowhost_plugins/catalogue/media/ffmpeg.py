"""Where ffmpeg is, and how its programs are called."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flowhost
from flowhost_plugins.catalogue.machine.copying import CopyFailed
from flowhost_plugins.catalogue.machine.programs import ProgramFailed, run
from flowhost_plugins.catalogue.records import FfmpegMissing

QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error")

ONLY_FILES = ("-protocol_whitelist", "file")
"""A file may be a list of addresses in disguise: nothing is fetched from them."""


@dataclass(frozen=True, slots=True)
class Source:
    """A media file as ffmpeg is given it.

    Args:
        path: where it is.
        name: what ffmpeg is told.
        descriptor: through which it is open.
    """

    path: Path
    name: str
    descriptor: int


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """A file for ffmpeg to read.

    ffmpeg takes a ``%`` in the name of a picture for a pattern of many; such a file is given by its descriptor.

    Raises:
        CopyFailed: it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CopyFailed(f"cannot read {path}: {error.strerror or error}") from error
    try:
        name = f"/dev/fd/{descriptor}" if "%" in str(path) else str(path)
        yield Source(path, f"file:{name}", descriptor)
    finally:
        os.close(descriptor)


class Ffmpeg:
    """The programs of ffmpeg on this machine. They are looked for when they are needed.

    Args:
        program: the path of ffmpeg; empty: the one in PATH, else that of the package `imageio-ffmpeg`.
        clock: the time.
        timeout: seconds a transcode may take.
    """

    def __init__(self, program: str, clock: flowhost.Clock, timeout: float) -> None:
        self.timeout = timeout
        self._program = program
        self._clock = clock

    def program(self) -> str:
        """The path of ffmpeg.

        Raises:
            FfmpegMissing: there is none.
        """
        if self._program:
            if found := shutil.which(self._program):
                return found
            raise FfmpegMissing(f"the option ffmpeg names {self._program!r}, which is no program here")
        found = shutil.which("ffmpeg") or _packaged()
        if found:
            return found
        ways = "install Debian's (apt install ffmpeg), or 'pip install flowhost[ffmpeg]'"
        raise FfmpegMissing(f"there is no ffmpeg in PATH, which media jobs need; {ways}")

    def prober(self) -> str | None:
        """The path of ffprobe: that beside ffmpeg, else the one in PATH; None when there is none."""
        beside = Path(self._program).with_name("ffprobe") if "/" in self._program else None
        return (beside and shutil.which(beside)) or shutil.which("ffprobe")

    def run(
        self,
        command: Sequence[str],
        source: Source,
        *,
        timeout: float,
        look: Callable[[], None],
        output: Callable[[bytes], None],
    ) -> str:
        """Run one of the programs; see `machine.programs.run`."""
        try:
            return run(
                command,
                clock=self._clock,
                timeout=timeout,
                look=look,
                output=output,
                descriptors=(source.descriptor,),
            )
        except ProgramFailed as error:
            shown = str(error).replace(source.name, str(source.path))
            raise ProgramFailed(shown) from error


def _packaged() -> str | None:
    """The ffmpeg that a package from PyPI ships."""
    try:
        package = importlib.import_module("imageio_ffmpeg")
    except ImportError:
        return None
    try:
        return str(package.get_ffmpeg_exe())
    except RuntimeError:  # it was installed without a binary for this machine
        return None


class Progress:
    """Reads what ``-progress pipe:1`` tells.

    Args:
        each: called with the microseconds of media that were written since the last call.
    """

    def __init__(self, each: Callable[[int], None]) -> None:
        self._each = each
        self._rest = b""
        self._seen = 0

    def feed(self, piece: bytes) -> None:
        """Read on; see the ffmpeg manual, ``-progress``."""
        *lines, rest = (self._rest + piece).split(b"\n")
        self._rest = rest[-100:]
        for line in lines:
            key, _, value = line.partition(b"=")
            if key == b"out_time_us" and value.strip().isdigit():
                now = int(value)
                if now > self._seen:
                    self._each(now - self._seen)
                    self._seen = now
