"""What a file that shall belong to an item is: as its content tells, else as its name does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.media.media_types import media_type, mime_type
from flowhost_plugins.catalogue.media.probing import Probed, Unreadable, probe, skipped
from flowhost_plugins.catalogue.records import FfmpegMissing


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is.

    Args:
        mime_type: of the file.
        media_type: ``video``, ``audio``, ``image``, ``data``.
        probed: what is in it; None when that is unknown.
        remark: why it is unknown; empty when nobody expects to know.
    """

    mime_type: str
    media_type: str
    probed: Probed | None = None
    remark: str = ""


def examine(path: Path, name: str, ffmpeg: Ffmpeg, look: Callable[[], None]) -> Examined:
    """Look into a file.

    Args:
        path: where it is.
        name: what it is called.
        ffmpeg: the programs.
        look: called now and then; what it raises ends the work.

    Raises:
        CopyFailed: the file cannot be opened.
    """
    guess = mime_type(name)
    if skipped(Path(name)):
        return Examined(guess, media_type(guess))
    try:
        probed = probe(path, name, ffmpeg, look)
    except (Unreadable, FfmpegMissing) as error:
        return Examined(guess, media_type(guess), remark=str(error))
    return Examined(probed.mime_type, probed.media_type, probed)
