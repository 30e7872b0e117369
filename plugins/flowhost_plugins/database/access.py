"""Runs units of work in transactions, on either engine, and turns every failure into a StateUnavailable.

SQLite has one writer at a time. Threads of this process queue for it on a lock of their own, because SQLite's
own waiting sleeps in growing steps; ``BEGIN IMMEDIATE`` then says at the beginning, not in the middle, when
another process writes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError

import flowhost
from flowhost_plugins.database.address import Address
from flowhost_plugins.database.failures import explained, unreachable

T = TypeVar("T")

BUSY_SECONDS = 5
"""How long a transaction waits for another process (a command, a backup) that writes to the same file."""

KEPT_LOG_BYTES = 64 * 1024 * 1024
"""How much of SQLite's write-ahead log stays allocated after a big letter passed through it."""

CONNECTING = {
    "connect_timeout": 10,  # seconds
    "keepalives_idle": 30,  # seconds; the server's host may vanish without a word
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
    "application_name": "flowhost",
}
"""Parameters of libpq; those in the URL win."""

_writers: dict[str, threading.RLock] = {}
"""One lock for each SQLite file this process has opened."""


class Access:
    """An engine, with the discipline above.

    Attributes:
        dialect: ``sqlite`` or ``postgresql``.

    Args:
        address: the database.
        synchronous: SQLite: ``full`` brings each lasting transaction to the disk before it counts, ``normal``
            does not wait for the disk.
    """

    def __init__(self, address: Address, synchronous: str) -> None:
        self.location = address.location
        self.file = address.file
        if address.file:
            self._engine = _sqlite_engine(address, synchronous)
            self._guard: Any = _writers.setdefault(address.location, threading.RLock())
        else:
            self._engine = _server_engine(address)
            self._guard = nullcontext()
        self._opened: tuple[int, int] | None = None
        self.dialect = self._engine.dialect.name
        self._lasting = self._engine.execution_options(flowhost_begin="lasting")
        self._passing = self._engine.execution_options(flowhost_begin="passing")

    def prepare(self) -> None:
        """Connect for the first time; a new SQLite file gets its write-ahead log, which it keeps for ever."""
        with self._explaining(), self._guard, self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            if self.file and (mode := raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]) != "wal":
                what = f"its disk allows no write-ahead log (mode {mode!r}); keep it on a local disk"
                raise flowhost.StateUnavailable(f"cannot use the database {self.location}: {what}")
        self._opened = self._identity()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that only reads."""
        with self._explaining(), self._engine.begin() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """Run `work` in a transaction; when this returns it is committed.

        Args:
            work: what to do on the connection.
            lasting: False for what a power failure may take back (SQLite then need not wait for the disk).

        Raises:
            StateUnavailable: it could not be done, or (server gone during the commit) nobody knows.
        """
        if lasting:
            self.check_file()
        with (
            self._explaining(),
            self._guard,
            (self._lasting if lasting else self._passing).begin() as connection,
        ):
            return work(connection)

    def check_file(self) -> None:
        """Raise StateUnavailable when SQLite's file is gone: SQLite itself would write on, to nowhere."""
        if (found := self._identity()) == self._opened:
            return
        what = "another file took the place of" if found else "somebody removed"
        raise flowhost.StateUnavailable(
            f"cannot use the database {self.location}: {what} the one that is open; restart the daemon"
        )

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _identity(self) -> tuple[int, int] | None:
        """Device and inode of SQLite's file; None when there is none."""
        if self.file is None:
            return None
        try:
            found = self.file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unreachable(error, self.location) from error
        return found.st_dev, found.st_ino

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        dbapi = self._engine.dialect.loaded_dbapi
        try:
            yield
        except (SQLAlchemyError, dbapi.Error) as error:
            raise explained(error, self.location) from error


def _sqlite_engine(address: Address, synchronous: str) -> Engine:
    engine = sqlalchemy.create_engine(
        address.url,
        # Python's sqlite3 module must not begin transactions behind our back
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {KEPT_LOG_BYTES}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("flowhost_begin")
        raw: Any = connection.connection.dbapi_connection
        if kind:
            raw.execute(f"PRAGMA synchronous = {synchronous if kind == 'lasting' else 'normal'}")
        raw.execute("BEGIN IMMEDIATE" if kind else "BEGIN")

    return engine


def _server_engine(address: Address) -> Engine:
    parameters = {name: value for name, value in CONNECTING.items() if name not in address.url.query}
    return sqlalchemy.create_engine(
        address.url,
        connect_args=parameters,
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted while nothing happened is no failure
        pool_size=5,
        max_overflow=15,
    )
