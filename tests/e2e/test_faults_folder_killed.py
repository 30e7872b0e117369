"""The daemon is killed while files arrive in its folder."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

KILLS = 5
FILES = 2000
ARRIVING_SECONDS = 1.5  # for the files of one life of the daemon, of which it sees a part only
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
[Source]
type = watch-folder
folder = inbox
settle = 200 ms
"""


def drop(folder: Path, life: int) -> None:
    """Let the files of this life of the daemon arrive, evenly."""
    begun = time.monotonic()
    numbers = range(life, FILES, KILLS)
    for count, number in enumerate(numbers):
        (folder / f"file-{number:04}").write_text(f"content {number}")
        time.sleep(max(0.0, begun + count * ARRIVING_SECONDS / len(numbers) - time.monotonic()))


@pytest.mark.slow
def test_kill_9_while_2000_files_arrive(
    tmp_path: Path, start: Any, effects: Any, handled: Any, tell: Any, eventually: Any
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (tmp_path / "app.ini").write_text(PROFILE)
    chance = random.Random(SEED)
    recorded: list[tuple[int, set[str]]] = []  # at each kill: what the worker had done, and the ledger knew
    for life in range(KILLS):
        before, program = effects.size, start("run", "app.ini")
        program.wait_for("app runs")
        arriving = threading.Thread(target=drop, args=[folder, life])
        arriving.start()
        eventually(lambda before=before: effects.size > before, "more files")
        time.sleep(chance.uniform(0, ARRIVING_SECONDS / 2))
        program.kill()  # what still arrives, the next life finds
        recorded.append((effects.size, handled()))
        assert len(set(effects.ids()) - recorded[-1][1]) <= WORKERS
        arriving.join()
    last = start("run", "app.ini")
    eventually(lambda: len(handled()) == FILES, "every file to be recorded")
    assert last.terminate() == 0, last.output
    times = Counter(effects.ids())
    repeats = sum(times.values()) - len(times)
    tell(
        f"seed {SEED}, {[len(known) for _, known in recorded]} recorded at the kills, {repeats} worked on twice"
    )
    assert {one.partition(":")[0] for one in times} == {
        f"{folder}/file-{number:04}" for number in range(FILES)
    }
    assert len(times) == FILES, "a file was taken before it was complete"
    for size, known in recorded:
        assert not known & set(effects.ids(since=size)), "what was recorded as handled was done again"
    assert repeats <= KILLS * WORKERS
