"""Journals on both engines, owners that die, and runs that are quickly made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

import flowhost
from flowhost.testing.clock import FakeClock
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Cause, NewRun, Run

PATIENCE = 60  # seconds until a test gives up
LEASE = 3600
"""Seconds; who is to die on a server does so by `Site.expire`, and not because the machine is slow."""


class Site:
    """One database, which several journals may open.

    Time passes on `clock`, except that PostgreSQL's leases are measured by the server's own.
    """

    def __init__(self, url: str, directory: Path, clock: FakeClock) -> None:
        self.url = url
        self.clock = clock
        self._directory = directory
        self._opened: list[Journal] = []

    @property
    def is_server(self) -> bool:
        return self.url.startswith("postgresql")

    def made(self, *, daemon: str = "d", **options: Any) -> Journal:
        """A journal that is not open."""
        info = flowhost.DaemonInfo(daemon, str(self._directory))
        options = {"lease": LEASE} | options
        return Journal(url=flowhost.Secret(self.url), info=info, clock=self.clock, **options)

    def open(self, **options: Any) -> Journal:
        """An open journal, closed when the test ends."""
        journal = self.made(**options)
        journal.open()
        self._opened.append(journal)
        return journal

    def owner(self, *owners: str, **options: Any) -> Journal:
        """An open journal in which somebody enlisted."""
        journal = self.open(**options)
        for owner in owners or ("me",):
            journal.enlist(owner)
        return journal

    def kill(self, journal: Journal, owner: str) -> None:
        """Let an owner die with its journal, and as much time pass as others need to be sure."""
        journal.close()
        if self.is_server:
            self.expire(owner)

    def expire(self, owner: str) -> None:
        """Let an owner's lease be over on the server."""
        self.execute("UPDATE rules_owners SET alive_until = 0 WHERE owner = :owner", owner=owner)

    def wait_until_left(self) -> None:
        """Wait until a server is done with the connections of processes that were killed.

        Until then it goes on with what it was told, and holds rows.
        """
        if self.is_server:
            self.until(lambda: not self.others("backend_type = 'client backend'"))

    def others(self, condition: str) -> int:
        """How many other connections to the database the server has of which this holds."""
        here = "datname = current_database() AND pid <> pg_backend_pid()"
        [(number,)] = self.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {here} AND {condition}")
        return int(number)

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"it did not happen within {PATIENCE} s"
            time.sleep(0.02)

    def execute(self, statement: str, **values: Any) -> list[Any]:
        """Execute SQL as a stranger would."""
        engine = self.engine()
        try:
            with engine.begin() as connection:
                result = connection.execute(sqlalchemy.text(statement), values)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()

    def engine(self) -> sqlalchemy.Engine:
        return sqlalchemy.create_engine(self.url.replace("postgresql:", "postgresql+psycopg:"))

    def close(self) -> None:
        for journal in self._opened:
            journal.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def site(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A database on each engine in turn."""
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgresql_url") if server else f"sqlite:///{tmp_path / 'rules.db'}"
    site = Site(url, tmp_path, clock)
    yield site
    site.close()


@pytest.fixture
def file_site(tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A database in an SQLite file."""
    site = Site(f"sqlite:///{tmp_path / 'rules.db'}", tmp_path, clock)
    yield site
    site.close()


@pytest.fixture
def server_site(postgresql_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A database on a PostgreSQL server."""
    site = Site(postgresql_url, tmp_path, clock)
    yield site
    site.close()


@pytest.fixture
def journal(site: Site) -> Journal:
    """An open journal with the owner ``me``."""
    return site.owner("me")


@pytest.fixture
def new() -> Callable[..., NewRun]:
    """Makes a new run; what matters to a test is given by name."""

    def make(item: str | None = "VX-1", *, trigger: str = "saved-search", **given: Any) -> NewRun:
        cause = Cause(trigger, swept=given.pop("swept", False))
        return NewRun(**({"rule": "r", "revision": 1, "item": item, "cause": cause} | given))

    return make


@pytest.fixture
def take() -> Callable[..., list[Run]]:
    """Claims runs; limits that do not matter to a test are high."""

    def claim(journal: Journal, owner: str = "me", **given: Any) -> list[Run]:
        return journal.claim(owner, **({"number": 100, "total": 100, "per_rule": {}} | given))

    return claim
