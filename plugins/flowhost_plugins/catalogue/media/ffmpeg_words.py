"""What ffmpeg says of a file, as ffprobe would tell it: for packages that ship ffmpeg alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flowhost_plugins.catalogue.machine.programs import ProgramFailed
from flowhost_plugins.catalogue.media.ffmpeg import ONLY_FILES, Ffmpeg, Source

INPUT = re.compile(r"Input #0, (.+), from '")
DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)(?:.*bitrate: (\d+) kb/s)?")
STREAM = re.compile(r"Stream #0:\d+\S*: (Video|Audio): (\w+)(.*)")
SIZE = re.compile(r", (\d+)x(\d+)")
RATE = re.compile(r", ([\d.]+)(k?) fps")
BITS = re.compile(r", (\d+) kb/s")
SOUND = re.compile(r", (\d+) Hz, ([\w.()]+)(?: channels)?")

CHANNELS = {"mono": 1, "stereo": 2, "2.1": 3, "quad": 4, "4.0": 4, "5.0": 5, "5.1": 6, "7.1": 8}


def described(
    program: str, source: Source, ffmpeg: Ffmpeg, look: Callable[[], None], timeout: float
) -> dict[str, Any]:
    """Ask ffmpeg; return the part of ffprobe's answer that can be known.

    Raises:
        ProgramFailed: ffmpeg cannot read the file.
    """
    # nothing is asked for but an end: ffmpeg reads the headers, says what it found, and copies no second of it
    asked = (program, "-hide_banner", "-nostdin", *ONLY_FILES, "-i", source.name)
    nothing = ("-map", "0", "-c", "copy", "-t", "0", "-f", "null", "-")
    return understood(
        ffmpeg.run((*asked, *nothing), source, timeout=timeout, look=look, output=lambda _: None)
    )


def understood(words: str) -> dict[str, Any]:
    """The answer ffprobe would have given.

    Raises:
        ProgramFailed: these are no words about an input.
    """
    found = INPUT.search(words)
    if not found:
        raise ProgramFailed("ffmpeg says nothing of the file")
    form: dict[str, Any] = {"format_name": found[1].replace(" ", "")}
    if lasts := DURATION.search(words):
        hours, minutes, seconds, rate = lasts.groups()
        form["duration"] = str(int(hours) * 3600 + int(minutes) * 60 + float(seconds))
        form["bit_rate"] = _bits(rate)
    listed = words.partition("Output #0")[0]  # there the streams are named once more
    return {"format": form, "streams": [_stream(*one.groups()) for one in STREAM.finditer(listed)]}


def _stream(kind: str, codec: str, rest: str) -> dict[str, Any]:
    bits = BITS.search(rest)
    stream: dict[str, Any] = {"codec_type": kind.lower(), "codec_name": codec}
    stream["bit_rate"] = _bits(bits[1] if bits else None)
    if kind == "Audio":
        if sound := SOUND.search(rest):
            stream["sample_rate"] = sound[1]
            stream["channels"] = CHANNELS.get(sound[2].partition("(")[0], sound[2])
        return stream
    if size := SIZE.search(rest):
        stream["width"], stream["height"] = size.groups()
    if rate := RATE.search(rest):
        stream["avg_frame_rate"] = _fraction(float(rate[1]) * (1000 if rate[2] else 1))
    if pixels := re.match(r".*?, (\w+)", rest):
        stream["pix_fmt"] = pixels[1]
    stream["disposition"] = {"attached_pic": int("(attached pic)" in rest)}
    return stream


def _bits(kilo: str | None) -> str | None:
    return None if kilo is None else str(int(kilo) * 1000)


def _fraction(rate: float) -> str:
    """A rate that ffmpeg rounded to two digits: 29.97 stands for 30000/1001."""
    whole = round(rate)
    if abs(rate - whole * 1000 / 1001) < 0.006 and abs(rate - whole) > 0.001:
        return f"{whole * 1000}/1001"
    exact = Fraction(rate).limit_denominator(1000)
    return f"{exact.numerator}/{exact.denominator}"
