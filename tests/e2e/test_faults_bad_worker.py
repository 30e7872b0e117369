"""A worker that hangs, that always fails, that ends the program, and that leaves threads behind."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

WORKER = """
import concurrent.futures, os, pathlib, sys, threading
import appending

class Bad(appending.Append):
    "Does with a file what its name says, and then notes it as any other."
    name = "bad"

    def work(self, event):
        what = event.data["name"].partition("-")[0]
        if what == "hangs":
            threading.Event().wait()
        elif what == "raises":
            raise ValueError("always")
        elif what == "exits":
            sys.exit(3)
        elif what == "dies" and not os.path.exists("died"):
            pathlib.Path("died").touch()
            os._exit(3)
        elif what == "leaks":
            threading.Thread(target=threading.Event().wait, name="leaked", daemon=False).start()
            concurrent.futures.ThreadPoolExecutor(1, "pooled").submit(threading.Event().wait)
        super().work(event)
"""
PROFILE = """
[Flow]
app name = app
class = bad.Bad
workers = 2
worker timeout = {timeout}
attempts = 2
retry delay = 100 ms
drain timeout = 5
[Source]
type = watch-folder
folder = inbox
settle = 0
"""
TIMEOUT = 4  # seconds, of the worker that hangs; nothing else comes near it
OTHERS = [f"other-{number}" for number in range(20)]


@pytest.fixture
def inbox(tmp_path: Path, effects: Any) -> Any:
    """Put a profile with the bad worker in place; drop files into its folder by name."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    (tmp_path / "bad.py").write_text(WORKER)
    (tmp_path / "app.ini").write_text(PROFILE.format(timeout=60))

    def drop(*names: str) -> None:
        for name in names:
            (folder / name).write_text(name)

    return drop


@pytest.fixture
def worked(tmp_path: Path, effects: Any) -> Any:
    """How often each file was worked to its end, by name."""
    return lambda: Counter(Path(one.split(":")[0]).name for one in effects.ids())


def dead_letters(folder: Path) -> dict[str, tuple[int, str]]:
    """Name of the file → attempts and error of its dead letter."""
    database = folder / "state/app.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT json_extract(event, '$.data.name'), attempts, error FROM flowhost_letters WHERE state = 'dead'"
        )
        return {name: (attempts, error) for name, attempts, error in rows}


@pytest.mark.slow
def test_a_worker_that_hangs_is_replaced(
    tmp_path: Path, start: Any, inbox: Any, worked: Any, eventually: Any
) -> None:
    (tmp_path / "app.ini").write_text(PROFILE.format(timeout=TIMEOUT))
    inbox("hangs-1", "hangs-2", "hangs-3")  # more than there are workers
    program = start("run", "app.ini")
    program.wait_for("hangs")
    inbox(*OTHERS)
    eventually(lambda: sorted(worked()) == sorted(OTHERS), "the other files")
    eventually(lambda: len(dead_letters(tmp_path)) == 3, "three dead letters")
    attempts, error = dead_letters(tmp_path)["hangs-1"]
    assert (attempts, f"worker timeout of {TIMEOUT} s" in error) == (1, True), error
    inbox("hangs-4")  # in the worker's hands, or on its way there, when the daemon is stopped
    assert program.terminate() == 0, program.output  # a worker that hangs would hold it for ever
    assert set(worked().values()) == {1}


@pytest.mark.slow
def test_a_worker_that_always_fails_or_exits_makes_dead_letters(
    tmp_path: Path, start: Any, inbox: Any, worked: Any, eventually: Any
) -> None:
    inbox("raises-1", "exits-1", *OTHERS, "raises-2", "exits-2")
    program = start("run", "app.ini")
    program.wait_for("app runs")
    eventually(lambda: len(dead_letters(tmp_path)) == 4, "four dead letters")
    eventually(lambda: worked() == dict.fromkeys(OTHERS, 1), "the other files")
    letters = dead_letters(tmp_path)
    assert letters["raises-1"] == letters["raises-2"] == (2, "ValueError: always")
    assert letters["exits-1"] == letters["exits-2"] == (2, "SystemExit: 3")
    assert program.terminate() == 0, program.output


@pytest.mark.slow
def test_a_worker_that_ends_the_process_loses_nothing(
    start: Any, inbox: Any, worked: Any, handled: Any, eventually: Any
) -> None:
    inbox(*OTHERS[:10], "dies", *OTHERS[10:])
    assert start("run", "app.ini").wait() == 3
    before, known = worked(), handled()
    again = start("run", "app.ini")
    eventually(lambda: sorted(worked()) == sorted([*OTHERS, "dies"]), "all files")
    assert again.terminate() == 0, again.output
    repeated = {name for name, times in worked().items() if times > 1}
    assert repeated <= set(before) - {Path(one.split(":")[0]).name for one in known}
    assert len(repeated) <= 1, "only what was in the other worker's hands may be done again"


@pytest.mark.slow
def test_a_thread_left_behind_does_not_keep_the_program_from_ending(
    start: Any, inbox: Any, worked: Any, eventually: Any
) -> None:
    inbox("leaks", *OTHERS)
    program = start("run", "app.ini")
    eventually(lambda: sorted(worked()) == sorted(["leaks", *OTHERS]), "all files")
    assert program.terminate() == 0, program.output
    assert "leaked" in program.output
