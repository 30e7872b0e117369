"""Runs units of work in transactions, on either engine, and writes what they changed into the log.

On SQLite, units that threads bring at the same time may be run by one of them: a unit must not take a lock that
somebody holds while writing. On PostgreSQL the log's numbers are given out under a lock that is held until the commit,
so that no reader can see a number before a smaller one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select

import flowhost
from flowhost_plugins.catalogue.database import marks
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.schema import changes
from flowhost_plugins.catalogue.records import Change, ChangeAction, ChangeKind

T = TypeVar("T")

LOG_LOCK = 0x636174616C6F67
"""The number of PostgreSQL's advisory lock for the log: the letters ``catalog``."""

MET_ANOTHER = {"40P01", "23503", "23505"}
"""PostgreSQL's SQLSTATE for: two transactions waited for each other; what we refer to was deleted, and what we make
was made, since we looked. The work looks again then. On SQLite nobody else writes meanwhile."""

MOST_TRIES = 10
"""So many meetings in a row are no accident any more."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """A moment as the tables have it."""
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def moment(number: int) -> datetime:
    """The moment a number in a table means."""
    return datetime.fromtimestamp(number // 1_000_000, UTC).replace(microsecond=number % 1_000_000)


class Transaction:
    """A connection within a transaction that writes.

    Args:
        connection: the connection.
        now: the moment of the change, in microseconds since 1970.
        site: makes ids.
        mark: what every change in it carries; empty: nothing.
    """

    def __init__(self, connection: Connection, now: int, site: Site, mark: str) -> None:
        self.connection = connection
        self.now = now
        self.site = site
        self.mark = mark
        self.noted: list[Change] = []

    def note(
        self,
        kind: ChangeKind,
        action: ChangeAction,
        number: int,
        *,
        item: int | None = None,
        fields: tuple[str, ...] = (),
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Write into the log that the thing with this number changed; it gets its sequence number at the end."""
        thing, owner = self.site.id(number), self.site.maybe(item)
        told = dict(details or {})
        if self.mark:
            told[marks.MARK] = self.mark
        self.noted.append(Change(0, moment(self.now), kind, action, thing, owner, fields, told))


_wakes: dict[str, list[Callable[[], None]]] = {}
"""SQLite file → whom a commit of any open catalogue of this process wakes."""


class Transactions:
    """A database, with the discipline above.

    Args:
        database: the database; it is closed with this.
        clock: the time.
        site: makes ids.
        reads_only: whether nothing may be written.
    """

    def __init__(
        self, database: flowhost.SqlDatabase, clock: flowhost.Clock, site: Site, *, reads_only: bool = False
    ) -> None:
        self.database = database
        self.clock = clock
        self.site = site
        self.is_server = database.dialect == "postgresql"
        self._reads_only = reads_only
        self._wakes = [] if self.is_server else _wakes.setdefault(database.location, [])
        self._wake: Callable[[], None] | None = None

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit that changed something, in the thread that committed, until `close`."""
        self._wake = wake
        self._wakes.append(wake)

    def close(self) -> None:
        """Close the database."""
        self._wakes[:] = [one for one in self._wakes if one != self._wake]
        self.database.close()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that only reads.

        Raises:
            Unavailable: the database cannot be used.
        """
        return self.database.read(work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction; when this returns it is committed."""
        return self.logged(work)[0]

    def logged(self, work: Callable[[Transaction], T]) -> tuple[T, list[Change]]:
        """As `write`; returns besides what was written into the log."""
        if self._reads_only:
            raise flowhost.Permanent(
                f"the catalogue {self.database.location} was opened to be read, not to be changed"
            )
        result, logged = self._settled(work)
        if logged:
            for wake in list(self._wakes):
                wake()
        return result, logged

    def _settled(self, work: Callable[[Transaction], T]) -> tuple[T, list[Change]]:
        """Run `work`, again when it met another transaction on PostgreSQL."""
        for _ in range(MOST_TRIES - 1):
            try:
                return self._once(work)
            except flowhost.StateUnavailable as error:
                if getattr(getattr(error.__cause__, "orig", None), "sqlstate", None) not in MET_ANOTHER:
                    raise
        return self._once(work)

    def _once(self, work: Callable[[Transaction], T]) -> tuple[T, list[Change]]:
        mark = marks.current()  # of this thread: another one may run the unit

        def unit(connection: Connection) -> tuple[T, list[Change]]:
            transaction = Transaction(connection, micros(self.clock.now()), self.site, mark)
            result = work(transaction)
            return result, self._log(transaction)

        return self.database.write(unit)

    def _log(self, transaction: Transaction) -> list[Change]:
        # the last statements of the transaction: whoever waits for the lock holds nothing its holder may want
        if not transaction.noted:
            return []
        if self.is_server:
            transaction.connection.execute(select(func.pg_advisory_xact_lock(LOG_LOCK)))
        return [_write(transaction.connection, one, transaction.now) for one in transaction.noted]


def _write(connection: Connection, change: Change, now: int) -> Change:
    row = {
        "time": now,
        "kind": change.kind,
        "action": change.action,
        "id": change.id,
        "item": change.item,
        "fields": json.dumps(change.fields),
        "details": json.dumps(change.details),
    }
    result = connection.execute(insert(changes).values(row))
    key = result.inserted_primary_key
    assert key, "an INSERT of one row has its key"
    return replace(change, sequence=key[0])
