"""The daemon that reads a catalogue's changes is killed."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import flowhost as host
from flowhost_plugins.catalogue import Catalogue

KILLS = 4
ITEMS = 300  # for each life of the daemon
WORKERS = 4
SEED = 20261122

PROFILE = f"""
[Flow]
app name = app
class = appending.Append
workers = {WORKERS}
[Database]
; a kill takes nothing from the system's memory, and the pace of the disk is not what is tested
synchronous = normal
[Catalogue]
url = sqlite:///catalogue.db
[Worker]
seconds = 2 ms
[Source]
type = catalogue-changes
start = oldest
"""


def change(folder: Path) -> set[str]:
    """Let things happen while no daemon runs; return the numbers of all changes so far."""
    catalogue = Catalogue(url=host.Secret(f"sqlite:///{folder}/catalogue.db"), clock=host.SystemClock())
    catalogue.open()
    try:
        for number in range(ITEMS):
            catalogue.create_item({"number": [str(number)]})
        return {str(one.sequence) for one in catalogue.changes(0, 1_000_000)}
    finally:
        catalogue.close()


@pytest.mark.slow
def test_kill_9_while_changes_are_read(
    tmp_path: Path, start: Any, effects: Any, handled: Any, tell: Any, eventually: Any
) -> None:
    (tmp_path / "app.ini").write_text(PROFILE)
    chance = random.Random(SEED)
    recorded: list[tuple[int, set[str]]] = []
    expected: set[str] = set()
    for _ in range(KILLS):
        expected = change(tmp_path)
        before, program = effects.size, start("run", "app.ini")
        program.wait_for("app runs")
        eventually(lambda before=before: effects.size > before, "more work")
        time.sleep(chance.uniform(0, 0.3))
        program.kill()
        recorded.append((effects.size, handled()))
        assert len(set(effects.ids()) - recorded[-1][1]) <= WORKERS
    last = start("run", "app.ini")
    eventually(lambda: handled() == expected, "every change to be recorded")
    assert last.terminate() == 0, last.output
    times = Counter(effects.ids())
    repeats = sum(times.values()) - len(times)
    tell(f"seed {SEED}, {[len(known) for _, known in recorded]} at the kills, {repeats} worked on twice")
    assert set(times) == expected
    for size, known in recorded:
        assert not known & set(effects.ids(since=size)), "what was recorded as handled was done again"
    assert repeats <= KILLS * WORKERS
