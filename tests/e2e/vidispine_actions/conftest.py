"""A Vidispine, and daemons with a rule for it that die at a moment of one's choice."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
import requests

from flowhost.testing.services import missing

SIGKILL = -9

PATIENCE = 60.0
"""Seconds an import may take on a busy machine."""

PREPARING = "IMPORT"
"""The job that made an item before its trial; no action starts one of this type."""

DAEMONS = 2
"""How many live at once."""

PROFILE = """\
[Flow]
app name = app
worker = rules
[Database]
; a kill takes nothing from the system's memory
synchronous = normal
[Rules Journal]
synchronous = normal
[Rules]
polling interval = 0.1
minimum polling interval = 0.1
[Threads]
threads = 2
[File System Archive]
policies = tape={root}/tape
[Vidispine]
url = {url}
username = {user}
password = {password}
[Source]
type = once
item = {item}
path = {path}
"""

RULE = """\
name: R
trigger: {source: {type: go}}
retry: {attempts: 5, delay: 50 ms, limit: 200 ms}
actions:
"""

FILM = "-f lavfi -i testsrc=size=64x48:rate=25:duration=0.2 -f lavfi -i sine=duration=0.2 -pix_fmt yuv420p"

STORAGES = ("media", "second", "third")
FOLDERS = (*STORAGES, "out", "tape")
TIMES = ("portal_deleted", "portal_archive_ts", "portal_restore_ts")
"""Fields whose values are moments."""


@dataclass(frozen=True)
class Trial:
    """A daemon in a folder of its own, whose only rule is about one item or one file.

    Args:
        folder: where it is.
        token: what the title of the item is, and the name of its file.
        item: id of the item; empty: the rule makes it.
    """

    folder: Path
    token: str
    item: str


@dataclass
class Site:
    """A Vidispine, and the process that forks daemons for it."""

    root: Path
    server: Any
    daemons: SimpleQueue[Any]
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def trial(self, actions: str) -> Trial:
        """A new item, and a daemon with a rule of these actions for it."""
        token = f"n{next(self.numbers):04}"
        folder = self.root / token
        (folder / "rules").mkdir(parents=True)
        (folder / "rules/rule.yaml").write_text(f"{RULE}  {actions}\n")
        clip = folder / (f"{token}.mp4" if "transcode" in actions else f"{token}.bin")
        clip.write_bytes(self.film() if "transcode" in actions else b"media" * 500)
        tags = ["original", *["lowres"] * ("transcode" in actions)]
        item = "" if "import-file" in actions else self._item(token, clip, tags)
        login = {"url": self.server.url, "user": self.server.user, "password": self.server.password}
        (folder / "app.ini").write_text(PROFILE.format(root=self.root, item=item, path=clip, **login))
        return Trial(folder, token, item)

    def film(self) -> bytes:
        """A film of some frames."""
        film = self.root / "film.mp4"
        if not film.exists():
            if not shutil.which("ffmpeg"):
                missing("ffmpeg is not installed (Debian: apt install ffmpeg)")
            subprocess.run(
                ["ffmpeg", "-v", "error", "-nostdin", *FILM.split(), str(film)], check=True, timeout=60
            )
        return film.read_bytes()

    def _item(self, token: str, clip: Path, tags: list[str]) -> str:
        catalogue = self.server.catalogue
        item: str = catalogue.create_item({}, title=token).id
        for tag in tags:
            job = catalogue.import_file(item, clip, storage="media", tag=tag)
            assert catalogue.wait_for_job(job.id, PATIENCE).status == "FINISHED"
        return item

    def live(self, trial: Trial, moment: int = 0, way: str = "die") -> bool:
        """Let the daemon live until its run has ended; return False when it died before, at this moment."""
        daemons = self.daemons.get()
        try:
            daemons.stdin.write(json.dumps([str(trial.folder), moment, way]) + "\n")
            daemons.stdin.flush()
            code, output = json.loads(daemons.stdout.readline())
        finally:
            self.daemons.put(daemons)
        assert code == 0 or (moment and code == SIGKILL), output
        return bool(code == 0)

    def undisturbed(self, actions: str) -> tuple[dict[str, Any], list[str]]:
        """What becomes of a rule when nothing happens, and the moments it comes to; the first has the number 1."""
        trial = self.trial(actions)
        assert self.live(trial)
        outcome = self.outcome(trial)
        assert {state for _, state, _, _ in outcome["run"]} == {"finished"}
        return outcome, self.moments(trial)

    def moments(self, trial: Trial) -> list[str]:
        """What the last daemon came to."""
        return (trial.folder / "moments.txt").read_text().splitlines()

    def killed(self, actions: str, deaths: Iterable[tuple[int, ...]]) -> list[dict[str, Any]]:
        """What becomes of the same rule of which each daemon dies at its moment, until the last lives."""

        def trial(moments: tuple[int, ...]) -> dict[str, Any]:
            made = self.trial(actions)
            died = [not self.live(made, moment) for moment in moments]
            assert any(died)
            assert self.live(made)
            return self.outcome(made)

        with ThreadPoolExecutor(DAEMONS) as trials:
            return list(trials.map(trial, deaths))

    def unanswered(self, actions: str, moments: Iterable[int]) -> list[dict[str, Any]]:
        """What becomes of the same rule whose daemon does not hear the answer of which this is the moment."""

        def trial(moment: int) -> dict[str, Any]:
            made = self.trial(actions)
            assert self.live(made, moment, "lose")
            assert len(self.moments(made)) >= moment
            return self.outcome(made)

        with ThreadPoolExecutor(DAEMONS) as trials:
            return list(trials.map(trial, moments))

    def outcome(self, trial: Trial) -> dict[str, Any]:
        """What became of it; what each trial has of its own, as ids, is replaced."""
        catalogue = self.server.catalogue
        items = [trial.item] if trial.item else catalogue.search_ids(f'title="{trial.token}"').ids
        return {
            "run": _run(trial.folder),
            "notes": _notes(trial.folder),
            "collections": sum(trial.token in one.name for one in catalogue.collections()),
            "files": [path for folder in FOLDERS for path in self._files(folder, (trial.token, *items))],
            "items": [self._item_told(item, trial) for item in items],
        }

    def _files(self, folder: str, names: tuple[str, ...]) -> list[str]:
        paths = [path for path in (self.root / folder).rglob("*") if path.is_file()]
        told = [str(path.relative_to(self.root)) for path in paths]
        return sorted(plain for one in told if (plain := _plain(one, names)) != one)

    def _item_told(self, item_id: str, trial: Trial) -> dict[str, Any]:
        catalogue, names = self.server.catalogue, (item_id, trial.token)
        item, storages = catalogue.item(item_id), {one.id: one.name for one in catalogue.storages()}
        changes = [(one.kind, one.action) for one in catalogue.changes(0, 1_000_000) if one.item == item_id]
        # an archive that goes on tells the item once more that it has it
        again = (
            [("metadata", "MODIFY")] if "archive:" in (trial.folder / "rules/rule.yaml").read_text() else []
        )
        return {
            "fields": {
                name: "" if name in TIMES else _plain(values, names) for name, values in item.fields.items()
            },
            "title": _plain(item.title, names),
            "shapes": [
                (shape.tags, storages[file.storage], _plain(file.path, names), file.state, file.size)
                for shape in catalogue.shapes(item_id)
                for file in sorted(shape.files, key=lambda one: (one.storage, one.path))
            ],
            "access": Counter(catalogue.access(item_id)),
            "collections": Counter(_plain(one, names) for one in catalogue.collection_names(item_id)),
            "jobs": Counter(kind for kind in self._jobs(item_id) if kind != PREPARING),
            "changes": Counter(one for one in changes if one[0] != "job" and one not in again),
        }

    def _jobs(self, item_id: str) -> list[str]:
        return [job.type for job in self.server.site.jobs.all() if job.item == item_id]


def _plain(text: object, names: tuple[str, ...]) -> str:
    own = "|".join(map(re.escape, names))
    return re.sub(rf"({own})(?!\d)", "*", str(text))


def _rows(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query).fetchall()


def _run(folder: Path) -> list[Any]:
    """The state of each run, and of its steps; one that finds the import that it made itself says *skipped*."""
    query = "SELECT r.id, r.state, s.action, s.state FROM rules_runs r JOIN rules_steps s ON s.run = r.id"
    rows = _rows(folder / "state/rules.db", f"{query} ORDER BY r.id, s.number")
    return [
        (*run, step, "done" if step == "import-file" and state == "skipped" else state)
        for *run, step, state in rows
    ]


def _notes(folder: Path) -> Counter[str]:
    """What kinds of notes there are, and how many; marks are forgotten after a while."""
    keys = _rows(folder / "state/app.db", "SELECT key FROM flowhost_store")
    return Counter("/".join(key.split("/")[:2]) for (key,) in keys if "/marks/" not in key)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    try:
        from flowhost_devserver import VidispineServer
    except ModuleNotFoundError:
        missing("no development server is installed; pip install ./contrib/flowhost-devserver")
    root = tmp_path_factory.mktemp("site")
    for name in ("out", "tape", "plugin/tests_plugin-1.0.dist-info"):
        (root / name).mkdir(parents=True)
    information = root / "plugin/tests_plugin-1.0.dist-info"
    shutil.copy(Path(__file__).with_name("once.py"), root / "plugin/tests_plugin.py")
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: tests-plugin\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[flowhost]\ntests-plugin = tests_plugin\n")
    storages = {name: root / name for name in STORAGES}
    with VidispineServer(root / "vidispine", storages=storages) as server, ExitStack() as running:
        location = {"name": "out", "uri": (root / "out").as_uri() + "/"}
        _put(server, "export-location/out", location)
        _put(server, "metadata-field/news_words", {"type": "string"})
        daemons: SimpleQueue[Any] = SimpleQueue()
        for _ in range(DAEMONS):
            daemons.put(running.enter_context(_forking(root / "plugin")))
        yield Site(root, server, daemons)


def _put(server: Any, path: str, document: dict[str, str]) -> None:
    login = (server.user, server.password)
    requests.put(f"{server.url}/API/{path}", json=document, auth=login, timeout=60).raise_for_status()


@contextmanager
def _forking(plugin: Path) -> Iterator[subprocess.Popen[str]]:
    program = [sys.executable, str(Path(__file__).with_name("dying.py"))]
    environ = os.environ | {"PYTHONPATH": str(plugin)}
    pipe = subprocess.PIPE
    with subprocess.Popen(program, text=True, stdin=pipe, stdout=pipe, env=environ) as forking:
        yield forking
        assert forking.stdin is not None
        forking.stdin.close()
