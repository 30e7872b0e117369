"""Fixtures with a PostgreSQL server: the one ``$FLOWHOST_TEST_POSTGRESQL`` names, else a private one.

The private one is started from the installed programs on a free loopback port and ends with the test session.
Without a server and without programs the tests are skipped, or fail where ``CI=true``.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from flowhost.testing.private_broker import free_port
from flowhost.testing.services import missing

READY_SECONDS = 120
"""How long a server may take to start or to stop; recovery after `kill` takes longest."""

USER = "flowhost"


class PostgresqlServer:
    """A private server, empty and without passwords; what it keeps need not survive the machine.

    Args:
        programs: folder with ``initdb`` and ``postgres``.
        folder: an empty folder for its data; its owner runs the server.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        # root may not run PostgreSQL
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            account = _unprivileged()
            os.chown(folder, account.pw_uid, account.pw_gid)
            self._account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        options = ["--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run(["initdb", *options, "-D", str(folder / "data")])

    @property
    def url(self) -> str:
        """The server's own database, as SQLAlchemy writes it."""
        return f"postgresql://{USER}@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        if self._process:
            return
        with (self._folder / "log").open("ab") as log:
            settings = [
                "listen_addresses=127.0.0.1",
                f"port={self._port}",
                "unix_socket_directories=",
                "fsync=off",
            ]
            arguments = [word for setting in settings for word in ("-c", setting)]
            program = [str(self._programs / "postgres"), "-D", str(self._folder / "data"), *arguments]
            self._process = subprocess.Popen(  # noqa: S603  # programs of the distribution, our own arguments
                program, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **self._account
            )
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it; clients are thrown out."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stop it as a crash would: at once, with no goodbye."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait(READY_SECONDS)
            self._process = None

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url, connect_timeout=READY_SECONDS).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, command: list[str]) -> None:
        program = [str(self._programs / command[0]), *command[1:]]
        subprocess.run(  # noqa: S603  # programs of the distribution, our own arguments
            program, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120, **self._account
        )


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A private server, running. Tests may `stop`, `kill` and `start` it; it must run when they end."""
    if not (programs := _programs()):
        missing("PostgreSQL is not installed (apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="flowhost-postgresql-"))
    try:
        server = PostgresqlServer(programs, folder)
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a fresh, empty database."""
    with _database(request) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_session_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of a database that is empty when the session begins: for tests that clear it faster than one is made."""
    with _database(request) as url:
        yield url


@contextmanager
def _database(request: pytest.FixtureRequest) -> Iterator[str]:
    try:
        import psycopg
    except ImportError:
        missing("psycopg is not installed (pip install 'flowhost[postgresql]')")
    server = os.environ.get("FLOWHOST_TEST_POSTGRESQL") or request.getfixturevalue("postgresql_server").url
    name = f"flowhost_test_{secrets.token_hex(6)}"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _programs() -> Path | None:
    """The folder with the newest installed server's programs; Debian keeps them out of the PATH."""
    found = shutil.which("initdb")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    path = Path(found) if found else versions[-1] if versions else None
    return path.resolve().parent if path else None


def _unprivileged() -> pwd.struct_passwd:
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    found = accounts.get("postgres") or accounts.get("nobody")
    return found or missing(
        "PostgreSQL will not run as root, and there is neither a user postgres nor nobody"
    )
