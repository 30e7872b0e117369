"""What is in a media file: asked of ffprobe, or read from what ffmpeg says of it where there is no ffprobe."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from flowhost_plugins.catalogue.machine.programs import ProgramFailed
from flowhost_plugins.catalogue.media.ffmpeg import ONLY_FILES, Ffmpeg, Source, opened
from flowhost_plugins.catalogue.media.ffmpeg_words import described
from flowhost_plugins.catalogue.media.media_types import UNKNOWN, media_type, mime_type
from flowhost_plugins.catalogue.records import Component

PROBE_SECONDS = 60.0
"""How long looking may take: slow disks included, files made to keep us busy not."""

MOST_OUTPUT = 4 * 1024 * 1024
"""Bytes of a description; a file with more streams than fit was made to hurt."""

LEAST_SCORE = 25
"""How sure ffprobe must be of the format; below it says itself that it guesses (AVPROBE_SCORE_RETRY)."""

NO_MEDIA = {"tty", "hls", "concat", "dash", "sdp", "imf"}
"""Formats that are plain text, or lists of other files."""

STILL = re.compile("image2|.*_pipe|gif|webp|ico|.*jpegxl.*")
"""Formats of still pictures."""

CONTAINERS = {
    "mov": ("video/mp4", "audio/mp4"),
    "matroska": ("video/x-matroska", "audio/x-matroska"),
    "avi": ("video/x-msvideo", ""),
    "mpegts": ("video/mp2t", ""),
    "mpeg": ("video/mpeg", ""),
    "mxf": ("application/mxf", "application/mxf"),
    "gxf": ("application/gxf", ""),
    "ogg": ("video/ogg", "audio/ogg"),
    "asf": ("video/x-ms-wmv", "audio/x-ms-wma"),
    "flv": ("video/x-flv", ""),
    "wav": ("", "audio/x-wav"),
    "mp3": ("", "audio/mpeg"),
    "flac": ("", "audio/flac"),
    "aiff": ("", "audio/x-aiff"),
    "aac": ("", "audio/aac"),
}
"""First of ffmpeg's names of a format → MIME type with pictures, with sound alone."""

PICTURES = {"mjpeg": "image/jpeg", "bmp": "image/bmp", "tiff": "image/tiff", "dpx": "image/x-dpx"}
"""Codecs of pictures whose MIME type is called otherwise."""


class Unreadable(Exception):
    """The file is no media that can be read. The text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What is in a file.

    Args:
        media_type: ``video``, ``audio``, ``image``.
        mime_type: of the file.
        components: the container, then the streams.
    """

    media_type: str
    mime_type: str
    components: tuple[Component, ...]

    @property
    def duration(self) -> float | None:
        """Seconds; None for a picture, and when it is unknown."""
        return self.components[0].duration

    def first(self, kind: str) -> Component | None:
        """The first component of a kind."""
        return next((one for one in self.components if one.kind == kind), None)


def skipped(path: Path) -> bool:
    """Whether a file's name says that it holds no media, so that nobody need look."""
    mime = mime_type(path.name)
    return mime != UNKNOWN and media_type(mime) == "data"


def probe(path: Path, name: str, ffmpeg: Ffmpeg, look: Callable[[], None]) -> Probed:
    """Look into a file.

    Args:
        path: where it is.
        name: what it is called, for the MIME type.
        ffmpeg: the programs.
        look: called now and then; what it raises ends the work.

    Raises:
        Unreadable: it holds neither pictures nor sound, or is damaged.
        FfmpegMissing: there is no program to ask.
        CopyFailed: the file cannot be opened.
    """
    with opened(path) as source:
        prober = ffmpeg.prober()
        try:
            answer = (
                _asked(prober, source, ffmpeg, look)
                if prober
                else described(ffmpeg.program(), source, ffmpeg, look, PROBE_SECONDS)
            )
        except ProgramFailed as error:
            raise Unreadable(f"nothing is known of its media: {error}") from error
    return _understood(answer, name)


