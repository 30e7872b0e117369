"""Processes that are killed with SIGKILL at any moment of archiving, restoring and deleting."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json, os, pathlib, signal, sys
from flowhost import FileSet
from flowhost_plugins.file_system_archive import FileSystemArchive

folder, what, file_set, moment = json.loads(sys.argv[1])
archive = FileSystemArchive(policies=[f"tape={folder}"])
archive.open()
left = [moment]

def watched(owner, name):
    original = getattr(owner, name)
    def call(*given, **named):
        for _ in range(2):  # before and after
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            if _ == 0:
                found = original(*given, **named)
        return found
    setattr(owner, name, call)

for owner, names in (
    (os, ("open", "ftruncate", "write", "utime", "fsync", "link", "close")),
    (pathlib.Path, ("replace", "unlink", "mkdir", "is_file")),
):
    for name in names:
        watched(owner, name)

ids = FileSet(*(tuple(one) if isinstance(one, list) else one for one in file_set))
policy = archive.get_policies()[0].uuid
if what == "archive":
    assert archive.archive([ids], policy, "job").error == ""
else:
    getattr(archive, what)([ids], policy)
"""

MOST = 200
"""More moments than any of these has."""


def killed_at(bed: Any, what: str, file_set: Any, moment: int) -> bool:
    """Do something in another process that is killed at this moment; return whether it came to it."""
    words = json.dumps([str(bed.folder), what, file_set, moment])
    done = subprocess.run([sys.executable, "-c", PROGRAM, words], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def whole_copies(bed: Any, one: Any) -> list[str]:
    """The names in the archive that are no temporary ones; each must stand for a whole file."""
    content = Path(one.files[0]).read_bytes()
    names = [name for name in bed.names() if not name.startswith(".")]
    assert all((bed.folder / name).read_bytes() == content for name in names)
    return names


@pytest.mark.slow
def test_while_archiving(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf", content=b"media" * 1000)
    for moment in range(1, MOST):
        died = killed_at(bed, "archive", one, moment)
        whole_copies(bed, one)
        (kept,) = bed.archive.archive([one], bed.policy, "again").archived
        bed.archive.open()
        assert bed.names() == whole_copies(bed, one) == list(kept.external_ids)
        if not died:
            break
        bed.archive.delete([kept], bed.policy)
    assert 10 < moment < MOST - 1


@pytest.mark.slow
def test_while_restoring(bed: Any, file_set: Any) -> None:
    content = b"media" * 1000
    one = file_set("clip.mxf", content=content)
    (kept,) = bed.archive.archive([one], bed.policy, "first").archived
    online = Path(one.files[0])
    for moment in range(1, MOST):
        online.unlink(missing_ok=True)
        died = killed_at(bed, "restore", kept, moment)
        assert not online.exists() or online.read_bytes() == content
        assert bed.archive.restore([kept], bed.policy) == [kept]
        assert [path.name for path in bed.media.iterdir()] == ["clip.mxf"]
        assert online.read_bytes() == content
        if not died:
            break
    assert 10 < moment < MOST - 1


@pytest.mark.slow
def test_while_deleting(bed: Any, file_set: Any) -> None:
    one = file_set("clip.mxf", content=b"media")
    for moment in range(1, MOST):
        (kept,) = bed.archive.archive([one], bed.policy, "first").archived
        died = killed_at(bed, "delete", kept, moment)
        bed.archive.delete([kept], bed.policy)
        assert bed.names() == []
        if not died:
            break
    assert 3 < moment < MOST - 1
