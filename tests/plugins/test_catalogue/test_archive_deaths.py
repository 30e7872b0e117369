"""Processes that are killed while they archive and restore."""

from __future__ import annotations

import signal
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DEADLINE = 60.0
CLIP = bytes(range(256)) * 1000

DIE = "os.kill(os.getpid(), signal.SIGKILL)"

PROGRAM = """
    import os, signal, sys, threading
    import flowhost
    from flowhost_plugins.catalogue import Catalogue
    from flowhost_plugins.catalogue.archive import archiving, making, purging, restoring
    from flowhost_plugins.catalogue.jobs import working
    from flowhost_plugins.catalogue.machine import copying
    from pathlib import Path

    url, item = sys.argv[1:]

    def before(module, name):
        setattr(module, name, lambda *_, **__: {die})

    def after(module, name):
        original = getattr(module, name)
        def dying(*given, **named):
            original(*given, **named)
            {die}
        setattr(module, name, dying)

    {fault}
    catalogue = Catalogue(url=flowhost.Secret(url), clock=flowhost.SystemClock())
    catalogue.open()
    catalogue.{order}
    threading.Event().wait(60)
"""

FAULTS = {
    "before the copy": "before(making, 'copy')",
    "within the copy": "before(copying, '_write_all')",
    "after the copy": "after(making, 'copy')",
    "while it has two names": "after(os, 'link')",
    "after the name": "after(making, 'publish')",
    "after the end": "after(working.Working, '_end')",
}

ARCHIVING = FAULTS | {
    "before it is kept": "before(archiving, '_store')",
    "after it is kept": "after(archiving, 'make'); after(archiving.Purging, '__init__')",
    "before the file goes": "after(purging.Purging, '_mark')",
    "after the file went": "after(Path, 'unlink')",
}

RESTORING = FAULTS | {
    "before it is kept": "before(restoring, '_store')",
    "before it is marked": "before(restoring, '_mark')",
}


@pytest.fixture
def killed(library: Any, run_program: Any) -> Callable[[str, str, str], None]:
    """Lets another process give an order for an item, and die at the fault."""

    def run(item: str, fault: str, order: str) -> None:
        program = textwrap.dedent(PROGRAM).format(die=DIE, fault=fault, order=order)
        assert run_program(program, library.url, item).returncode == -signal.SIGKILL

    return run


def gone_on(library: Any, kind: str) -> Any:
    """The catalogue, when it has gone on with the job that was left."""
    catalogue = library.open()
    (job,) = (one for one in catalogue.jobs() if one.kind == kind)
    until = time.monotonic() + DEADLINE
    while not catalogue.job(job.id).ended and time.monotonic() < until:
        library.clock.advance(20)  # a server may take a moment to notice the death
        time.sleep(0.01)
    ended = catalogue.wait_for_job(job.id, DEADLINE)
    assert (ended.status, ended.error) == ("FINISHED", "")
    return catalogue


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def item(library: Any, finished: Any) -> str:
    """An item that is online only."""
    catalogue = library.open()
    library.storage(catalogue, "media")
    library.storage(catalogue, "tape", kind="ARCHIVE")
    source = library.folder / "a.xml"
    source.write_bytes(CLIP)
    made: str = catalogue.create_item({}).id
    finished(catalogue, catalogue.import_file(made, source, storage="media"))
    catalogue.close()
    return made


@pytest.mark.slow
@pytest.mark.parametrize("fault", ARCHIVING.values(), ids=ARCHIVING.keys())
def test_archiving_and_purging(library: Any, item: str, killed: Any, fault: str) -> None:
    media, tape = library.folder / "media", library.folder / "tape"
    killed(item, fault, "archive_item(item, 'tape', purge=True)")
    assert CLIP in files(media) + files(tape), "never none"

    catalogue = gone_on(library, "ARCHIVE")
    assert (files(media), files(tape)) == ([], [CLIP])
    assert catalogue.record(item).archive_status == "ARCHIVED"
    assert [one.state for one in catalogue.files().files] == ["ARCHIVED", "CLOSED"]
    assert len(catalogue.archived_shapes(item)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("fault", RESTORING.values(), ids=RESTORING.keys())
def test_restoring(library: Any, item: str, finished: Any, killed: Any, fault: str) -> None:
    media, tape = library.folder / "media", library.folder / "tape"
    catalogue = library.open()
    finished(catalogue, catalogue.archive_item(item, "tape", purge=True))
    catalogue.close()
    killed(item, fault, "restore_from_archive(item)")
    assert files(tape) == [CLIP]
    named = [path for path in media.rglob("*.xml") if path.is_file()]
    assert [path.read_bytes() for path in named] in ([], [CLIP]), "never half a file"

    catalogue = gone_on(library, "RESTORE")
    assert (files(media), files(tape)) == ([CLIP], [CLIP])
    assert catalogue.record(item).archive_status == "RESTORED"
    assert [one.state for one in catalogue.files().files] == ["CLOSED", "CLOSED"]
