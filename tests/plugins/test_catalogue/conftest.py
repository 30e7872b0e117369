"""Catalogues on both engines, with folders for media."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.catalogue import Catalogue, Job

DEADLINE = 60.0
"""Seconds a job of a test may take on a machine that is busy."""


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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def library(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Library]:
    """A library on each engine in turn."""
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


@pytest.fixture
def finished() -> Any:
    """Waits for a job and returns it; it must have ended well."""

    def wait(catalogue: Catalogue, job: flowhost.AssetJob) -> Job:
        ended = catalogue.wait_for_job(job.id, DEADLINE)
        assert (ended.status, ended.error) == ("FINISHED", "")
        return ended

    return wait
