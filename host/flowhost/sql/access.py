"""Runs units of work in transactions, on either engine, and turns every failure into a StateUnavailable.

SQLite has one writer at a time. Threads of this process queue for it here, because SQLite's own waiting sleeps in
growing steps, and because those that queue can share one wait for the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from flowhost.errors import StateUnavailable
from flowhost.sql.address import Address
from flowhost.sql.engines import beginning, file_engine, server_engine
from flowhost.sql.failures import explained, unreachable
from flowhost.sql.group_commit import GroupCommit, Unit, Writer

T = TypeVar("T")

_writers: dict[str, Writer] = {}
"""One for each SQLite file this process has opened."""


def opened(address: Address, synchronous: str) -> Access:
    """Connect for the first time; a new SQLite file gets its folder, and its write-ahead log for ever.

    Raises:
        StateUnavailable: it cannot be used; the message says why.
    """
    if address.made and address.file:
        try:
            address.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unreachable(error, address.location) from error
    access = Access(address, synchronous)
    try:
        access.prepare()
    except BaseException:  # also when interrupted: nobody else would close the connections
        access.close()
        raise
    return access


def opened_to_read(address: Address) -> Access:
    """Connect to a database that is there; SQLite is told to change nothing.

    Raises:
        StateUnavailable: it is not there or cannot be used; the message says why.
    """
    access = Access(address, "normal", reads_only=True)
    access.find()  # nothing is connected yet: connecting would make an empty file
    return access


class Access:
    """An engine, with the discipline above.

    Args:
        address: the database.
        synchronous: SQLite: whether lasting transactions wait for the disk (``full``) or not (``normal``).
        reads_only: whether `write` is refused.
    """

    def __init__(self, address: Address, synchronous: str, *, reads_only: bool = False) -> None:
        self.location = address.location
        self._file = address.file
        self._reads_only = reads_only
        if address.file:
            self._engine = file_engine(address.file, synchronous, reads_only=reads_only)
            self._reading = self._engine
            self._writer = _writers.setdefault(address.location, Writer())
        else:
            assert address.server
            self._engine = server_engine(address.server)
            # several queries of one reader see one state, as they do on SQLite anyway
            self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")
        self._queue = GroupCommit(self._writer, self._run) if address.file else None
        self._failures = (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error)
        self._opened: tuple[int, int] | None = None
        self._lasting = beginning(self._engine, "lasting")
        self._passing = beginning(self._engine, "passing")

    def prepare(self) -> None:
        """Connect for the first time; a new SQLite file gets its write-ahead log, which it keeps for ever."""
        if self._file:
            with self._explaining(), self._writer, self._engine.connect() as connection:
                raw: Any = connection.connection.dbapi_connection
                if (mode := raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]) != "wal":
                    what = f"its disk allows no write-ahead log (mode {mode!r}); keep it on a local disk"
                    raise StateUnavailable(f"cannot use the database {self.location}: {what}")
        else:
            with self._explaining(), self._engine.connect():
                pass
        self._opened = self._identity()

    def find(self) -> None:
        """Instead of `prepare`: SQLite's file must be there."""
        self._opened = self._identity()
        if self._file and self._opened is None:
            advice = "start a daemon that uses it, which makes it"
            raise StateUnavailable(
                f"cannot read the database {self.location}: there is no such file; {advice}"
            )

    def read(self, work: Callable[[Connection], T]) -> T:
        """See `SqlDatabase.read`."""
        with self._explaining(), self._reading.begin() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """See `SqlDatabase.write`."""
        if self._reads_only:
            raise RuntimeError(f"the database {self.location} was opened to read, not to write")
        if self._queue is None:
            with self._explaining(), self._engine.begin() as connection:
                return work(connection)
        unit = Unit(work, lasting=lasting)
        self._queue.settle(unit)
        result: T = self._outcome(unit)
        return result

    def connect(self) -> Connection:
        """See `SqlDatabase.connect`."""
        with self._explaining():
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # no part of the pool
            return connection

    def check_file(self) -> None:
        """See `SqlDatabase.check_file`."""
        if (found := self._identity()) == self._opened:
            return
        what = "another file took the place of" if found else "somebody removed"
        raise StateUnavailable(
            f"cannot use the database {self.location}: {what} the one that is open; restart the daemon"
        )

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _run(self, batch: list[Unit]) -> None:
        """Run units in one transaction of the SQLite file; called by one thread at a time."""
        lasting = any(unit.lasting for unit in batch)
        engine = self._lasting if lasting else self._passing
        try:
            if lasting:
                self.check_file()
            with engine.begin() as connection:
                if len(batch) == 1:
                    batch[0].run(connection)
                else:
                    _run_each(connection, batch)
        except Exception as error:  # noqa: BLE001  # a stranger's code; each of the threads raises its own
            for unit in [unit for unit in batch if unit.begun] or batch:
                unit.undone_by = error
            if len(batch) == 1:
                batch[0].error = error
        except BaseException as error:  # this thread is interrupted; the others hear of it, or come next
            for unit in batch:
                unit.undone_by = error if unit.begun else None
            raise

    def _outcome(self, unit: Unit) -> Any:
        cause = unit.error or unit.undone_by
        if cause is None:
            return unit.result
        if isinstance(cause, self._failures):
            raise explained(cause, self.location) from cause
        if unit.error:
            raise unit.error
        if isinstance(cause, StateUnavailable):
            raise StateUnavailable(str(cause)) from cause
        what = "the transaction was broken off, with everything that was written in it; try again"
        raise StateUnavailable(f"cannot use the database {self.location}: {what}") from cause

    def _identity(self) -> tuple[int, int] | None:
        """Device and inode of SQLite's file; None when there is none."""
        if self._file is None:
            return None
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unreachable(error, self.location) from error
        return found.st_dev, found.st_ino

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            raise explained(error, self.location) from error


def _run_each(connection: Connection, batch: list[Unit]) -> None:
    """Run units one after another so that each can fail by itself."""
    raw: Any = connection.connection.dbapi_connection
    for unit in batch:
        raw.execute("SAVEPOINT unit")
        try:
            unit.run(connection)
        except Exception as error:  # a stranger's code; the thread that brought it raises it
            unit.error = error
            if (
                not raw.in_transaction
            ):  # SQLite has undone everything by itself: its disk is full, or the like
                raise
            raw.execute("ROLLBACK TO unit")
        raw.execute("RELEASE unit")
