"""``flowhost demo viz-one``, as a newcomer runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flowhost_devserver import VizOneServer

DEMO = [sys.executable, "-m", "flowhost", "demo", "viz-one"]
PATIENCE = 240  # seconds


@pytest.mark.slow
def test_the_demo_makes_two_assets_and_keeps_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "newsroom"
    done = subprocess.run(
        [*DEMO, str(folder)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    table = done.stdout.partition("What became of the files")[2].partition("Each XML file")[0]
    assert [line.split() for line in table.splitlines() if "title" in line] == [
        ["first", "file", "asset", "title", "owner", "produced", "media"]
    ]
    assert [line.split()[:2] for line in table.splitlines() if "DEMO-" in line] == [
        ["harbour.xml", "DEMO-harbour"],
        ["market.wav", "DEMO-market"],
    ]
    assert "What to do next" in done.stdout
    assert f"flowhost run {folder}/xmlimport.ini" in done.stdout
    with VizOneServer(folder / "viz-one", locations={"xmlimport": folder / "inbox"}) as server:
        found = {}
        for name in ("DEMO-harbour", "DEMO-market"):
            item = server.catalogue.item(name)
            assert item is not None
            found[item.title] = [len(shape.files) for shape in server.catalogue.shapes(item.id)]
    assert found == {"Ships are back in the harbour": [1], "A quiet day at the market": [1]}
    assert sorted(file.name for file in (folder / "inbox").iterdir()) == ["harbour.wav", "market.wav"]


def test_the_demo_wants_a_folder_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [*DEMO, str(tmp_path)], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode != 0
    assert "wants a folder of its own" in done.stderr
