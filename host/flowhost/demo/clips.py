"""Clips with pictures and sound that ffmpeg draws up on the spot."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from flowhost.errors import Unavailable

QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
PATIENCE = 120.0  # seconds for one clip; the longest takes ten on a slow machine


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip.

    Args:
        file: its file name.
        media: ``video``, ``audio`` or ``image``.
        seconds: how long it plays; 0: a picture.
        hertz: its tone.
    """

    file: str
    media: str
    seconds: int = 0
    hertz: int = 440

    @property
    def title(self) -> str:
        """What the item is called."""
        return Path(self.file).stem


CLIPS = (
    Clip("poster.png", "image"),
    Clip("jingle.wav", "audio", 5, 660),
    Clip("opening.mp4", "video", 3, 392),
    Clip("weather.mp4", "video", 4, 523),
    Clip("harbour.mp4", "video", 10, 587),
    Clip("interview.mp4", "video", 150, 494),
)
"""The longest is imported last, so that it is still being transcoded when the daemon is killed."""


def find_ffmpeg() -> str:
    """The ffmpeg that the catalogue will find: the one in PATH, else that of the package imageio-ffmpeg.

    Raises:
        Unavailable: there is none.
    """
    if found := shutil.which("ffmpeg"):
        return found
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError):  # RuntimeError: its wheel has none for this machine
        raise Unavailable(
            "the demo needs ffmpeg, and there is none in PATH: pip install imageio-ffmpeg brings one"
        ) from None


def make(clip: Clip, folder: Path, ffmpeg: str) -> None:
    """Make a clip.

    Args:
        clip: which one.
        folder: where.
        ffmpeg: the program.

    Raises:
        Unavailable: this ffmpeg cannot.
    """
    command = [ffmpeg, *QUIET, *_drawn(clip), str(folder / clip.file)]
    ran = subprocess.run(  # noqa: S603  # no shell, and nothing of it comes from elsewhere
        command, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if ran.returncode:
        said = ran.stderr.strip().splitlines()[-1:] or ["it does not say why"]
        raise Unavailable(f"{ffmpeg} cannot make {clip.file}: {said[0]}")


def _drawn(clip: Clip) -> list[str]:
    """What ffmpeg is told: a test picture, a tone, or both."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=25:duration={clip.seconds or 1}"]
    tone = ["-f", "lavfi", "-i", f"sine=frequency={clip.hertz}:duration={clip.seconds}"]
    if clip.media == "image":
        return [*picture, "-frames:v", "1"]
    if clip.media == "audio":
        return tone
    return [*picture, *tone, "-c:v", "mpeg4", "-q:v", "8", "-c:a", "aac", "-shortest"]
