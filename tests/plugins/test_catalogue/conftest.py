"""Catalogues on both engines, with folders for media."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, Phase, settings

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost.testing.services import missing
from flowhost_plugins.catalogue import Catalogue, Job
from flowhost_plugins.catalogue.resource import VERSION_TABLE

DEADLINE = 60.0
"""Seconds a job of a test may take on a machine that is busy."""


CLIPS = {
    "clip.mp4": "-f lavfi -i testsrc=size=320x240:rate=25:duration=2 -f lavfi -i sine=duration=2 -pix_fmt yuv420p",
    "sound.wav": "-f lavfi -i sine=duration=1:sample_rate=48000 -ac 2",
    "cover.mp3": "-f lavfi -i sine=duration=1 -f lavfi -i testsrc=size=64x64:duration=1 -map 0 -map 1 -frames:v 1 "
    "-c:v mjpeg -disposition:v attached_pic",
    "picture.png": "-f lavfi -i testsrc=size=321x241:duration=1 -frames:v 1",
}
"""Name → how ffmpeg makes it."""


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `CLIPS`."""
    if not shutil.which("ffmpeg") or not shutil.which("ffprobe"):
        missing("ffmpeg and ffprobe are not installed (Debian: apt install ffmpeg)")
    folder = tmp_path_factory.mktemp("clips")
    for name, words in CLIPS.items():
        command = ["ffmpeg", "-v", "error", "-nostdin", *words.split(), str(folder / name)]
        subprocess.run(command, check=True, timeout=DEADLINE)
    return folder


class Library:
    """One database and some folders; the catalogue on it may be opened again and again."""

    def __init__(self, url: str, folder: Path, clock: FakeClock) -> None:
        self.url = url
        self.clock = clock
        self.folder = folder
        self._opened: list[Catalogue] = []

    def made(self, **options: Any) -> Catalogue:
        """A catalogue that is not open."""
        options.setdefault("clock", self.clock)
        return Catalogue(url=flowhost.Secret(self.url), **options)

    def open(self, **options: Any) -> Catalogue:
        """An open catalogue, closed when the test ends."""
        catalogue = self.made(**options)
        catalogue.open()
        self._opened.append(catalogue)
        return catalogue

    def storage(self, catalogue: Catalogue, name: str, **options: Any) -> Path:
        """The folder of a new storage."""
        folder = self.folder / name
        folder.mkdir()
        catalogue.add_storage(name, folder, **options)
        return folder

    def execute(self, statement: str, **values: Any) -> list[Any]:
        """Execute SQL as a stranger would."""
        engine = sqlalchemy.create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))
        try:
            with engine.begin() as connection:
                result = connection.execute(sqlalchemy.text(statement), values)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()

    def close(self) -> None:
        for catalogue in self._opened:
            catalogue.close()


ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite catalogue with nothing in it; to copy it is cheaper than to make the tables."""
    path = tmp_path_factory.mktemp("prepared") / "catalogue.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def prepared_server(postgresql_session_url: str) -> tuple[str, Callable[[], None]]:
    """The URL of a catalogue, and what empties it, which is cheaper than to make the tables."""
    import psycopg

    _make_tables(postgresql_session_url)
    metadata = sqlalchemy.MetaData()
    engine = sqlalchemy.create_engine(postgresql_session_url.replace("postgresql:", "postgresql+psycopg:"))
    metadata.reflect(engine)
    engine.dispose()
    tables = [table.name for table in reversed(metadata.sorted_tables) if table.name != VERSION_TABLE]
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    statements = [
        f"SELECT pg_terminate_backend(pid, 10000) {others}",
        *(f"DELETE FROM {name}" for name in tables),
        "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]

    def empty() -> None:
        with closing(psycopg.connect(postgresql_session_url, autocommit=True)) as connection:
            connection.execute(";".join(statements))

    return postgresql_session_url, empty


def _make_tables(url: str) -> None:
    made = Catalogue(url=flowhost.Secret(url), clock=FakeClock())
    made.open()
    made.close()


@pytest.fixture(params=ENGINES)
def library(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Library]:
    """A library on each engine in turn; its tables are there, and empty."""
    if request.param == "postgresql":
        url, empty = request.getfixturevalue("prepared_server")
        empty()
    else:
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('prepared_file'), tmp_path)}"
    library = Library(url, tmp_path, clock)
    yield library
    library.close()


@pytest.fixture(params=ENGINES)
def new_library(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Library]:
    """A library on each engine in turn; it has no tables yet."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    else:
        url = f"sqlite:///{tmp_path / 'catalogue.db'}"
    library = Library(url, tmp_path, clock)
    yield library
    library.close()


@pytest.fixture
def file_library(tmp_path: Path, clock: FakeClock) -> Iterator[Library]:
    """A library in an SQLite file."""
    library = Library(f"sqlite:///{tmp_path / 'catalogue.db'}", tmp_path, clock)
    yield library
    library.close()


@pytest.fixture
def catalogue(library: Library) -> Catalogue:
    """An open catalogue on each engine in turn."""
    return library.open()


@pytest.fixture(scope="session")
def examples() -> Callable[[int], settings]:
    """Settings of a state machine with so many examples, or as many times that as ``$FLOWHOST_TEST_EXAMPLES`` says."""
    times = float(os.environ.get("FLOWHOST_TEST_EXAMPLES", "1"))

    def made(number: int, steps: int = 25) -> settings:
        return settings(
            max_examples=max(1, round(number * times)),
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a failure on disk takes minutes
            suppress_health_check=[HealthCheck.too_slow],
        )

    return made


@pytest.fixture
def finished() -> Any:
    """Waits for a job and returns it; it must have ended well."""

    def wait(catalogue: Catalogue, job: flowhost.AssetJob) -> Job:
        ended = catalogue.wait_for_job(job.id, DEADLINE)
        assert (ended.status, ended.error) == ("FINISHED", "")
        return ended

    return wait


@pytest.fixture(scope="session")
def run_program() -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Runs the text of a program with arguments, in a process of its own, until it ends."""
    command = [sys.executable, str(Path(__file__).with_name("forking.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forking:

        def run(program: str, *arguments: str, folder: Path = Path("/")) -> subprocess.CompletedProcess[str]:
            assert forking.stdin and forking.stdout
            forking.stdin.write(json.dumps([textwrap.dedent(program), arguments, str(folder)]) + "\n")
            forking.stdin.flush()
            return subprocess.CompletedProcess(list(arguments), *json.loads(forking.stdout.readline()))

        yield run
