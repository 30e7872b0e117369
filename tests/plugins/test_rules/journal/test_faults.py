"""What the world does to a journal: its process is killed, its disk is full, its file is replaced."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import NewRun, Run, Step

New = Callable[..., NewRun]
Take = Callable[..., list[Run]]

ENGINE = """
import json, os, sys, threading, flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Cause, NewRun, Step

clock = flowhost.SystemClock()
journal = Journal(url=flowhost.Secret(sys.argv[1]), info=flowhost.DaemonInfo("d", "."), clock=clock)
journal.open()
journal.enlist("killed")

def tell(*words):
    os.write(1, (json.dumps(words) + "\\n").encode())

def work(thread):
    for number in range(100_000):
        item = f"VX-{thread}-{number}"
        run = journal.start(NewRun("r", 1, item, Cause("new-item"), identity=item))
        tell("start", run.id, item)
        for run in journal.claim("killed", number=2, total=100, per_rule={"r": 50}):
            for step in (1, 2):
                assert journal.record(run, [Step(step, "a", "done")], state="running", step=step + 1)
                tell("step", run.id, step)
            state = "failed" if run.id % 3 == 0 else "finished"
            assert journal.record(run, [Step(3, "a", "done")], state=state, step=4)
            tell(state, run.id, run.item)

held = journal.start(NewRun("r", 1, "VX-held", Cause("new-item"), identity="VX-held"))
journal.claim("killed", number=1, total=100, per_rule={})
tell("start", held.id, "VX-held")
for thread in range(6):
    threading.Thread(target=work, args=(thread,), daemon=True).start()
threading.Event().wait()
"""

KINDS = {"start", "step", "finished", "failed"}


def killed_at_work(url: str, after: int) -> list[list[Any]]:
    """What an engine had been told, at least so much and of each kind, when it was killed in the middle of its writes."""
    program = [sys.executable, "-c", ENGINE, url]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout
        told: list[list[Any]] = []
        while len(told) < after or KINDS - {what for what, *_ in told}:
            told.append(json.loads(engine.stdout.readline()))
        engine.kill()
        lines = engine.stdout.readlines()
    return [*told, *(json.loads(line) for line in lines if line.endswith("\n"))]


@pytest.mark.slow
@pytest.mark.parametrize("after", [40, 200, 500])
def test_what_an_engine_was_told_is_there_when_it_is_killed(
    site: Any, take: Take, new: New, after: int
) -> None:
    told = killed_at_work(site.url, after)
    site.wait_until_left()
    journal = site.open()
    for what, number, about in told:
        run = journal.run(number)
        if what == "start":
            assert run.item == about
            assert journal.start(new(about, trigger="new-item", identity=about)) == "duplicate"
        elif what == "step":
            assert about in [step.number for step in journal.steps(number)]
        else:
            assert (run.state, run.step, run.owner) == (what, 4, "")
            assert journal.item_record("r", about).state == {"finished": "handled"}.get(what, what)
    assert {what for what, *_ in told} == KINDS

    if site.is_server:
        site.expire("killed")
    journal.enlist("me")
    under_way = {run.id: run for run in journal.runs(state="running", number=1000)}
    assert under_way
    taken = take(journal, number=500, total=500)
    assert under_way.keys() <= {run.id for run in taken}
    for run in taken:
        assert run.attempt == (under_way[run.id].attempt + 1 if run.id in under_way else 1)
        assert journal.record(run, [], state="finished")
    summary = journal.summary("r")
    assert (summary.pending, summary.running, summary.processing) == (0, 0, 0)
    assert summary.handled + summary.failed == len(journal.runs(number=10_000))


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
        missing("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path, file_site: Any, new: New, take: Take) -> None:
    site = type(file_site)(f"sqlite:///{small_disk / 'rules.db'}", small_disk, file_site.clock)
    journal = site.owner("me")
    journal.start(new())
    [run] = take(journal)
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("ab", buffering=0) as file:
        while file.write(b"x" * 1024):
            pass
    with pytest.raises(flowhost.StateUnavailable, match="its disk is full; free some space"):
        for _ in range(1000):
            journal.record(run, [Step(1, "a", "done", "x" * 3000)], state="running")
    with pytest.raises(flowhost.StateUnavailable, match="its disk is full"):
        journal.start_many([new(f"VX-{number}", rule="x" * 1000) for number in range(200)])
    filler.unlink()
    assert journal.record(run, [], state="finished")
    assert journal.item_record("r", "VX-1").state == "handled"
    assert isinstance(journal.start(new("VX-0", rule="x" * 1000)), Run) or journal.items("x" * 1000)
    assert site.execute("PRAGMA integrity_check") == [("ok",)]
    site.close()


def test_a_file_that_was_replaced(file_site: Any, new: New) -> None:
    journal = file_site.owner("me")
    file = Path(journal.location)
    file.rename(file.with_suffix(".old"))
    file.touch()
    for write in (lambda: journal.start(new()), lambda: journal.beat("me")):
        with pytest.raises(flowhost.StateUnavailable, match="another file took the place"):
            write()


def test_one_bad_record_leaves_nothing_behind(journal: Journal, new: New, take: Take) -> None:
    journal.start_many([new("VX-1"), new("VX-2")])
    first, second = take(journal)
    bad: Any = Step(1, "a", "done", attempts={})
    with pytest.raises(flowhost.StateUnavailable):
        journal.record(first, [Step(2, "b", "done"), bad], state="finished")
    assert journal.run(first.id) == first
    assert journal.steps(first.id) == []
    assert journal.record(second, [], state="finished")
