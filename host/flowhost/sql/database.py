"""The face: what a part that keeps tables of its own needs of SQL, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from flowhost.errors import StateUnavailable
from flowhost.sql import address, ownership

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flowhost.sql.access import Access

T = TypeVar("T")


class SqlDatabase:
    """An SQL database a part keeps tables of its own in: SQLite in a file, or PostgreSQL.

    The constructor only checks and keeps its arguments, so a part makes one in its own constructor and opens it in its
    `open`. All methods may be called by many threads at once.

    A unit of work is a function of an SQLAlchemy ``Connection``. It runs exactly once, in a transaction that was begun
    for it and that it must not end. On SQLite, units that threads bring while another one waits for the disk are
    written together and share one wait. Each can fail on its own, but any thread among them may be the one that runs
    it: **a unit must not take a lock that somebody holds while calling `write`**, and it cannot `write` itself.

    The tables are made and changed by Alembic. The package `migrations` holds ``env.py`` and ``versions/``, whose files
    are called ``v0001_first_tables.py``, ``v0002_…``: the number is the revision. ``env.py`` finds the connection to
    migrate on and the name of the version table in ``context.config.attributes``, as ``connection`` and
    ``version_table``.

    Args:
        url: ``sqlite:///PATH`` or ``postgresql://USER:PASSWORD@HOST/NAME``; empty: SQLite in `file`.
        file: where the database is when `url` is empty; its folder is made. See `database_file`.
        folder: where a relative path in `url` begins.
        migrations: the package of the migrations, as ``my_plugin.migrations``.
        version_table: the name of Alembic's own table, one for each family of tables in a database.
        synchronous: SQLite: ``full`` brings each lasting transaction to the disk before it counts, ``normal`` does not
            wait for the disk.
        section: where an operator finds the url, for messages: ``[Database] url``.

    Raises:
        ValueError: `url` can be no address of a database; a password in it is not repeated.

    Example:
        ```python
        database = flowhost.SqlDatabase(
            url.get_secret_value(),
            file=flowhost.database_file("my-plugin"),
            folder=Path(info.directory),
            migrations="my_plugin.migrations",
            version_table="my_plugin_version",
            section="[My Plugin] url",
        )
        database.open()
        database.write(lambda connection: connection.execute(insert(notes).values(text="hello")))
        ```
    """

    def __init__(
        self,
        url: str,
        *,
        file: Path,
        folder: Path,
        migrations: str,
        version_table: str,
        synchronous: Literal["full", "normal"] = "full",
        section: str,
    ) -> None:
        address.check(url)
        self._url = url
        self._file = file
        self._folder = folder
        self._migrations = migrations
        self._version_table = version_table
        self._synchronous = synchronous
        self._section = section
        self._access: Access | None = None

    @cached_property
    def _address(self) -> address.Address:
        return address.resolve(self._url, self._file, self._folder)

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which SQL it speaks."""
        return "postgresql" if self._url.startswith(address.POSTGRESQL) else "sqlite"

    @property
    def file(self) -> Path | None:
        """SQLite's file; None on a server."""
        return self._address.file

    @property
    def location(self) -> str:
        """Where it is, for people: the file, or the URL without its password and parameters.

        Raises:
            ConfigError: the URL cannot be read, or its driver is not installed.
        """
        return self._address.location

    def open(self) -> None:
        """Connect, and make or upgrade the tables when they are not of this version.

        Raises:
            ConfigError: the tables are of a newer version, or the driver is not installed.
            Unavailable: another process uses tables that would have to be changed.
            StateUnavailable: the database cannot be used; the message says why.
        """
        from flowhost.sql.access import opened
        from flowhost.sql.upgrading import Migrations

        access = opened(self._address, self._synchronous)
        try:
            Migrations(self._migrations, self._version_table).upgrade(access, self._undisturbed)
        except BaseException:  # also when interrupted: nobody else would close the connections
            access.close()
            raise
        self._access = access

    def open_to_read(self) -> None:
        """Connect to a database that is there, for `read` only: nothing is made, changed or owned.

        So a command looks into an SQLite file beside the daemon that owns it.

        Raises:
            ConfigError: the tables are of a newer version, or the driver is not installed.
            StateUnavailable: there is no database or no table yet, the tables are older, or it cannot be used.
        """
        from flowhost.sql.access import opened_to_read
        from flowhost.sql.upgrading import Migrations

        access = opened_to_read(self._address)
        try:
            Migrations(self._migrations, self._version_table).check(access)
        except BaseException:  # also when interrupted: nobody else would close the connections
            access.close()
            raise
        self._access = access

    def close(self) -> None:
        """Close the connections; the lock of an owner stays its own until it `disown`s."""
        access, self._access = self._access, None
        if access:
            access.close()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run a unit of work that only reads; all its queries see one state of the database.

        Raises:
            StateUnavailable: the database cannot be read, or is not open.
        """
        return self._open.read(work)

    def write(self, work: Callable[[Connection], T], *, lasting: bool = True) -> T:
        """Run a unit of work; when this returns it is committed.

        Whatever the unit raises undoes what it did, and comes out here; only SQLAlchemy's errors are turned into
        `StateUnavailable`, with the original as their ``__cause__``.

        Args:
            work: what to do on the connection.
            lasting: False for what a power failure may take back (SQLite then need not wait for the disk).

        Returns:
            What the unit returned.

        Raises:
            StateUnavailable: it could not be done, or (server gone during the commit) nobody knows.
            RuntimeError: it was called by a unit, on the same SQLite file; or the database is open for reading only.
        """
        return self._open.write(work, lasting=lasting)

    def connect(self) -> Connection:
        """A connection of the caller's own, in no transaction: for a server's advisory locks, which last as long as it.

        The caller closes it.

        Raises:
            StateUnavailable: the database cannot be used, or is not open.
        """
        return self._open.connect()

    def check_file(self) -> None:
        """Raise StateUnavailable when SQLite's file was removed or replaced since it was opened.

        SQLite itself would write on, to nowhere. Each lasting `write` looks by itself.
        """
        self._open.check_file()

    def own(self, owner: str, daemon: str) -> None:
        """Let `owner`, in this process, run `daemon` on the SQLite file; no other process may own it meanwhile.

        The lock lies beside the file, and ends with the process however that ends. A server belongs to many: nothing
        happens there.

        Raises:
            Unavailable: another process owns the file.
            StateUnavailable: the lock file cannot be used.
        """
        if self.file:
            ownership.enlist(self.file, owner, daemon, self._section)

    def disown(self, owner: str, daemon: str | None = None) -> None:
        """Let `owner` run `daemon` no more (None: nothing any more); the last one gives the lock back."""
        if self.file:
            ownership.leave(self.file, owner, daemon)

    def owners(self) -> list[str]:
        """The living owners of the SQLite file, all of this process; none are known on a server."""
        return ownership.owners(self.file) if self.file else []

    def alone(self) -> AbstractContextManager[None]:
        """Keep other processes from owning the SQLite file meanwhile; nothing on a server.

        Raises:
            Unavailable: on entering it, when another process owns the file.
        """
        return ownership.alone(self.file, self._section) if self.file else nullcontext()

    def _undisturbed(self, version: str | None) -> AbstractContextManager[None]:
        """Tables in use are not changed under an older daemon; new ones nobody uses yet."""
        return self.alone() if version else nullcontext()

    @property
    def _open(self) -> Access:
        if self._access is None:
            raise StateUnavailable(f"the database {self.location} is not open (any more)")
        return self._access
