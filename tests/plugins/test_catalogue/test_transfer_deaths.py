"""Processes that are killed while they move a file."""

from __future__ import annotations

import signal
import textwrap
import time
from typing import Any

import pytest

pytestmark = pytest.mark.slow

DEADLINE = 60.0
CLIP = bytes(range(256)) * 1000

PROGRAM = """
    import os, signal, sys, threading
    import flowhost
    from flowhost_plugins.catalogue import Catalogue
    from flowhost_plugins.catalogue.jobs import writing
    from flowhost_plugins.catalogue.processing import exporting, transferring
    from flowhost_plugins.catalogue.trash import deletion

    DIE = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
    url, file, storage = sys.argv[1:]

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
    catalogue.move_file(file, storage, "hires/b.xml")
    threading.Event().wait(60)
"""

FAULTS = {
    "before the name": "before(writing, 'publish')",
    "while it has two names": "after(os, 'link')",
    "after the name": "after(writing, 'publish')",
    "before it is kept": "before(transferring.Transferring, '_store')",
    "after it is kept": "before(deletion.Deletion, 'finish_all')",
    "after the source is gone": "after(deletion.Deletion, 'finish_all')",
}


@pytest.mark.parametrize("storage", ["one", "two"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_move_is_taken_up_again_and_there_is_always_a_copy(
    library: Any, finished: Any, run_program: Any, fault: str, storage: str
) -> None:
    first = library.open()
    folders = {name: library.storage(first, name) for name in ("one", "two")}
    source = library.folder / "a.xml"
    source.write_bytes(CLIP)
    item = first.create_item({}).id
    finished(first, first.import_file(item, source, storage="one"))
    (file,) = first.files().files
    first.close()

    program = textwrap.dedent(PROGRAM).format(fault=fault)
    assert run_program(program, library.url, file.id, storage).returncode == -signal.SIGKILL
    named = [path for path in library.folder.rglob("[ab].xml") if path != source]
    assert named, "never none"
    assert all(path.read_bytes() == CLIP for path in named), "never half a file"

    catalogue = library.open()
    (job, *_) = catalogue.jobs()
    until = time.monotonic() + DEADLINE
    while not catalogue.job(job.id).ended and time.monotonic() < until:
        library.clock.advance(20)  # a server may take a moment to notice the death
        time.sleep(0.01)
    ended = catalogue.wait_for_job(job.id, DEADLINE)
    assert (ended.status, ended.error) == ("FINISHED", "")
    (shape,) = catalogue.shapes(item)
    (copy,) = catalogue.files().files
    assert shape.files == (copy,)
    assert catalogue.path_of(copy) == folders[storage] / "hires/b.xml"
    assert catalogue.path_of(copy).read_bytes() == CLIP
    left = [path for folder in folders.values() for path in folder.rglob("*") if path.is_file()]
    assert left == [catalogue.path_of(copy)]