def _asked(prober: str, source: Source, ffmpeg: Ffmpeg, look: Callable[[], None]) -> dict[str, Any]:
    text = bytearray()

    def output(piece: bytes) -> None:
        if len(text) < MOST_OUTPUT:
            text.extend(piece)

    asked = ("-v", "error", "-of", "json", "-show_format", "-show_streams", *ONLY_FILES)
    ffmpeg.run((prober, *asked, source.name), source, timeout=PROBE_SECONDS, look=look, output=output)
    try:
        answer = json.loads(text.decode(errors="replace"))
    except ValueError as error:
        raise ProgramFailed("ffprobe's answer is no JSON") from error
    return dict(answer)


def _understood(answer: dict[str, Any], name: str) -> Probed:
    form = answer.get("format", {})
    formats = str(form.get("format_name", "")).split(",")
    if NO_MEDIA & set(formats) or int(form.get("probe_score", 100)) < LEAST_SCORE:
        raise Unreadable("nothing is known of its media: it is in no format of pictures or sound")
    still = any(STILL.fullmatch(one) for one in formats)
    streams = tuple(_streams(answer.get("streams", ()), still=still))
    kinds = {one.kind for one in streams}
    kind = next((word for part, word in _MEDIA if part in kinds), None)
    if kind is None:
        raise Unreadable("nothing is known of its media: there is neither a picture nor sound in it")
    duration = None if still else _seconds(form.get("duration"))
    container = Component(
        "container", formats[0], duration, None if still else _whole(form.get("bit_rate"), 2**53)
    )
    return Probed(kind, _mime(name, kind, formats, streams), (container, *streams))


_MEDIA = (("video", "video"), ("binary", "image"), ("audio", "audio"))


def _streams(streams: Any, *, still: bool) -> Iterator[Component]:
    for one in streams:
        codec, kind = str(one.get("codec_name", "")), one.get("codec_type")
        duration, rate = _seconds(one.get("duration")), _whole(one.get("bit_rate"), 2**53)
        if kind == "audio":
            channels, samples = _whole(one.get("channels")), _whole(one.get("sample_rate"))
            yield Component("audio", codec, duration, rate, channels=channels, sample_rate=samples)
        elif kind == "video" and not one.get("disposition", {}).get("attached_pic"):
            width, height = _whole(one.get("width")), _whole(one.get("height"))
            if not width or not height:  # a name or a header promised a picture, and there is none
                continue
            pixels = str(one.get("pix_fmt", ""))
            if still:
                yield Component("binary", codec, width=width, height=height, pixel_format=pixels)
            else:
                pictures = _rate(one.get("avg_frame_rate")) or _rate(one.get("r_frame_rate"))
                yield Component("video", codec, duration, rate, width, height, pictures, pixels)


def _mime(name: str, kind: str, formats: list[str], streams: tuple[Component, ...]) -> str:
    """The MIME type by name where that says the same kind of media, else what the content says."""
    guess = mime_type(name)
    if media_type(guess) == kind:
        return guess
    if kind == "image":
        codec = streams[0].codec
        return PICTURES.get(codec, f"image/{codec}" if codec else UNKNOWN)
    known = CONTAINERS.get(formats[0], ("", ""))[kind == "audio"]
    return known or UNKNOWN


def _seconds(value: Any) -> float | None:
    try:
        seconds = float(value)
    except (TypeError, ValueError):  # missing, or N/A
        return None
    return round(seconds, 6) if 0 < seconds < 1e9 else None


def _whole(value: Any, most: int = 2**31) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError):  # missing, or N/A
        return None
    return number if 0 < number < most else None


def _rate(value: Any) -> str:
    try:
        rate = Fraction(str(value))
    except (ValueError, ZeroDivisionError):  # missing, or 0/0
        return ""
    return f"{rate.numerator}/{rate.denominator}" if 0 < rate < 1_000_000 else ""
