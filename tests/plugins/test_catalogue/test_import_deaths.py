"""Processes that are killed while they import, and a kernel that says no."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from typing import Any

import pytest

DEADLINE = 60.0
CLIP = bytes(range(256)) * 1000

DIE = "os.kill(os.getpid(), signal.SIGKILL)"

PROGRAM = """
    import os, signal, sys, threading
    import flowhost
    from flowhost_plugins.catalogue import Catalogue
    from flowhost_plugins.catalogue.imports import importing
    from flowhost_plugins.catalogue.machine import copying

    url, item, source = sys.argv[1:]

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
    catalogue.import_file(item, source, mode="move")
    threading.Event().wait(60)
"""

FAULTS = {
    "before the copy": "before(importing, 'copy')",
    "within the copy": "before(copying, '_write_all')",
    "after the copy": "after(importing, 'copy')",
    "before the name": "before(importing, 'publish')",
    "while it has two names": "after(os, 'link')",
    "after the name": "after(importing, 'publish')",
    "before it is kept": "before(importing.Importing, '_store')",
    "after it is kept": "after(importing.Importing, '_store')",
    "after the source is gone": "after(importing.Importing, '_remove_source')",
    "after the end": "after(importing.Importing, '_end')",
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_process_killed_anywhere_loses_nothing_and_does_nothing_twice(
    library: Any, run_program: Any, fault: str
) -> None:
    first = library.open()
    media = library.storage(first, "media")
    source = library.storage(first, "in") / "a.xml"
    source.write_bytes(CLIP)
    first.scan("in")
    item = first.create_item({}).id
    first.close()

    program = textwrap.dedent(PROGRAM).format(die=DIE, fault=fault)
    assert run_program(program, library.url, item, str(source)).returncode == -signal.SIGKILL
    names = [path.name for path in media.rglob("*") if path.is_file()]
    assert "a.xml" not in names or (media / item / "a.xml").read_bytes() == CLIP, "never half a file"
    assert source.exists() or (media / item / "a.xml").read_bytes() == CLIP, "never none"

    catalogue = library.open()
    (job,) = catalogue.jobs()
    until = time.monotonic() + DEADLINE
    while not catalogue.jobs()[0].ended and time.monotonic() < until:
        library.clock.advance(20)  # a server may take a moment to notice the death
        time.sleep(0.01)
    assert catalogue.wait_for_job(job.id, DEADLINE).status == "FINISHED"
    (shape,) = catalogue.shapes(item)
    (file,) = catalogue.files().files
    assert shape.files == (file,)
    assert catalogue.path_of(file).read_bytes() == CLIP
    assert [path for path in media.rglob("*") if path.is_file()] == [catalogue.path_of(file)]
    assert not source.exists()
    assert [one.action for one in catalogue.changes() if one.kind == "shape"] == ["CREATE"]


@pytest.mark.slow
def test_a_job_that_kills_its_processes_fails_in_the_end(file_library: Any, run_program: Any) -> None:
    catalogue = file_library.open()
    file_library.storage(catalogue, "media")
    source = file_library.folder / "a.xml"
    source.write_bytes(CLIP)
    item = catalogue.create_item({}).id
    catalogue.close()
    start = textwrap.dedent(PROGRAM).format(die=DIE, fault=FAULTS["within the copy"])
    again = start.replace('catalogue.import_file(item, source, mode="move")', "")
    for program in (start, again, again):
        assert run_program(program, file_library.url, item, str(source)).returncode == -signal.SIGKILL

    catalogue.open()
    (job,) = catalogue.jobs()
    ended = catalogue.wait_for_job(job.id, DEADLINE)
    assert ended.status == "FAILED_TOTAL"
    assert "it was interrupted 3 times" in ended.error
    assert source.exists()
    assert catalogue.files().files == ()


def test_the_kernel_says_no(file_library: Any) -> None:
    """As with a full disk, but for real: the process may write no file beyond a size."""
    catalogue = file_library.open()
    media = file_library.storage(catalogue, "media")
    source = file_library.folder / "a.xml"
    source.write_bytes(CLIP * 40)
    item = catalogue.create_item({}).id
    catalogue.close()
    program = """
        import resource, signal, sys
        import flowhost
        from flowhost_plugins.catalogue import Catalogue

        url, item, source = sys.argv[1:]
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        catalogue = Catalogue(url=flowhost.Secret(url), clock=flowhost.SystemClock())
        catalogue.open()
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))
        job = catalogue.wait_for_job(catalogue.import_file(item, source, mode="move").id, 60)
        print(job.status, job.error)
        catalogue.close()
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), file_library.url, item, str(source)]
    ended = subprocess.run(arguments, timeout=DEADLINE, check=True, capture_output=True, text=True)
    assert ended.stdout.startswith("FAILED_TOTAL cannot write")
    assert "File too large" in ended.stdout
    assert list(media.rglob("*")) == []
    assert source.exists()
