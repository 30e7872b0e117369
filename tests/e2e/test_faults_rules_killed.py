"""The daemon is killed at every boundary of a rule's steps, inside them, and at random moments.

This is about the engine's journal: the library is a stand-in, whose jobs end when the test says so.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

PLUGIN = '''
import os
import signal
from pathlib import Path
from typing import Annotated

import flowhost

HERE = Path({folder!r})


def append(file, line):
    """In one write, which a kill cannot cut in two."""
    number = os.open(HERE / file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(number, (line + "\\n").encode())
    os.close(number)


def once(name):
    """Whether this is the first time in the life of the test."""
    try:
        os.close(os.open(HERE / "marks" / name.replace("/", "-"), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


class Effect:
    "Makes a file that is the same at each try, and notes each call; kills its process where a file says so."
    name = "effect"

    def __init__(self, *, wait: Annotated[bool, "whether it starts a job and waits for it"] = False):
        self._wait = wait

    def act(self, context):
        append("called.txt", context.key)
        self._die(context, "begin")
        once("effect-" + context.key)
        self._die(context, "middle")
        if self._wait:
            append("jobs.txt", context.key)
            self._die(context, "end")
            return flowhost.Outcome.waiting([context.key])
        self._die(context, "end")
        return flowhost.Outcome.done()

    def finish(self, context, jobs):
        append("finished.txt", context.key)
        self._die(context, "finish")
        return flowhost.Outcome.done()

    def _die(self, context, point):
        name = f"{{context.step}}-{{point}}"
        if (HERE / "deaths" / name).exists() and once("death-" + name):
            os.kill(os.getpid(), signal.SIGKILL)


class Shelf(flowhost.AssetSystem):
    "Knows every item, and jobs that end as soon as a file says so."
    name = "shelf"
    section = "Shelf"
    default = True

    def open(self): pass
    def close(self): pass
    def item(self, item_id): return flowhost.Item(item_id, title=item_id)
    def job(self, job_id):
        done = (HERE / "jobs-end").exists()
        return flowhost.AssetJob(job_id, "FINISHED" if done else "STARTED")


class Items:
    "Emits an event for each item, and waits."
    name = "items"

    def __init__(self, *, number: int):
        self._number = number

    def run(self, emit, stop):
        for number in range(self._number):
            emit(flowhost.Event("go", source="items", subject=f"VX-{{number}}", id=f"go-{{number}}"))
        stop.wait()


@flowhost.hookimpl
def flowhost_actions(): return [Effect]

@flowhost.hookimpl
def flowhost_resources(): return [Shelf]

@flowhost.hookimpl
def flowhost_sources(): return [Items]
'''

RULE = """\
name: Five steps
trigger: {source: {type: go}}
actions:
  - effect
  - effect
  - effect: {wait: yes}
  - effect
  - effect
