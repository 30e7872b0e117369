"""The newsroom of ``flowhost demo vidispine``: its profile, rules, script and clips."""

from __future__ import annotations

import math
import shutil
import struct
import wave
from pathlib import Path

PROFILE = "site.ini"
CLIPS = {"harbour": 392, "market": 523, "night-train": 587}
"""Title of each clip → its tone in hertz."""

RATE = 8000  # samples a second; enough for a tone
SECONDS = 2


def lay_out(folder: Path) -> Path:
    """Copy profile, rules and script into a folder, and make the clips in ``clips/``; return the profile."""
    here = Path(__file__).parent
    shutil.copyfile(here / PROFILE, folder / PROFILE)
    for inner in ("rules", "scripts"):
        (folder / inner).mkdir()
        for file in (here / inner).iterdir():
            shutil.copyfile(file, folder / inner / file.name)
    for script in (folder / "scripts").iterdir():
        script.chmod(0o755)
    (folder / "clips").mkdir()
    for title, hertz in CLIPS.items():
        _write_tone(folder / "clips" / f"{title}.wav", hertz)
    return folder / PROFILE


def _write_tone(path: Path, hertz: int) -> None:
    samples = (int(12000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(RATE * SECONDS))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
