"""Processes that are killed while ffmpeg works for them."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowhost_plugins.catalogue import ShapeTag

pytestmark = [pytest.mark.ffmpeg, pytest.mark.slow]

DEADLINE = 60.0

PROGRAM = """
    import os, signal, sys, threading
    import flowhost
    from flowhost_plugins.catalogue import Catalogue
    from flowhost_plugins.catalogue.jobs import writing
    from flowhost_plugins.catalogue.processing import rendering, transcoding

    DIE = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    url, item, tag = sys.argv[1:]

    def before(module, name):
        setattr(module, name, DIE)

    def after(module, name):
        original = getattr(module, name)
        def dying(*given, **named):
            original(*given, **named)
            DIE()
        setattr(module, name, dying)

    {fault}
    catalogue = Catalogue(url=flowhost.Secret(url), clock=flowhost.SystemClock())
    catalogue.open()
    catalogue.transcode(item, tag, replace=True)
    threading.Event().wait(60)
"""

FAULTS = {
    "before ffmpeg": "before(rendering, '_run')",
    "after ffmpeg": "after(rendering, '_run')",
    "before the name": "before(writing, 'publish')",
    "while it has two names": "after(os, 'link')",
    "after the name": "after(writing, 'publish')",
    "before it is kept": "before(transcoding.Transcoding, '_store')",
    "after it is kept": "after(transcoding.Transcoding, '_store')",
}


@pytest.fixture
def prepared(library: Any, clips: Path, finished: Any) -> Any:
    """A library with a film that has a shape to replace; its catalogue is closed."""
    catalogue = library.open()
    media = library.storage(catalogue, "media")
    item = catalogue.create_item({}).id
    finished(catalogue, catalogue.import_file(item, clips / "clip.mp4"))
    finished(catalogue, catalogue.transcode(item, "lowres"))
    endless = ("-vf", "loop=-1:50", "-an")
    catalogue.set_shape_tag(ShapeTag("endless", "video", "mp4", ".mp4", "libx264", arguments=endless))
    catalogue.close()
    return library, media, item


def started(url: str, item: str, tag: str) -> subprocess.Popen[str]:
    program = textwrap.dedent(PROGRAM).format(fault="")
    return subprocess.Popen(
        [sys.executable, "-c", program, url, item, tag], stdout=subprocess.PIPE, text=True
    )


def finish(library: Any, catalogue: Any, job: str, attempts: int = 2) -> Any:
    until = time.monotonic() + DEADLINE
    while catalogue.job(job).attempts < attempts and time.monotonic() < until:
        library.clock.advance(20)  # a server may take a moment to notice the death
        time.sleep(0.01)
    return catalogue.wait_for_job(job, DEADLINE)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_transcode_is_taken_up_again(prepared: Any, run_program: Any, fault: str) -> None:
    library, media, item = prepared
    program = textwrap.dedent(PROGRAM).format(fault=fault)
    assert run_program(program, library.url, item, "lowres").returncode == -signal.SIGKILL

    catalogue = library.open()
    (job, *_) = catalogue.jobs()
    ended = finish(library, catalogue, job.id)
    assert (ended.status, ended.error) == ("FINISHED", "")
    catalogue.scan("media")  # what was replaced goes at the latest now
    original, lowres = catalogue.shapes(item)
    assert (original.tags, lowres.tags) == (("original",), ("lowres",))
    (file,) = lowres.files
    assert len(lowres.components) == 3
    paths = {path for path in media.rglob("*") if path.is_file()}
    assert paths == {catalogue.path_of(file), catalogue.path_of(original.files[0])}
    assert len(catalogue.files().files) == 2


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def running_on(media: Path) -> list[int]:
    """The processes of ffmpeg that write into a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if words.startswith(b"/usr/bin/ffmpeg") and str(media / ".flowhost").encode() in words:
            found.append(int(process.name))
    return found


def test_ffmpeg_dies_with_its_process(prepared: Any) -> None:
    library, media, item = prepared
    process = started(library.url, item, "endless")
    wait_until(lambda: bool(running_on(media) and list(media.glob(".flowhost-*"))))
    process.kill()
    process.communicate(timeout=DEADLINE)
    wait_until(lambda: not running_on(media))
    half = list(media.glob(".flowhost-*"))
    assert half and not list(media.rglob("*endless*")), "half a file never has its name"

    catalogue = library.open()
    (job, *_) = catalogue.jobs()

    def is_made_anew() -> bool:
        if catalogue.job(job.id).attempts < 2:
            library.clock.advance(20)
        return bool(running_on(media))

    wait_until(is_made_anew)
    assert not half[0].exists()
    catalogue.cancel_job(job.id)
    assert finish(library, catalogue, job.id).status == "ABORTED"
    assert not list(media.glob(".flowhost-*"))


def test_a_transcode_that_kills_its_processes_fails_in_the_end(prepared: Any, run_program: Any) -> None:
    library, media, item = prepared
    start = textwrap.dedent(PROGRAM).format(fault=FAULTS["after ffmpeg"])
    again = start.replace("catalogue.transcode(item, tag, replace=True)", "")
    for program in (start, again, again):
        assert run_program(program, library.url, item, "lowres").returncode == -signal.SIGKILL
    catalogue = library.open()
    ended = finish(library, catalogue, catalogue.jobs()[0].id, 4)
    assert (ended.status, "it was interrupted 3 times" in ended.error) == ("FAILED_TOTAL", True)
    assert not list(media.glob(".flowhost-*"))
    assert [one.tags for one in catalogue.shapes(item)] == [("original",), ("lowres",)]
