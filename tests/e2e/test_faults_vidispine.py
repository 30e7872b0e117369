"""The daemon is killed while Vidispine tells it of changes, and is told nothing again of most of what it missed."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from flowhost.testing.services import missing

CHANGES = 45
JOBS = 9
KILLS = 3
MISSED = 5  # changes between a kill and the next start
SEED = 20261122
FIRST_PAUSE_SECONDS = 0.02
RETRIES = 2  # which are over long before a daemon that was killed listens again

PLUGIN = """
import os

import flowhost

FILE = os.open({path!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)


class Note:
    "Notes what a run is for: in one write, which a kill cannot cut in two."
    name = "note"

    def act(self, context):
        told = context.event.data
        what = f"job-{{told['jobId']}}" if "jobId" in told else f"change-{{told['changeSetId']}}"
        os.write(FILE, f"{{what}} {{context.run}}\\n".encode())
        return flowhost.Outcome.done()


@flowhost.hookimpl
def flowhost_actions():
    return [Note]
"""

RULES = {
    "changed": "name: Changed\ntrigger: {metadata-change: {fields: [title]}}\nactions: [note]\n",
    "ended": "name: Ended\ntrigger: job\nactions: [note]\n",
}

PROFILE = """\
[Flow]
app name = app
worker = rules
[Database]
[Rules]
[Threads]
threads = 4
[Source]
type = vidispine-notifications
port = {port}
retry = {retries}
interval = 1
[Vidispine]
url = {url}
username = {user}
password = {password}
"""


class Site:
    """A Vidispine, a folder with a profile and two rules for it, and the action that these have."""

    def __init__(self, folder: Path, server: Any, environ: dict[str, str], port: int) -> None:
        self._folder, self.server = folder, server
        self._notes = folder / "notes.txt"
        (folder / "tests_plugin.py").write_text(PLUGIN.format(path=str(self._notes)))
        information = folder / "tests_plugin-1.0.dist-info"
        information.mkdir()
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: tests-plugin\nVersion: 1.0\n")
        (information / "entry_points.txt").write_text("[flowhost]\ntests-plugin = tests_plugin\n")
        environ["PYTHONPATH"] = str(folder)
        (folder / "rules").mkdir()
        for name, rule in RULES.items():
            (folder / f"rules/{name}.yaml").write_text(rule)
        (folder / "app.ini").write_text(
            PROFILE.format(
                port=port, retries=RETRIES, url=server.url, user=server.user, password=server.password
            )
        )

    def rest(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer of the site."""
        answer = requests.request(
            method,
            f"{self.server.url}/API/{path}",
            auth=(self.server.user, self.server.password),
            headers={"Accept": "application/json"},
            timeout=60,
            **options,
        )
        answer.raise_for_status()
        return answer.json()

    def change(self, item: str) -> str:
        """Change an item; return what it is noted as."""
        field = [{"name": "title", "value": [{"value": f"changed {item}"}]}]
        document = {"timespan": [{"start": "-INF", "end": "+INF", "field": field}]}
        told = self.rest("PUT", f"item/{item}/metadata", json=document)
        (change,) = {
            one["change"]
            for span in told["item"][0]["metadata"]["timespan"]
            for one in span["field"]
            if one["name"] == "title"
        }
        return f"change-{change}"

    def import_file(self, item: str) -> str:
        """Begin a job; return what its end is noted as."""
        file = self._folder / "clip.bin"
        file.write_bytes(b"media")
        job = self.rest("POST", f"item/{item}/shape", params={"uri": file.as_uri()})
        return f"job-{job['jobId']}"

    def noted(self) -> list[tuple[str, str]]:
        """Change set or job, and the run that it was noted by."""
        lines = self._notes.read_text().splitlines() if self._notes.exists() else []
        return [(line.split()[0], line.split()[1]) for line in lines]

    def ended_runs(self) -> Counter[str]:
        """Rule → how many runs of it have finished; read beside the daemon, without flowhost."""
        database = self._folder / "state/rules.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
            rows = connection.execute(
                "SELECT rule, count(*) FROM rules_runs WHERE state = 'finished' GROUP BY rule"
            )
            return Counter(dict(rows))


@pytest.fixture
def site(tmp_path: Path, environ: dict[str, str], free_port: int) -> Iterator[Site]:
    """With a server that tries again soon, and not often."""
    try:
        from flowhost_devserver import VidispineServer
    except ModuleNotFoundError:
        missing("no development server is installed; pip install ./contrib/flowhost-devserver")
    with VidispineServer(tmp_path / "site") as server:
        server.site.notifier.endpoints.first_pause = FIRST_PAUSE_SECONDS
        yield Site(tmp_path, server, environ, free_port)


@pytest.mark.slow
def test_kill_9_while_it_is_told_loses_nothing_and_does_nothing_twice(
    site: Site, start: Any, eventually: Any, tell: Any
) -> None:
    chance = random.Random(SEED)
    items = [site.server.catalogue.create_item({}, title="new").id for _ in range(CHANGES)]
    program = start("run", "app.ini")
    eventually(lambda: len(site.server.site.notifier.registrations.all()) == 16, "the registrations")
    expected: list[str] = []
    kills = [CHANGES * each // KILLS + chance.randrange(1, 9) for each in range(KILLS)]
    for number, item in enumerate(items):
        expected.append(site.change(item))
        if number % (CHANGES // JOBS) == 0:
            expected.append(site.import_file(item))
        if number in kills:
            program.kill()
        elif number - MISSED in kills:  # what happens between is told to nobody
            site.server.settle(60)
            program = start("run", "app.ini")
            waited = len(set(site.noted())) + 3
            eventually(lambda waited=waited: len(set(site.noted())) >= waited, "it to work again")
    assert len(set(expected)) == CHANGES + JOBS
    eventually(lambda: {one for one, _ in site.noted()} >= set(expected), "everything to be noted")
    eventually(lambda: site.ended_runs().total() >= CHANGES + JOBS, "the ends of the runs")
    site.server.settle(60)
    assert program.terminate() == 0, program.output
    assert Counter(one for one, _ in set(site.noted())) == dict.fromkeys(expected, 1), "one run for each"
    assert site.ended_runs() == {"Changed": CHANGES, "Ended": JOBS}
    repeats = len(site.noted()) - len(set(site.noted()))
    tell(f"seed {SEED}, {KILLS} kills, {RETRIES} retries: {repeats} steps were begun twice, 0 lost")
    assert repeats <= KILLS * 4, "only what was in the hands of a thread is tried again"
