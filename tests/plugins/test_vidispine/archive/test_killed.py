"""Processes that are killed with SIGKILL while they carry an order out."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

CONTENT = b"media" * 1000

MOST = 60
"""More moments than any order has."""

SHARE = 3
"""Tests the moments are shared among."""

PROGRAM = """
    import json, os, pathlib, signal, sys, threading
    import flowhost
    from flowhost_plugins.file_system_archive import FileSystemArchive
    from flowhost_plugins.vidispine import Client, Vidispine

    url, user, password, folder, item, order, moment, archive = json.loads(sys.argv[1])

    class Notes(flowhost.Store):
        path = pathlib.Path(folder, "notes.json")

        def _all(self):
            return json.loads(self.path.read_text()) if self.path.exists() else {}

        def get(self, key):
            return self._all().get(key)

        def put(self, key, value):
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps(self._all() | {key: value}))
            new.replace(self.path)

        def delete(self, key):
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps({one: value for one, value in self._all().items() if one != key}))
            new.replace(self.path)

        def keys(self, prefix=""):
            return sorted(key for key in self._all() if key.startswith(prefix))

    left, lock = [moment], threading.Lock()

    def step():
        with lock:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched(owner, name):
        original = getattr(owner, name)

        def call(*given, **named):
            step()  # after one is before the next
            return original(*given, **named)

        setattr(owner, name, call)

    library = Vidispine(
        url=url,
        username=user,
        password=flowhost.Secret(password),
        archive=FileSystemArchive(policies=[f"tape={folder}/tape"]) if archive else None,
        notes=Notes(),
        clock=flowhost.SystemClock(),
    )
    library.open()
    for owner, names in (
        (Client, ("put", "post", "delete")),
        (Notes, ("put", "delete")),
        (FileSystemArchive, ("archive", "restore")),
        (pathlib.Path, ("unlink",)),
    ):
        for name in names:
            watched(owner, name)
    job = getattr(library, order["what"])(item, **order["with"])
    while not library.job(job.id).ended:
        threading.Event().wait(0.01)
    library.close()
"""


def killed_at(bed: Any, item: str, order: dict[str, Any], moment: int, *, archive: bool) -> bool:
    """Let another process give an order and die at this moment; return whether it came to it."""
    server = bed.server
    words = [server.url, server.user, server.password, str(bed.folder), item, order, moment, archive]
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), json.dumps(words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def whole(folder: Path) -> list[bytes]:
    """What lies in a folder under names that stand for whole files."""
    found = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return [path.read_bytes() for path in found]


ARCHIVE = {"what": "archive_item", "with": {"policy": "tape", "purge": True}}
RESTORE: dict[str, Any] = {"what": "restore_from_archive", "with": {}}


def do(library: Any, item: str, order: dict[str, Any], key: str) -> Any:
    return getattr(library, order["what"])(item, **order["with"], key=key)


def with_key(order: dict[str, Any], key: str) -> dict[str, Any]:
    return {"what": order["what"], "with": {**order["with"], "key": key}}


def round_trips(bed: Any, first: int, *, archive: bool) -> int:
    """Archive and restore an item again and again, each time killed some moments later; return the last moment.

    The moments are shared among tests, as one for all of them takes minutes.
    """
    item = bed.new_item()
    media, tape = bed.folder / "media", bed.folder / "tape"
    for moment in range(first, MOST, SHARE):
        died = []
        for order in (ARCHIVE, RESTORE):
            key = f"{order['what']} {moment}"
            died.append(killed_at(bed, item, with_key(order, key), moment, archive=archive))
            assert CONTENT in whole(media) + whole(tape), "never none"
            assert set(whole(media) + whole(tape)) == {CONTENT}, "never half a file"
            bed.library.daemon_started()  # takes up what was left
            job = bed.ended(do(bed.library, item, order, key))
            assert (job.status, job.error) == ("FINISHED", ""), (moment, order)
            assert whole(tape) == [CONTENT]
            assert whole(media) == ([] if order is ARCHIVE else [CONTENT])
        assert bed.library.delete_from_archive(item) == 1
        assert whole(tape) == []
        if not any(died):
            return moment
    raise AssertionError(f"an order has more than {MOST} moments")


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, SHARE + 1))
def test_with_an_archive(archive_bed: Any, first: int) -> None:
    assert round_trips(archive_bed, first, archive=True) > 6


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, SHARE + 1))
def test_with_a_storage_of_the_site(bed: Any, first: int) -> None:
    (bed.folder / "tape").mkdir()
    bed.server.catalogue.add_storage("tape", bed.folder / "tape", kind="ARCHIVE")
    assert round_trips(bed, first, archive=False) > 6
