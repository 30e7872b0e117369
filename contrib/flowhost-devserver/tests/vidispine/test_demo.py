"""``flowhost demo vidispine``, as a newcomer runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flowhost_devserver import VidispineServer

from flowhost.testing.services import missing

DEMO = [sys.executable, "-m", "flowhost", "demo", "vidispine"]
PATIENCE = 240  # seconds
CLIPS = ["harbour", "market", "night-train"]


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    wide = {**os.environ, "COLUMNS": "80"}
    return subprocess.run(
        [*DEMO, str(folder)], capture_output=True, text=True, timeout=PATIENCE, check=False, env=wide
    )


@pytest.mark.ffmpeg
@pytest.mark.slow
def test_the_demo_looks_after_three_clips_and_keeps_its_folder(tmp_path: Path) -> None:
    if not shutil.which("ffmpeg"):
        missing("ffmpeg is not installed (Debian: apt install ffmpeg)")
    folder = tmp_path / "newsroom"
    done = demo(folder)
    log = (folder / "newsroom.log").read_text()
    assert done.returncode == 0, done.stdout + done.stderr + log
    assert "failed" not in log
    table = done.stdout.partition("What became of the clips")[2].partition("What to do next")[0]
    assert [line.split() for line in table.splitlines() if line.startswith("VX-")] == [
        ["VX-1", "harbour", "original,", "lowaudio", "online", "Ingest"],
        ["VX-2", "market", "original,", "lowaudio", "nearline", "Ingest"],
        ["VX-3", "night-train", "original,", "lowaudio", "online", "Ingest"],
    ]
    assert f"cd {folder} && VIDISPINE=http://127.0.0.1:" in done.stdout
    with VidispineServer(folder / "vidispine") as server:
        items = server.catalogue.items().items
        readers = {item.title: [one.grantee for one in server.catalogue.access(item.id)] for item in items}
    assert sorted(readers) == CLIPS
    assert all("radio" in grantees for grantees in readers.values())
    media = sorted(path.name for path in (folder / "media").rglob("*.wav"))
    assert media == [f"{title}.wav" for title in CLIPS], "no copy is left where it was moved from"
    assert (folder / "media" / "nearline" / "done" / "market" / "market.wav").is_file()
    notes = [path.read_text() for path in (folder / "notes").iterdir()]
    assert len(notes) == len(CLIPS)
    told = {line for note in notes for line in note.splitlines()}
    assert {"portal_type=TRANSCODE", *(f"portal_itemId=VX-{number}" for number in (1, 2, 3))} <= told


def test_the_demo_wants_a_folder_of_its_own(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.returncode != 0
    assert "wants a folder of its own" in done.stderr
