"""A hot folder in a folder of its own, with files made on the spot: what ``flowhost demo`` runs.

``demo.ini`` and ``library.py`` in this package are copied there unchanged; they are a first daemon to play with.
"""

from __future__ import annotations

import math
import shutil
import struct
import wave
from pathlib import Path

RATE = 8000  # samples a second; enough for a tone
CLIPS = {"opening.wav": (440, 1.0), "weather.wav": (523, 2.0), "interview.wav": (659, 3.0)}
"""Name of each clip → its tone in hertz and its length in seconds."""

BROKEN = "damaged.wav"


def lay_out(folder: Path) -> Path:
    """Copy the profile and its worker into `folder` and make the hot folder; return the profile."""
    (folder / "inbox").mkdir(parents=True)
    for name in ("demo.ini", "library.py"):
        shutil.copyfile(Path(__file__).with_name(name), folder / name)
    return folder / "demo.ini"


def deliver(inbox: Path) -> list[str]:
    """Put three clips and one that is none into the hot folder; return their names."""
    for name, (tone, seconds) in CLIPS.items():
        _write_tone(inbox / name, tone, seconds)
    (inbox / BROKEN).write_bytes(b"this was a clip once")
    return [*CLIPS, BROKEN]


def _write_tone(path: Path, hertz: int, seconds: float) -> None:
    samples = (int(12000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(int(RATE * seconds)))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
