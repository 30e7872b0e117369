"""The worker of the demo: looks into each arriving clip and writes what it found beside it, as JSON."""

from __future__ import annotations

import hashlib
import json
import threading
import wave
from pathlib import Path
from typing import Annotated, Any

import flowhost


class Inspect:
    """Writes ``<clip>.json`` with the length and checksum of each WAV file.

    Args:
        catalogue: folder for the descriptions.
        busy: name of a clip whose storage is busy at the first two tries.
    """

    name = "inspect"

    def __init__(
        self,
        *,
        catalogue: Annotated[Path, "folder the descriptions are written to"],
        busy: Annotated[str, "a clip whose storage is busy at first"] = "",
    ) -> None:
        self.catalogue = catalogue
        self.busy = busy
        self._refusals = 2
        self._lock = threading.Lock()

    def work(self, event: flowhost.Event) -> dict[str, Any]:
        """Describe one clip."""
        clip = Path(event.data["path"])
        self._refuse_at_first(clip)
        try:
            with wave.open(str(clip)) as sound:
                seconds = sound.getnframes() / sound.getframerate()
        except (wave.Error, EOFError) as error:
            raise flowhost.Permanent(f"{clip.name} is no sound file: {error}") from None
        found = {
            "clip": clip.name,
            "seconds": seconds,
            "sha256": hashlib.sha256(clip.read_bytes()).hexdigest(),
        }
        self.catalogue.mkdir(exist_ok=True)
        (self.catalogue / f"{clip.stem}.json").write_text(json.dumps(found, indent=2))
        return found

    def _refuse_at_first(self, clip: Path) -> None:
        with self._lock:
            if clip.name == self.busy and self._refusals:
                self._refusals -= 1
                raise flowhost.Retry(f"the storage of {clip.name} is busy")
