"""Transcodes that go wrong: nothing half has a name, and the job says why."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, FfmpegMissing, ShapeTag

pytestmark = pytest.mark.ffmpeg

DEADLINE = 60.0

ENDLESS = ShapeTag("endless", "video", "mp4", ".mp4", "libx264", arguments=("-vf", "loop=-1:50", "-an"))


class World:
    """A library with a film, in a catalogue that can be opened with other options."""

    def __init__(self, library: Any, clips: Path, finished: Any) -> None:
        self.library = library
        self.catalogue: Catalogue = library.open()
        self.media: Path = library.storage(self.catalogue, "media")
        self.item = self.catalogue.create_item({}).id
        finished(self.catalogue, self.catalogue.import_file(self.item, clips / "clip.mp4"))
        self.catalogue.set_shape_tag(ENDLESS)
        self.revision = self.catalogue.record(self.item).revision

    def reopened(self, **options: Any) -> Catalogue:
        self.catalogue.close()
        self.catalogue = self.library.open(**options)
        return self.catalogue

    def ended(self, job: flowhost.AssetJob) -> Any:
        return self.catalogue.wait_for_job(job.id, DEADLINE)

    def failed(self, tag: str = "lowres", **options: Any) -> str:
        """Why a transcode fails; nothing of it may be left."""
        job = self.ended(self.catalogue.transcode(self.item, tag, **options))
        assert job.status == "FAILED_TOTAL"
        self.assert_untouched()
        return str(job.error)

    def assert_untouched(self) -> None:
        assert [path.name for path in self.media.rglob("*") if path.is_file()] == ["clip.mp4"]
        assert len(self.catalogue.files().files) == 1
        assert [one.tags for one in self.catalogue.shapes(self.item)] == [("original",)]
        assert self.catalogue.record(self.item).revision == self.revision

    def program(self, script: str) -> str:
        """A program that is called instead of ffmpeg."""
        path = Path(self.library.folder, "ffmpeg")
        path.write_text("#!/bin/sh\n" + textwrap.dedent(script))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    def begun(self) -> int:
        """The process id of the ffmpeg that runs, once it writes."""
        program = (shutil.which("ffmpeg") or "").encode()
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            for path in self.media.glob(".flowhost-*.part"):
                for process in Path("/proc").glob("[0-9]*"):
                    try:
                        words = (process / "cmdline").read_bytes()
                    except OSError:
                        continue
                    if words.startswith(program) and str(path).encode() in words:
                        return int(process.name)
            time.sleep(0.01)
        raise AssertionError("no ffmpeg began to write")


@pytest.fixture
def world(library: Any, clips: Path, finished: Any) -> World:
    return World(library, clips, finished)


def gone(process: int) -> bool:
    """Whether a process ends in time."""
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until:
        try:
            if (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_without_ffmpeg_it_is_said_at_once(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = world.catalogue
    with monkeypatch.context() as away:
        away.setenv("PATH", "/nowhere")
        away.setitem(sys.modules, "imageio_ffmpeg", None)
        for order in (catalogue.transcode, catalogue.thumbnail, catalogue.export):
            arguments = {"transcode": ("lowres",), "thumbnail": (), "export": ("lowres", "out", "a.mp4")}
            if order.__name__ == "export":
                (world.media.parent / "out").mkdir()
                catalogue.add_storage("out", world.media.parent / "out", kind="EXPORT")
            with pytest.raises(FfmpegMissing, match=r"no ffmpeg in PATH.*pip install flowhost\[ffmpeg\]"):
                order(world.item, *arguments[order.__name__])
    with pytest.raises(FfmpegMissing, match="the option ffmpeg names '/no/ffmpeg'"):
        world.reopened(ffmpeg="/no/ffmpeg").transcode(world.item, "lowres")
    world.assert_untouched()


def test_ffmpeg_that_goes_away_fails_the_job(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = world.reopened(job_threads=1)
    held = catalogue.transcode(world.item, "endless")
    job = catalogue.transcode(world.item, "lowres")
    world.begun()
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    catalogue.cancel_job(held.id)
    ended = world.ended(job)
    assert (ended.status, "no ffmpeg in PATH" in ended.error) == ("FAILED_TOTAL", True)
    world.assert_untouched()


def test_a_cancel_kills_ffmpeg(world: Any) -> None:
    job = world.catalogue.transcode(world.item, "endless")
    process = world.begun()
    world.catalogue.cancel_job(job.id)
    ended = world.ended(job)
    assert (ended.status, ended.error) == ("ABORTED", "")
    assert gone(process)
    world.assert_untouched()


def test_deleting_the_item_ends_it(world: Any) -> None:
    job = world.catalogue.transcode(world.item, "endless")
    process = world.begun()
    assert world.catalogue.delete_item(world.item)
    assert world.ended(job).status == "ABORTED"
    assert gone(process)
    assert list(world.media.rglob("*")) == []
    assert world.catalogue.files().files == ()


def test_a_killed_ffmpeg_is_a_failure(world: Any) -> None:
    job = world.catalogue.transcode(world.item, "endless")
    os.kill(world.begun(), signal.SIGKILL)
    ended = world.ended(job)
    assert (ended.status, ended.error) == ("FAILED_TOTAL", "ffmpeg was ended by SIGKILL (Killed)")
    world.assert_untouched()


def test_the_time_is_limited(world: Any) -> None:
    world.reopened(clock=flowhost.SystemClock())
    assert world.failed("endless", timeout=0.5) == "ffmpeg was stopped after 0.5 seconds, its time-out"
    world.reopened(clock=flowhost.SystemClock(), ffmpeg_timeout=0.3)
    assert "after 0.3 seconds" in world.failed("endless")


def test_the_error_carries_what_ffmpeg_said_last(world: Any) -> None:
    bad = ShapeTag("bad", "video", "mp4", ".mp4", "libx264", arguments=("-vf", "nonsense=1"))
    world.catalogue.set_shape_tag(bad)
    error = world.failed("bad")
    assert error.startswith("ffmpeg ended with code 1: ")
    assert "No such filter: 'nonsense'" in error
    world.catalogue.set_shape_tag(ShapeTag("odd", "video", "mp4", ".mp4", "nocodec"))
    assert "Unknown encoder 'nocodec'" in world.failed("odd")


def test_a_source_that_became_garbage(world: Any) -> None:
    (file,) = world.catalogue.files().files
    path = world.catalogue.path_of(file)
    path.write_bytes(b"\x01" * file.size)
    assert "Invalid data found" in world.failed()
    path.unlink()
    with pytest.raises(flowhost.Permanent, match="is on its disk"):
        world.catalogue.transcode(world.item, "lowres")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 0", "ffmpeg wrote nothing for"),
        ('for last; do :; done; echo rubbish > "${last#file:}"', "cannot be read"),
        ("echo oh >&2; exit 3", "ffmpeg ended with code 3: oh"),
        ("yes >&2 & yes & sleep 0.5; exit 4", "ffmpeg ended with code 4"),
    ],
)
def test_a_ffmpeg_of_another_kind(world: Any, script: str, reason: str) -> None:
    world.reopened(ffmpeg=world.program(script))
    assert reason in world.failed()


def test_children_of_ffmpeg_end_with_it(world: Any) -> None:
    note = world.media.parent / "child"
    world.reopened(ffmpeg=world.program(f"sleep 1000 & echo $! > {note}.new; mv {note}.new {note}; wait"))
    job = world.catalogue.transcode(world.item, "lowres")
    until = time.monotonic() + DEADLINE
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.01)
    world.catalogue.cancel_job(job.id)
    assert world.ended(job).status == "ABORTED"
    assert gone(int(note.read_text()))


def test_a_folder_that_goes_away(world: Any) -> None:
    away = world.media.with_name("away")
    with pytest.MonkeyPatch.context() as patch:
        from flowhost_plugins.catalogue.processing import rendering

        probe = rendering.probe

        def renaming(*arguments: Any) -> Any:
            found = probe(*arguments)
            world.media.rename(away)
            return found

        patch.setattr(rendering, "probe", renaming)
        ended = world.ended(world.catalogue.transcode(world.item, "lowres"))
    assert ended.status == "FAILED_TOTAL"
    assert "No such file or directory" in ended.error
    away.rename(world.media)
    world.assert_untouched()


def test_an_interrupted_transcode_begins_again(world: Any) -> None:
    job = world.catalogue.transcode(world.item, "endless")
    process = world.begun()
    world.catalogue.close()
    assert gone(process)
    assert not list(world.media.glob(".*"))
    catalogue = world.reopened()
    assert world.begun() != process
    assert catalogue.job(job.id).attempts == 1, "a stop is no death"
    catalogue.cancel_job(job.id)
    assert world.ended(job).status == "ABORTED"
    world.assert_untouched()


def test_the_kernel_says_no(file_library: Any, clips: Path, finished: Any) -> None:
    """As with a full disk, but for real: no file may become larger than so much."""
    catalogue = file_library.open()
    media = file_library.storage(catalogue, "media")
    item = catalogue.create_item({}).id
    finished(catalogue, catalogue.import_file(item, clips / "clip.mp4"))
    catalogue.set_shape_tag(ShapeTag("raw", "video", "avi", ".avi", "rawvideo"))
    catalogue.close()
    program = """
        import resource, sys
        import flowhost
        from flowhost_plugins.catalogue import Catalogue

        url, item = sys.argv[1:]
        catalogue = Catalogue(url=flowhost.Secret(url), clock=flowhost.SystemClock())
        catalogue.open()
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
        job = catalogue.wait_for_job(catalogue.transcode(item, "raw").id, 60)
        print(job.status, job.error)
        catalogue.close()
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), file_library.url, item]
    ended = subprocess.run(arguments, timeout=DEADLINE, check=True, capture_output=True, text=True)
    assert ended.stdout.startswith("FAILED_TOTAL ffmpeg ")
    assert "SIGXFSZ" in ended.stdout or "File too large" in ended.stdout
    assert [path.name for path in media.rglob("*") if path.is_file()] == ["clip.mp4"]
