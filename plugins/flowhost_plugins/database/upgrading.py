"""Brings a database to the tables of this version, once, whoever opens it first.

Looking costs one plain query; Alembic is imported only when there is something to do.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table

import flowhost
from flowhost_plugins.database import ownership
from flowhost_plugins.database.access import Access
from flowhost_plugins.database.schema import VERSION, VERSION_TABLE

UPGRADE_LOCK = 0x666C6F77
"""The number of PostgreSQL's advisory lock for upgrades: the letters ``flow``."""


def upgrade(access: Access) -> None:
    """Make or change the tables when they are not of this version.

    Raises:
        ConfigError: they are of a newer version.
        Unavailable: a daemon of an older version uses them now.
    """
    seen = access.read(_version)
    if seen == VERSION:
        return
    if seen is not None and int(seen) > int(VERSION):
        made = f"was made by a newer flowhost (its tables are version {seen}, this one knows {VERSION})"
        raise flowhost.ConfigError(
            f"the database {access.location} {made}; install that one, or name another database"
        )
    # Alembic keeps its context in module globals: one upgrade at a time in this process
    with flowhost.Locked("alembic"), _undisturbed(access, seen):
        access.write(_upgrade)


def _undisturbed(access: Access, seen: str | None) -> AbstractContextManager[None]:
    """Tables in use are not changed under an older daemon; new ones nobody uses yet."""
    return ownership.alone(access.file) if access.file and seen else nullcontext()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(
        select(column("version_num")).select_from(table(VERSION_TABLE))
    ).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADE_LOCK)))
    if _version(connection) == VERSION:  # somebody else did it while we waited
        return
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    command.upgrade(config, "head")
