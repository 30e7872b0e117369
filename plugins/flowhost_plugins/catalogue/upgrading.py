"""Brings a database to the tables of this version, once, whoever opens it first.

Looking costs one plain query; Alembic is imported only when there is something to do.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table

import flowhost
from flowhost_plugins.catalogue.schema import VERSION, VERSION_TABLE
from flowhost_plugins.catalogue.transactions import Transaction, Transactions

UPGRADE_LOCK = 0x63617475
"""The number of PostgreSQL's advisory lock for upgrades: the letters ``catu``."""


def upgrade(transactions: Transactions) -> None:
    """Make or change the tables when they are not of this version.

    Raises:
        ConfigError: they are of a newer version.
    """
    seen = transactions.read(_version)
    if seen == VERSION:
        return
    if seen is not None and int(seen) > int(VERSION):
        made = f"was made by a newer flowhost (its tables are version {seen}, this one knows {VERSION})"
        raise flowhost.ConfigError(
            f"the catalogue {transactions.location} {made}; install that one, or name another database"
        )
    with flowhost.Locked("alembic"):  # it keeps its context in module globals: one upgrade at a time
        transactions.write(_upgrade)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(
        select(column("version_num")).select_from(table(VERSION_TABLE))
    ).scalar_one_or_none()


def _upgrade(transaction: Transaction) -> None:
    connection = transaction.connection
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(UPGRADE_LOCK)))
    if _version(connection) == VERSION:  # somebody else did it while we waited
        return
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    command.upgrade(config, "head")
