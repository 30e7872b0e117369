"""Steps on the embedded catalogue whose process is killed at every moment that counts, and which are then taken again.

A moment that counts is one before something that outlives the process: a commit, a file that gets or loses its name; or
while ffmpeg works. These moments are the catalogue's own, so this is about the catalogue only. Another process then goes on as the rules engine does: with `act` when nothing was recorded
of the step, else with what comes after the wait.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.catalogue import Catalogue

pytestmark = [pytest.mark.ffmpeg, pytest.mark.slow]

FILM = "-f lavfi -i testsrc=size=64x48:rate=25:duration=0.2 -f lavfi -i sine=duration=0.2 -pix_fmt yuv420p"
STORAGES = {"a": "LOCAL", "b": "LOCAL", "c": "LOCAL", "tape": "ARCHIVE"}

# Forks a process for each try, because forking costs less than to import everything again.
PROGRAM = '''
import json, os, signal, shutil, subprocess, sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy

import flowhost
from flowhost_plugins.actions import Archive, MoveCopyFiles, Transcode
from flowhost_plugins.catalogue import Catalogue

STARTED = flowhost.Event("test", time=datetime(2026, 1, 1, tzinfo=UTC))
"""What started the run; the same at every try."""

FOLDER, ITEM, KIND = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
SITE, JOURNAL = FOLDER / "site", FOLDER / "site/journal.json"


def actions(catalogue):
    return {
        "transcode": lambda: Transcode(format="lowres", assets=catalogue),
        "archive": lambda: Archive(policy="tape", purge=True, assets=catalogue),
        "move-copy-files": lambda: MoveCopyFiles(
            formats=("original",), storages=2, targets=("b", "c"), remove_from_others=True,
            directory=flowhost.PathTemplate("hires/${title}"), assets=catalogue, clock=flowhost.SystemClock(),
        ),
    }


class Moments:
    """Counts the moments, and dies at one of them."""

    def __init__(self, last):
        self.left = last
        self.written = {}

    def commit(self, connection):
        driver = connection.connection.dbapi_connection
        before = self.written.get(id(driver), 0)
        self.written[id(driver)] = driver.total_changes
        if driver.total_changes > before:
            self.pass_by("commit")

    def pass_by(self, name):
        self.left -= 1
        if self.left == 0:
            print("killed before", name, file=sys.stderr, flush=True)  # of an error pytest shows it
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self):
        sqlalchemy.event.listen(sqlalchemy.Engine, "commit", self.commit)
        sys.addaudithook(lambda name, _: name in ("os.rename", "os.link", "os.remove") and self.pass_by(name))
        start = subprocess.Popen.__init__

        def started(popen, command, **named):
            start(popen, command, **named)
            if "-progress" in command:
                self.pass_by("the work of ffmpeg")

        subprocess.Popen.__init__ = started


def take(last):
    """Go on with the step until it ends."""
    moments = Moments(last)
    moments.watch()
    catalogue = opened()
    action, outcome = actions(catalogue)[KIND](), None
    while outcome is None or outcome["state"] == "waiting":
        known = json.loads(JOURNAL.read_text()) if JOURNAL.exists() else None
        context = flowhost.Context(
            STARTED, item=ITEM, tags={"title": "Night"}, rule="R", run="1", attempt=1 if last else 2,
            memo=known["memo"] if known else {},
        )
        outcome = after_wait(catalogue, action, context, known) if known else plain(action.act(context))
        moments.pass_by("the journal")
        draft = JOURNAL.with_suffix(".new")
        draft.write_text(json.dumps(outcome))
        draft.replace(JOURNAL)
    catalogue.close()


def after_wait(catalogue, action, context, known):
    jobs = [catalogue.wait_for_job(one, 120) for one in known["jobs"]]
    for live in catalogue.live_jobs(ITEM):  # what a wait for a moment is about
        catalogue.wait_for_job(live.id, 120)
    if failed := [one.error for one in jobs if not one.status.startswith("FINISHED")]:
        return plain(flowhost.Outcome.failed("; ".join(failed)))
    if not hasattr(action, "finish"):
        return plain(flowhost.Outcome.done())
    return plain(action.finish(context, jobs))


def plain(outcome):
    return {"state": outcome.state, "jobs": outcome.jobs, "memo": dict(outcome.memo), "reason": outcome.reason}


def in_a_process(last):
    """Whether it came to its end."""
    child = os.fork()
    if not child:
        code = 1
        try:
            take(last)
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), f"try {last} ended with {status}"
    return status == 0


def put_back():
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(FOLDER / "fresh", SITE)


def opened():
    catalogue = Catalogue(url=flowhost.Secret(f"sqlite:///{SITE}/catalogue.db"), clock=flowhost.SystemClock())
    catalogue.open()
    return catalogue


put_back()
opened().close()  # what it imports when it is opened is there for all processes then
for number in range(1, 1000):
    put_back()
    ended = in_a_process(number)
    print(json.dumps({"try": number, "ended": ended}), flush=True)
    sys.stdin.readline()  # whoever started this looks at what the killed process left
    if ended:
        break
    assert in_a_process(0)
    print(json.dumps({"try": number, "ended": True}), flush=True)
    sys.stdin.readline()
'''


@dataclass
class Site:
    """A catalogue with one item of one file; a program puts it back for each try."""

    folder: Path
    item: str
    digest: str

    @property
    def here(self) -> Path:
        return self.folder / "site"

    def whole(self) -> list[str]:
        """The whole copies of the film on the disks."""
        return [one for one in self.files() if _digest(self.here / one) == self.digest]

    def files(self) -> list[str]:
        """All that lies in the storages and has its name."""
        paths = [path for name in STORAGES for path in (self.here / name).rglob("[!.]*") if path.is_file()]
        return sorted(path.relative_to(self.here).as_posix() for path in paths)

    def catalogue(self) -> Catalogue:
        url = flowhost.Secret(f"sqlite:///{self.here}/catalogue.db")
        return Catalogue(url=url, clock=flowhost.SystemClock())

    def outcome(self) -> dict[str, Any]:
        return json.loads((self.here / "journal.json").read_text())  # type: ignore[no-any-return]  # the program's


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    if not shutil.which("ffmpeg") or not shutil.which("ffprobe"):
        missing("ffmpeg and ffprobe are not installed (Debian: apt install ffmpeg)")
    clip = tmp_path / "clip.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *FILM.split(), str(clip)], check=True, timeout=120)
    site = Site(tmp_path, "", _digest(clip))
    site.here.mkdir()
    catalogue = site.catalogue()
    catalogue.open()
    for name, kind in STORAGES.items():
        (site.here / name).mkdir()
        catalogue.add_storage(name, site.here / name, kind=kind)
    site.item = catalogue.create_item({}, title="Night").id
    job = catalogue.import_file(site.item, clip, storage="a")
    assert catalogue.wait_for_job(job.id, 120).status == "FINISHED"
    catalogue.close()
    site.here.rename(tmp_path / "fresh")  # the paths in it are those of the copies
    return site


def tries(site: Site, kind: str) -> Any:
    """Let the step be killed at each moment and taken again; yields whether it has ended by now."""
    command = [sys.executable, "-c", PROGRAM, str(site.folder), site.item, kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin
        assert program.stdout
        try:
            for line in program.stdout:
                yield json.loads(line)["ended"]
                program.stdin.write("\n")
                program.stdin.flush()
            assert program.wait(60) == 0
        finally:
            program.kill()


def jobs_of(site: Site, kind: str) -> list[str]:
    catalogue = site.catalogue()
    catalogue.open_to_read()
    try:
        return [job.status for job in catalogue.jobs() if job.kind == kind]
    finally:
        catalogue.close()


def test_transcode_makes_one_shape(site: Site) -> None:
    kills = 0
    for ended in tries(site, "transcode"):
        kills += not ended
        assert len(site.whole()) == 1
        if ended:
            assert site.outcome()["state"] == "done"
            assert site.files() == [f"a/{site.item}/clip-lowres.mp4", f"a/{site.item}/clip.mp4"]
            assert jobs_of(site, "TRANSCODE") == ["FINISHED"]
    assert kills > 5, "the moments were not found"


def test_move_copy_files_always_leaves_a_copy_and_never_one_too_many(site: Site) -> None:
    kills = 0
    for ended in tries(site, "move-copy-files"):
        kills += not ended
        assert site.whole(), "the last copy is gone"
        if ended:
            assert site.outcome()["state"] == "done"
            assert site.files() == site.whole() == ["b/hires/Night/clip.mp4", "c/hires/Night/clip.mp4"]
    assert kills > 10, "the moments were not found"


def test_archive_purges_what_is_safe(site: Site) -> None:
    kills = 0
    for ended in tries(site, "archive"):
        kills += not ended
        assert site.whole(), "the last copy is gone"
        if ended:
            assert site.outcome()["state"] == "done"
            (file,) = site.files()
            assert file.startswith("tape/")
            assert site.whole() == [file]
            assert jobs_of(site, "ARCHIVE") == ["FINISHED"]
    assert kills > 5, "the moments were not found"
