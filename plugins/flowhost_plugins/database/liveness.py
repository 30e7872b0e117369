"""Who is alive: on SQLite the owners in this process, on PostgreSQL everybody whose lease is not over.

Leases are measured by the server's clock, so that a host whose clock is wrong neither dies nor kills.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Table, and_, exists, extract, func, literal

import flowhost
from flowhost_plugins.database.schema import daemons


class Liveness:
    """What is known of the owners of one database.

    Args:
        sql: the database.
        clock: the time of an SQLite database, and of what no lease depends on.
        owner: who we are.
        lease: how long a `beat` keeps an owner alive, in seconds.
    """

    def __init__(self, sql: flowhost.SqlDatabase, clock: flowhost.Clock, owner: str, lease: float) -> None:
        self.owner = owner
        self.lease = lease
        self._sql = sql
        self._clock = clock

    def now(self) -> float:
        """The time by this host's clock."""
        return self._clock.now().timestamp()

    def moment(self) -> ColumnElement[float]:
        """The time leases are measured by."""
        if self._sql.file:
            return literal(self.now(), sqlalchemy.Double)
        return sqlalchemy.cast(extract("epoch", func.clock_timestamp()), sqlalchemy.Double)

    def dead(self, daemon: str) -> ColumnElement[bool]:
        """Condition on the table of daemons: records to remove when `daemon` is announced.

        On a server only those of the same daemon: the others show an operator what is not running.
        """
        if self._sql.file:
            return daemons.c.owner.not_in(self._sql.owners())
        return and_(daemons.c.daemon == daemon, daemons.c.alive_until <= self.moment())

    def abandoned(self, table: Table) -> ColumnElement[bool]:
        """Condition on a table with the columns daemon and owner: its owner is dead.

        We ourselves are not, even when our lease ran out unnoticed: what we hold and nobody took is still
        ours.
        """
        record: Any = and_(daemons.c.owner == table.c.owner, daemons.c.daemon == table.c.daemon)
        if not self._sql.file:
            record = and_(record, daemons.c.alive_until > self.moment())
        return and_(table.c.owner != self.owner, ~exists().where(record).correlate(table))
