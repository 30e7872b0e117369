"""A plugin with tables of its own, its database on each engine, and threads that bring work at a known moment."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, text

import flowhost

ENV = """
from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["version_table"],
)
with context.begin_transaction():
    context.run_migrations()
"""

FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

def upgrade():
    op.create_table("notes", sa.Column("text", sa.String(200), primary_key=True))
"""

SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

def upgrade():
    op.add_column("notes", sa.Column("author", sa.String(200)))
"""

LIMIT = 60
"""Seconds that nothing here takes, on however busy a machine."""


class Notes:
    """The database of the plugin ``notes``."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self._opened: list[flowhost.SqlDatabase] = []

    @property
    def is_server(self) -> bool:
        return self.url.startswith("postgresql")

    def made(self, url: str | None = None, **options: Any) -> flowhost.SqlDatabase:
        """An SqlDatabase that is not open."""
        given: dict[str, Any] = {
            "file": self.folder / "state" / "default.db",
            "folder": self.folder,
            "migrations": "notes_plugin.migrations",
            "version_table": "notes_version",
            "section": "[Notes] url",
        }
        made = flowhost.SqlDatabase(self.url if url is None else url, **given | options)
        self._opened.append(made)
        return made

    def open(self, url: str | None = None, **options: Any) -> flowhost.SqlDatabase:
        """An open one, closed when the test ends."""
        made = self.made(url, **options)
        made.open()
        return made

    def execute(self, statement: str) -> list[Any]:
        """Execute SQL as a stranger would."""
        engine = sqlalchemy.create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))
        try:
            with engine.begin() as connection:
                result = connection.execute(text(statement))
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()

    def kept(self) -> list[str]:
        """The notes, as a stranger sees them."""
        return [row[0] for row in self.execute("SELECT text FROM notes ORDER BY text")]

    def upgrade_plugin(self) -> None:
        """Let a new version of the plugin be installed, whose tables are others."""
        (self.folder / "notes_plugin" / "migrations" / "versions" / "v0002_authors.py").write_text(SECOND)

    def close(self) -> None:
        for database in self._opened:
            database.disown("me")
            database.close()


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the plugin in `folder`, also for a process that has imported that of another test."""
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "notes_plugin", raising=False)
    versions = folder / "notes_plugin" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "notes_plugin" / "__init__.py").touch()
    (versions.parent / "env.py").write_text(ENV)
    (versions / "v0001_notes.py").write_text(FIRST)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def notes(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notes]:
    """The plugin with a database on each engine in turn."""
    install(tmp_path, monkeypatch)
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgresql_url") if server else f"sqlite:///{tmp_path / 'notes.db'}"
    notes = Notes(url, tmp_path)
    yield notes
    notes.close()


@pytest.fixture
def file_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notes]:
    """The plugin with a database in an SQLite file."""
    install(tmp_path, monkeypatch)
    notes = Notes(f"sqlite:///{tmp_path / 'notes.db'}", tmp_path)
    yield notes
    notes.close()


@pytest.fixture
def note() -> Callable[[str], Callable[[Connection], str]]:
    """Makes a unit of work that keeps a note, and returns it."""

    def make(what: str) -> Callable[[Connection], str]:
        def work(connection: Connection) -> str:
            connection.execute(text("INSERT INTO notes (text) VALUES (:what)"), {"what": what})
            return what

        return work

    return make


class Batch:
    """Brings units of work one after another while the file's writer is busy, so that they come to lie in one batch.

    The first unit brought leads the batch, then come the others in their order.
    """

    def __init__(self, database: flowhost.SqlDatabase) -> None:
        self._database = database
        self._queue: Any = database._access._queue  # type: ignore[union-attr]  # open
        self._threads = ThreadPoolExecutor(100)
        self._busy, self._go_on = threading.Event(), threading.Event()
        self.blocker = self._threads.submit(database.write, self._block)
        assert self._busy.wait(LIMIT)

    def _block(self, _: Connection) -> None:
        self._busy.set()
        assert self._go_on.wait(LIMIT)

    def bring(self, work: Callable[[Connection], Any], *, lasting: bool = True) -> Future[Any]:
        """Bring a unit, in a thread of its own; return when it waits."""
        before = self.waiting
        future = self._threads.submit(self._database.write, work, lasting=lasting)
        self.wait_for(before + 1)
        return future

    @property
    def waiting(self) -> int:
        return len(self._queue._waiting)

    def wait_for(self, count: int) -> None:
        """Wait until so many units wait."""
        until = time.monotonic() + LIMIT
        while self.waiting < count:
            assert time.monotonic() < until
            time.sleep(0.001)

    def go(self) -> None:
        """Let the writer go on with what was brought."""
        self._go_on.set()

    def close(self) -> None:
        self.go()
        self._threads.shutdown()


@pytest.fixture
def batch() -> Iterator[Callable[[flowhost.SqlDatabase], Batch]]:
    """Makes a `Batch` of a database."""
    made: list[Batch] = []

    def make(database: flowhost.SqlDatabase) -> Batch:
        made.append(Batch(database))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def commits() -> Iterator[list[str]]:
    """Grows by one with each commit of the process."""
    seen: list[str] = []

    def note_commit(connection: Connection) -> None:
        seen.append(str(connection.engine.url))

    sqlalchemy.event.listen(sqlalchemy.Engine, "commit", note_commit)
    yield seen
    sqlalchemy.event.remove(sqlalchemy.Engine, "commit", note_commit)
