"""Engines: how SQLite and PostgreSQL are connected to."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event

import flowhost
from flowhost_plugins.catalogue.address import Address

BUSY_SECONDS = 10
"""How long a transaction waits for another program (a backup, a shell) that writes to the same file."""

KEPT_LOG_BYTES = 64 * 1024 * 1024
"""How much of SQLite's write-ahead log stays allocated after something big passed through it."""

POOL = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 60}
"""Connections; threads beyond that wait for one, that many seconds at most."""

CONNECTING = {
    "connect_timeout": 10,  # seconds
    "keepalives_idle": 30,  # seconds; the server's host may vanish without a word
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "application_name": "flowhost-catalogue",
}
"""Parameters of libpq; those in the URL win."""


def engine_for(address: Address) -> Engine:
    """An engine for this database; nothing is connected yet."""
    return _sqlite(address) if address.file else _server(address)


def prepare(engine: Engine, location: str) -> None:
    """Connect for the first time; a new SQLite file gets its write-ahead log, which it keeps for ever."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            return
        raw: Any = connection.connection.dbapi_connection
        if (mode := raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]) != "wal":
            what = f"its disk allows no write-ahead log (mode {mode!r}); keep it on a local disk"
            raise flowhost.Unavailable(f"cannot use the catalogue's database {location}: {what}")


def _sqlite(address: Address) -> Engine:
    engine = sqlalchemy.create_engine(
        address.url,
        # Python's sqlite3 module must not begin transactions behind our back
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        hide_parameters=True,
        **POOL,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {KEPT_LOG_BYTES}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        writes = connection.get_execution_options().get("catalogue_begin")
        raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server(address: Address) -> Engine:
    parameters = {name: value for name, value in CONNECTING.items() if name not in address.url.query}
    return sqlalchemy.create_engine(
        address.url,
        connect_args=parameters,
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was restarted while nothing happened is no failure
        **POOL,
    )
