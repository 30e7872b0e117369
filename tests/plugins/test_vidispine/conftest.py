"""A development server, and a library on it."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.file_system_archive import FileSystemArchive
from flowhost_plugins.vidispine import Vidispine

DEADLINE = 60.0
"""Seconds a job of a test may take on a machine that is busy."""


class Notes(flowhost.Store):
    """A store in a file, so that it is still there when its process was killed."""

    name = "notes"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def get(self, key: str) -> Any:
        return self._all().get(key)

    def put(self, key: str, value: Any) -> Any:
        with self._lock:
            self._write(self._all() | {key: value})
        return value

    def delete(self, key: str) -> bool:
        with self._lock:
            kept = self._all()
            there = kept.pop(key, None) is not None
            self._write(kept)
        return there

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self._all() if key.startswith(prefix))

    def _all(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}
        return found

    def _write(self, values: dict[str, Any]) -> None:
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(values))
        temporary.replace(self._path)


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path / "notes.json")


@dataclass
class Bed:
    """A library on a development server, which has the storages ``media`` and ``second``.

    Args:
        library: the library, open.
        server: the server.
        folder: of the test.
        notes: the library's store.
    """

    library: Vidispine
    server: Any
    folder: Path
    notes: Notes

    def rest(self, method: str, path: str, **options: Any) -> Any:
        """Ask the server without the library; return the JSON of the answer, or None."""
        url, login = f"{self.server.url}/API/{path}", (self.server.user, self.server.password)
        headers = {"Accept": "application/json"}
        answer = requests.request(method, url, auth=login, headers=headers, timeout=30, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def new_item(self, name: str = "clip.bin", content: bytes = b"media" * 1000) -> str:
        """An item with this file as its original."""
        source = self.folder / "incoming" / name
        source.parent.mkdir(exist_ok=True)
        source.write_bytes(content)
        made = self.library.create_item({}, title=name)
        assert self.ended(self.library.import_media(made.id, str(source))).status == "FINISHED"
        return made.id

    def original(self, item: str) -> flowhost.Shape:
        (shape,) = (one for one in self.library.shapes(item) if "original" in one.tags)
        return shape

    def path(self, file: flowhost.File) -> Path:
        """Where a file is on this machine."""
        return Path(self.library.storage(file.storage).path, file.path)

    def ended(self, job: flowhost.AssetJob) -> flowhost.AssetJob:
        """The job when it has ended."""
        until = time.monotonic() + DEADLINE
        while True:
            found = self.library.job(job.id)
            assert found is not None
            if found.ended:
                return found
            assert time.monotonic() < until, found
            threading.Event().wait(0.02)

    @contextmanager
    def requests(self, number: int) -> Iterator[None]:
        """Makes sure that within it the library asks the server so often."""
        before = self._asked()
        yield
        assert self._asked() - before == number

    def _asked(self) -> int:
        found = [one for one in self.library.metrics() if one.name.endswith("_requests")]
        return int(sum(one.value for one in found))


@pytest.fixture
def make_bed(tmp_path: Path, notes: Notes) -> Iterator[Callable[..., Bed]]:
    """Makes libraries: called with options of the resource, and `server` to have another on the same one."""
    try:
        from flowhost_devserver import VidispineServer
    except ModuleNotFoundError:
        missing("no development server is installed; pip install ./contrib/flowhost-devserver")
    with ExitStack() as running:

        def make(server: Any = None, **options: Any) -> Bed:
            if server is None:
                storages = {name: tmp_path / name for name in ("media", "second")}
                server = running.enter_context(VidispineServer(tmp_path / "site", storages=storages))
            kept = options.pop("notes", notes)
            given: dict[str, Any] = {"clock": flowhost.SystemClock(), "notes": kept} | options
            library = Vidispine(
                url=server.url, username=server.user, password=flowhost.Secret(server.password), **given
            )
            library.open()
            running.callback(library.close)
            return Bed(library, server, tmp_path, kept)

        yield make


@pytest.fixture
def bed(make_bed: Callable[..., Bed]) -> Bed:
    return make_bed()


class Still(flowhost.SystemClock):
    """A clock by which nothing that is known for a moment is forgotten, however slow the machine is; its waits are real."""

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def still_bed(make_bed: Callable[..., Bed]) -> Bed:
    """One for counting requests: see `Still`."""
    return make_bed(clock=Still())


@pytest.fixture
def archive_bed(make_bed: Callable[..., Bed], tmp_path: Path) -> Bed:
    """One with an archive in a folder, whose policy is called ``tape``."""
    return make_bed(archive=_archive(tmp_path))


@pytest.fixture
def still_archive_bed(make_bed: Callable[..., Bed], tmp_path: Path) -> Bed:
    """One like `archive_bed` for counting requests: see `Still`."""
    return make_bed(archive=_archive(tmp_path), clock=Still())


def _archive(folder: Path) -> FileSystemArchive:
    (folder / "tape").mkdir()
    archive = FileSystemArchive(policies=[f"tape={folder}/tape"])
    archive.open()
    return archive


@pytest.fixture
def film(tmp_path: Path) -> bytes:
    """A film of two seconds."""
    if not shutil.which("ffmpeg"):
        missing("ffmpeg is not installed (Debian: apt install ffmpeg)")
    words = "-f lavfi -i testsrc=size=64x48:rate=25:duration=2 -f lavfi -i sine=duration=2 -pix_fmt yuv420p -shortest"
    clip = tmp_path / "made.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *words.split(), str(clip)], check=True, timeout=60)
    return clip.read_bytes()
