"""The commands beside a daemon that runs, and how they end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60.0  # seconds; only what is broken takes so long

pytestmark = pytest.mark.slow


def flowhost(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flowhost", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)


def eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


@pytest.fixture
def daemon(office: Any, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon that runs the rules of the office, whose library has two items."""
    office.items("Harbour", "Bridge")
    with (tmp_path / "daemon.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flowhost", "run", str(office.profile)],
            stdout=log,
            stderr=log,
            env=os.environ,
        )
        try:
            with office.journal() as journal:
                eventually(lambda: bool(journal.owners()) or process.poll() is not None, "the daemon")
            assert process.poll() is None, (tmp_path / "daemon.log").read_text()
            yield process
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 0, (tmp_path / "daemon.log").read_text()


def test_what_is_asked_for_is_done_by_the_daemon(office: Any, daemon: subprocess.Popen[bytes]) -> None:
    started = office.flowhost("rules", "start", "Collect", "VX-1")
    assert (started.stdout, started.stderr) == ("VX-1: run 1 is pending\n", "")
    with office.journal() as journal:
        eventually(lambda: journal.run(1).state == "finished", "the run")
        office.told("rules", "suspend", "Collect")
        # a rule may start runs until the daemon has looked; what it does about a deleted one shows that it has
        office.told("rules", "delete", "Note", "--yes")
        eventually(lambda: journal.fact("access-withdrawn/Note") is True, "the daemon to notice")
        office.told("rules", "start", "Collect", "VX-2")
        office.told("runs", "cancel", "2")
        assert journal.run(2).state == "cancelled"
        deleted = office.told("rules", "delete", "Collect", "--yes")
        assert "is deleted" in deleted
        eventually(lambda: journal.fact("access-withdrawn/Collect") is True, "the daemon to notice")
    texts = [one["text"] for one in office.json("item", "VX-1")["entries"]]
    if office.library.name == "catalogue":  # which keeps a log of all changes
        assert any(text.startswith("collection modify VX-1 by run 1: ") for text in texts), texts
    assert "run 1 finished" in texts


def test_the_exit_codes(office: Any) -> None:
    assert flowhost("rules", "list").returncode == 0
    office.items("Harbour")
    assert flowhost("rules", "start", "Throw away", "VX-1", "VX-404").returncode == 1
    assert flowhost("rules", "redeploy").returncode == 2
    wrong = flowhost("rules", "show", "Thrwo away")
    assert (wrong.returncode, wrong.stdout) == (78, "")
    assert wrong.stderr == "flowhost: there is no rule 'Thrwo away'; did you mean 'Throw away'?\n"
    (office.rules / "wrong.yaml").write_text("name: Wrong\ntrigger: manual\nactions: [throw]\n")
    checked = flowhost("rules", "check")
    assert checked.returncode == 78
    assert checked.stderr.startswith(f"{office.rules}/wrong.yaml:3:11: unknown action 'throw'")
    journal = office.folder / "rules.db"
    journal.unlink()
    journal.mkdir()
    unusable = flowhost("rules", "list")
    assert unusable.returncode == 69, unusable.stderr
    assert "Traceback" not in unusable.stderr
