"""Databases on both engines, owners that die, and a look behind the plugin's back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.database import Database


class Site:
    """One database, which several owners may open.

    Time passes on `clock`, except that PostgreSQL's leases are measured by the server's own.
    """

    def __init__(self, url: str, directory: Path, clock: FakeClock) -> None:
        self.url = url
        self.clock = clock
        self._directory = directory
        self._opened: list[Database] = []

    @property
    def is_server(self) -> bool:
        return self.url.startswith("postgresql")

    def made(self, daemon: str = "d", **options: Any) -> Database:
        """A Database that is not open. On a server, too, its lease is over only when the test says so."""
        info = flowhost.DaemonInfo(daemon, str(self._directory))
        given = {"lease": 3600, **options}
        return Database(url=flowhost.Secret(self.url), info=info, clock=self.clock, **given)

    def open(self, daemon: str = "d", **options: Any) -> Database:
        """An open Database, closed when the test ends."""
        database = self.made(daemon, **options)
        database.open()
        self._opened.append(database)
        return database

    def owner(self, daemon: str = "d", **options: Any) -> Database:
        """An open Database that has enlisted."""
        database = self.open(daemon, **options)
        database.enlist(daemon)
        return database

    def execute(self, statement: str, **values: Any) -> list[Any]:
        """Execute SQL as a stranger would."""
        url = self.url.replace("postgresql:", "postgresql+psycopg:")
        engine = sqlalchemy.create_engine(url)
        try:
            with engine.begin() as connection:
                result = connection.execute(sqlalchemy.text(statement), values)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()

    def expire(self, owner: str) -> None:
        """Let an owner's lease be over."""
        self.execute("UPDATE flowhost_daemons SET alive_until = 0 WHERE owner = :owner", owner=owner)

    def kill(self, database: Database) -> None:
        """Let an owner die, and as much time pass as others need to be sure."""
        owner = owner_of(database)
        database.close()
        if self.is_server:
            self.expire(owner)

    def close(self) -> None:
        for database in self._opened:
            database.close()


def owner_of(database: Database) -> str:
    assert database._tables
    return database._tables.owner


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def site(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A database on each engine in turn."""
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgresql_url") if server else "sqlite:///state.db"
    if not server:
        url = f"sqlite:///{tmp_path / 'state.db'}"
    site = Site(url, tmp_path, clock)
    yield site
    site.close()


@pytest.fixture
def file_site(tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A database in an SQLite file."""
    site = Site(f"sqlite:///{tmp_path / 'state.db'}", tmp_path, clock)
    yield site
    site.close()


@pytest.fixture
def server_site(postgresql_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A database on a PostgreSQL server."""
    site = Site(postgresql_url, tmp_path, clock)
    yield site
    site.close()


@pytest.fixture
def letter() -> Callable[..., flowhost.Letter]:
    """Makes a letter; the attributes of its event that matter to a test are given by name."""

    def make(
        state: flowhost.LetterState = "waiting",
        *,
        daemon: str = "d",
        source: str = "in",
        error: str = "",
        attempts: int = 0,
        **event: Any,
    ) -> flowhost.Letter:
        made = flowhost.Event(**({"type": "file.settled"} | event))
        return flowhost.Letter(daemon, source, made, state, error, attempts)

    return make
