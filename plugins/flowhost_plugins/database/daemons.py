"""The records of daemons: who runs each, until when it is known to be alive, and its last report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

import flowhost
from flowhost_plugins.database.liveness import Liveness
from flowhost_plugins.database.schema import claims, daemons, insert_into, letters


class Daemons:
    """The daemons of one database."""

    def __init__(self, sql: flowhost.SqlDatabase, liveness: Liveness) -> None:
        self._sql = sql
        self._liveness = liveness

    def enlist(self, daemon: str) -> None:
        """See `flowhost.Ledger.enlist`."""
        self._sql.own(self._liveness.owner, daemon)
        self._sql.write(lambda connection: self._announce(connection, daemon, {}, begins=True))

    def beat(self, daemon: str, status: Mapping[str, Any]) -> None:
        """See `flowhost.Ledger.beat`; a lost beat costs nothing but time, so it need not reach the disk."""
        self._sql.check_file()
        self._sql.write(lambda connection: self._announce(connection, daemon, status), lasting=False)

    def leave(self, daemon: str) -> None:
        """See `flowhost.Ledger.leave`."""
        self._sql.write(lambda connection: self._strike(connection, daemon))
        self._sql.disown(self._liveness.owner, daemon)

    def all(self) -> list[flowhost.DaemonRecord]:
        """See `flowhost.Ledger.daemons`."""
        columns = (
            daemons.c.daemon,
            daemons.c.owner,
            daemons.c.started,
            daemons.c.alive_until,
            daemons.c.status,
        )
        ordered = select(*columns).order_by(daemons.c.daemon, daemons.c.started)
        return [
            flowhost.DaemonRecord(name, owner, _time(started), _time(alive_until), json.loads(status))
            for name, owner, started, alive_until, status in self._sql.read(
                lambda connection: connection.execute(ordered).all()
            )
        ]

    def _announce(
        self, connection: Connection, daemon: str, status: Mapping[str, Any], *, begins: bool = False
    ) -> None:
        """Remove the records of the dead, renew ours, and let the letters the dead had taken wait again."""
        connection.execute(delete(daemons).where(self._liveness.dead(daemon)))
        now = self._liveness.moment()
        renewed = {"alive_until": now + self._liveness.lease, "status": json.dumps(status, default=str)}
        record = insert_into(self._sql.dialect, daemons).values(
            daemon=daemon, owner=self._liveness.owner, started=now, **renewed
        )
        changes = renewed | {"started": now} if begins else renewed
        connection.execute(record.on_conflict_do_update(index_elements=["daemon", "owner"], set_=changes))
        free = update(letters).values(state="waiting", owner=None)
        connection.execute(
            free.where(
                letters.c.daemon == daemon, letters.c.state == "taken", self._liveness.abandoned(letters)
            )
        )

    def _strike(self, connection: Connection, daemon: str) -> None:
        """Remove our record, and free what we hold for this daemon."""
        owner = self._liveness.owner
        mine = (claims.c.owner == owner, claims.c.daemon == daemon)
        connection.execute(update(claims).where(*mine).values(state="free", owner=None))
        taken = (letters.c.daemon == daemon, letters.c.state == "taken", letters.c.owner == owner)
        connection.execute(update(letters).where(*taken).values(state="waiting", owner=None))
        connection.execute(delete(daemons).where(daemons.c.owner == owner, daemons.c.daemon == daemon))


def _time(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
