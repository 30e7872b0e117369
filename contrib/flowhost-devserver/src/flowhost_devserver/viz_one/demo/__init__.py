"""Stories for ``flowhost demo viz-one``: each an XML file and a clip, which arrive in either order."""

from __future__ import annotations

import math
import shutil
import struct
import wave
from dataclasses import dataclass
from pathlib import Path

RATE = 8000  # samples a second; enough for a tone
PROFILE = "xmlimport.ini"
ADDRESS = "$VIZ_ONE"  # stands in the profile for the server's address


@dataclass(frozen=True, slots=True)
class Story:
    """One XML file and its clip.

    Args:
        name: of both files, without suffix.
        headline: becomes the title.
        reporter: becomes the owner.
        shot: the day, as the XML tells it.
        xml_first: which of the two arrives first.
    """

    name: str
    headline: str
    reporter: str
    shot: str
    xml_first: bool

    @property
    def identity(self) -> str:
        """The site identity of the asset it becomes."""
        return f"DEMO-{self.name}"

    @property
    def files(self) -> tuple[str, str]:
        """Its two files in the order of their arrival."""
        names = f"{self.name}.xml", f"{self.name}.wav"
        return names if self.xml_first else names[::-1]


STORIES = (
    Story("harbour", "Ships are back in the harbour", "Ada", "03/02/2024", xml_first=True),
    Story("market", "A quiet day at the market", "Bo", "04/02/2024", xml_first=False),
)

_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<story shot="{story.shot}">
  <headline>{story.headline}</headline>
  <reporter>{story.reporter}</reporter>
  <clip>{story.name}.wav</clip>
</story>
"""


def lay_out(folder: Path, address: str) -> Path:
    """Write the profile for the server at `address` (host:port) into `folder`; return it."""
    profile = folder / PROFILE
    text = Path(__file__).with_name(PROFILE).read_text()
    profile.write_text(text.replace(ADDRESS, address))
    return profile


def deliver(inbox: Path, story: Story, name: str) -> None:
    """Put one file of a story into the import storage, whole at once."""
    made = inbox / f".{name}"  # a name with a dot is no file yet
    if name.endswith(".xml"):
        made.write_text(_XML.format(story=story))
    else:
        _write_tone(made)
    shutil.move(made, inbox / name)


def _write_tone(path: Path) -> None:
    samples = (int(12000 * math.sin(2 * math.pi * 440 * n / RATE)) for n in range(RATE))
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