"""

PROFILE = """\
[Flow]
app name = app
worker = rules
[Database]
synchronous = normal
[Rules Journal]
; a kill takes nothing from the system's memory, and the pace of the disk is not what is tested
synchronous = normal
[Rules]
polling interval = 1
minimum polling interval = 1
[Shelf]
[Threads]
threads = {threads}
[Source]
type = items
number = {number}
"""

STEPS = range(1, 6)
POINTS = [
    f"{step}-{point}"
    for step in STEPS
    for point in ("begin", "middle", "end", "finish")
    if step == 3 or point != "finish"
]


class Site:
    """A folder with a profile, a rule, and a plugin that is installed there."""

    def __init__(self, folder: Path, environ: dict[str, str], *, number: int, threads: int) -> None:
        self.folder = folder
        self.number = number
        for name in ("rules", "marks", "deaths", "tests_plugin-1.0.dist-info"):
            (folder / name).mkdir()
        (folder / "tests_plugin.py").write_text(PLUGIN.format(folder=str(folder)))
        (folder / "tests_plugin-1.0.dist-info/METADATA").write_text(
            "Metadata-Version: 2.1\nName: tests-plugin\nVersion: 1.0\n"
        )
        (folder / "tests_plugin-1.0.dist-info/entry_points.txt").write_text(
            "[flowhost]\ntests-plugin = tests_plugin\n"
        )
        (folder / "rules/five.yaml").write_text(RULE)
        (folder / "app.ini").write_text(PROFILE.format(number=number, threads=threads))
        environ["PYTHONPATH"] = str(folder)

    def lines(self, file: str) -> list[str]:
        path = self.folder / file
        return path.read_text().splitlines() if path.exists() else []

    def effects(self) -> set[str]:
        """What happened: the effect of a key is one file."""
        names = (path.name for path in (self.folder / "marks").iterdir())
        return {
            name.removeprefix("effect-").replace("-", "/") for name in names if name.startswith("effect-")
        }

    def states(self) -> Counter[str]:
        """How many runs are in which state; read beside the daemon, without flowhost."""
        database = self.folder / "state/rules.db"
        if not database.exists():
            return Counter()
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
            try:
                return Counter(
                    dict(connection.execute("SELECT state, count(*) FROM rules_runs GROUP BY state"))
                )
            except sqlite3.OperationalError:
                return Counter()  # killed before it had made its tables

    @property
    def keys(self) -> set[str]:
        return {f"{run}/{step}" for run in range(1, self.number + 1) for step in STEPS}

    def check_order(self) -> None:
        """The steps of each run were first taken in their order."""
        first: dict[str, list[int]] = {}
        for key in dict.fromkeys(self.lines("called.txt")):
            run, step = key.split("/")
            first.setdefault(run, []).append(int(step))
        assert all(steps == list(STEPS) for steps in first.values()), first


@pytest.mark.slow
def test_kill_9_at_every_boundary_and_inside_every_step(
    tmp_path: Path, environ: dict[str, str], start: Any, eventually: Any
) -> None:
    site = Site(tmp_path, environ, number=1, threads=2)
    (tmp_path / "jobs-end").touch()
    for point in POINTS:
        (tmp_path / "deaths" / point).touch()
        program = start("run", "app.ini")
        assert program.wait() == -9, program.output
    last = start("run", "app.ini")
    eventually(lambda: site.states() == {"finished": 1}, "the end of the run")
    assert last.terminate() == 0, last.output
    assert site.effects() == site.keys
    site.check_order()
    deaths = Counter({f"1/{step}": 3 for step in STEPS})
    called = Counter(site.lines("called.txt"))
    assert called == Counter({key: number + 1 for key, number in deaths.items()})
    assert Counter(site.lines("jobs.txt")) == {"1/3": 2}, (
        "once it was recorded as waiting it was not called again"
    )
    assert site.lines("finished.txt") == ["1/3", "1/3"]


@pytest.mark.slow
def test_kill_9_while_it_waits_for_a_job(
    tmp_path: Path, environ: dict[str, str], start: Any, eventually: Any
) -> None:
    site = Site(tmp_path, environ, number=1, threads=2)
    for _ in range(3):
        program = start("run", "app.ini")
        program.wait_for("app runs")
        eventually(lambda: site.states() == {"waiting": 1}, "the run to wait")
        program.kill()
    (tmp_path / "jobs-end").touch()
    last = start("run", "app.ini")
    eventually(lambda: site.states() == {"finished": 1}, "the end of the run")
    assert last.terminate() == 0, last.output
    assert Counter(site.lines("called.txt")) == dict.fromkeys(site.keys, 1)
    assert site.lines("jobs.txt") == ["1/3"]


@pytest.mark.slow
def test_kill_9_at_random_moments_of_100_runs(
    tmp_path: Path, environ: dict[str, str], start: Any, eventually: Any, tell: Any
) -> None:
    number, threads, kills, seed = 100, 4, 6, 20261122
    site = Site(tmp_path, environ, number=number, threads=threads)
    (tmp_path / "jobs-end").touch()
    chance = random.Random(seed)
    for moment in sorted(chance.sample(range(1, number * len(STEPS)), kills)):
        program = start("run", "app.ini")
        eventually(lambda moment=moment: len(site.effects()) >= moment, f"{moment} effects")
        program.kill()
    last = start("run", "app.ini")
    eventually(lambda: site.states() == {"finished": number}, "the end of all runs")
    assert last.terminate() == 0, last.output
    assert site.effects() == site.keys
    called = Counter(site.lines("called.txt"))
    site.check_order()
    repeats = called.total() - len(called)
    tell(f"seed {seed}, {kills} kills: {repeats} steps were begun twice, 0 lost")
    assert repeats <= kills * threads, "only what was in the hands of a thread is tried again"
