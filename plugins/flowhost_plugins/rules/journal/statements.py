"""Statements as texts, straight to the database's driver.

SQLAlchemy takes some 60 to 100 µs for a statement, SQLite 5 to 10; a run of three steps is some fifteen of them. So what
every run needs is written as texts that both engines understand; the rest is SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

import flowhost

T = TypeVar("T")


class Raw(Protocol):
    """A connection as the drivers sqlite3 and psycopg have it."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Any:
        """Execute one statement; returns a cursor."""


class Statements:
    """Runs units of work that consist of texts; ``?`` stands for a value.

    Args:
        sql: the database.
    """

    def __init__(self, sql: flowhost.SqlDatabase) -> None:
        self._sql = sql
        self.on_server = sql.dialect == "postgresql"

    def written(self, statement: str) -> str:
        """A statement as the driver wants it; there is no percent sign in it."""
        return statement.replace("?", "%s") if self.on_server else statement

    def locking(self, query: str, *, skip: bool = False) -> str:
        """A query that keeps the rows it finds from others until the end; `skip`: that passes over those others keep.

        SQLite has one writer at a time.
        """
        if not self.on_server:
            return query
        return self.written(query) + (" FOR UPDATE SKIP LOCKED" if skip else " FOR UPDATE")

    def write(self, work: Callable[[Raw], T], *, lasting: bool = True) -> T:
        """See `flowhost.SqlDatabase.write`."""
        return self._sql.write(lambda connection: work(raw_of(connection)), lasting=lasting)

    def read(self, work: Callable[[Raw], T]) -> T:
        """See `flowhost.SqlDatabase.read`."""
        return self._sql.read(lambda connection: work(raw_of(connection)))

    def inserting(self, statement: str, key: str) -> str:
        """An INSERT whose new key `new_key` finds; SQLite knows RETURNING only since 3.35."""
        return self.written(statement) + (f" RETURNING {key}" if self.on_server else "")

    def new_key(self, cursor: Any) -> int:
        """The key of the row that an `inserting` statement made."""
        key: int = cursor.fetchone()[0] if self.on_server else cursor.lastrowid
        return key


def marks(number: int) -> str:
    """So many question marks, for an ``IN (…)``."""
    return ", ".join("?" * number)


def raw_of(connection: Connection) -> Raw:
    """The driver's connection, for texts within a unit of work."""
    raw: Raw = connection.connection.dbapi_connection  # type: ignore[assignment]  # the protocol of PEP 249 has no execute
    return raw
