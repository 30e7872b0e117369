"""Engines: how SQLite and PostgreSQL are connected to."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event

BUSY_SECONDS = 5
"""How long a transaction waits for another process (a command, a backup) that writes to the same file."""

KEPT_LOG_BYTES = 64 * 1024 * 1024
"""How much of SQLite's write-ahead log stays allocated after something big passed through it."""

CONNECTING = {
    "connect_timeout": 10,  # seconds
    "keepalives_idle": 30,  # seconds; the server's host may vanish without a word
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
    "application_name": "flowhost",
}
"""Parameters of libpq; those in the URL win."""

Begin = Literal["lasting", "passing"]
"""How a transaction that writes begins: so that its commit waits for the disk, or does not."""


def beginning(engine: Engine, kind: Begin) -> Engine:
    """The same engine, whose transactions write; on a server they are all the same."""
    return engine.execution_options(flowhost_begin=kind)


def file_engine(file: Path, synchronous: str, *, reads_only: bool) -> Engine:
    """An engine for an SQLite file; nothing is connected yet.

    ``BEGIN IMMEDIATE`` says at the beginning, not in the middle, when another process writes.
    """
    engine = sqlalchemy.create_engine(
        URL.create("sqlite+pysqlite", database=str(file)),
        # Python's sqlite3 module must not begin transactions behind our back
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {KEPT_LOG_BYTES}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        if reads_only:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        kind: Begin | None = connection.get_execution_options().get("flowhost_begin")
        raw: Any = connection.connection.dbapi_connection
        if kind:
            raw.execute(f"PRAGMA synchronous = {synchronous if kind == 'lasting' else 'normal'}")
        raw.execute("BEGIN IMMEDIATE" if kind else "BEGIN")

    return engine


def server_engine(url: URL) -> Engine:
    """An engine for a PostgreSQL server; nothing is connected yet."""
    parameters = {name: value for name, value in CONNECTING.items() if name not in url.query}
    return sqlalchemy.create_engine(
        url,
        connect_args=parameters,
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted while nothing happened is no failure
        pool_size=5,
        max_overflow=15,
    )
