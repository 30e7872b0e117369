"""Runs units of work in transactions, on either engine, and writes what they changed into the log.

SQLite has one writer at a time. Threads of this process queue for it on a lock of their own, because SQLite's
own waiting sleeps in growing steps; ``BEGIN IMMEDIATE`` then says at the beginning, not in the middle, when
another program writes. On PostgreSQL the log's numbers are given out under a lock that is held until the commit, so
that no reader can see a number before a smaller one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

import flowhost
from flowhost_plugins.catalogue.failures import explained
from flowhost_plugins.catalogue.ids import Site
from flowhost_plugins.catalogue.records import Change, ChangeAction, ChangeKind
from flowhost_plugins.catalogue.schema import changes

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
    """

    def __init__(self, connection: Connection, now: int, site: Site) -> None:
        self.connection = connection
        self.now = now
        self.site = site
        self.noted: list[Change] = []

    def note(
        self,
        kind: ChangeKind,
        action: ChangeAction,
        number: int,
        *,
        item: int | None = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        """Write into the log that the thing with this number changed; it gets its sequence number at the end."""
        thing, owner = self.site.id(number), self.site.maybe(item)
        self.noted.append(Change(0, moment(self.now), kind, action, thing, owner, fields))


class _Neighbours:
    """What all open catalogues of one SQLite file in this process share: who writes, and whom a commit wakes."""

    def __init__(self) -> None:
        self.guard: AbstractContextManager[Any] = threading.RLock()
        self.wakes: list[Callable[[], None]] = []


_neighbours: dict[str, _Neighbours] = {}


class Transactions:
    """An engine, with the discipline above.

    Args:
        engine: the engine.
        location: the database, for people.
        clock: the time.
        site: makes ids.
    """

    def __init__(self, engine: Engine, location: str, clock: flowhost.Clock, site: Site) -> None:
        self.engine = engine
        self.location = location
        self.clock = clock
        self.site = site
        self.is_server = engine.dialect.name != "sqlite"
        self._reading: Engine = engine
        if self.is_server:
            self._neighbours = _Neighbours()
            self._neighbours.guard = nullcontext()
            # several queries of one reader see one state, as they do on SQLite anyway
            self._reading = engine.execution_options(isolation_level="REPEATABLE READ")
        else:
            self._neighbours = _neighbours.setdefault(location, _Neighbours())
        self._writing = engine.execution_options(catalogue_begin="immediate")
        self._wake: Callable[[], None] | None = None

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit that changed something, in the thread that committed, until `close`."""
        self._wake = wake
        self._neighbours.wakes.append(wake)

    def close(self) -> None:
        """Close the connections."""
        self._neighbours.wakes[:] = [one for one in self._neighbours.wakes if one != self._wake]
        self.engine.dispose()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction that only reads.

        Raises:
            Unavailable: the database cannot be used.
        """
        with self.explaining(), self._reading.begin() as connection:
            return work(connection)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction; when this returns it is committed."""
        return self.logged(work)[0]

    def logged(self, work: Callable[[Transaction], T]) -> tuple[T, list[Change]]:
        """As `write`; returns besides what was written into the log."""
        with self.explaining():
            result, logged = self._settled(work)
        if logged:
            for wake in list(self._neighbours.wakes):
                wake()
        return result, logged

    def _settled(self, work: Callable[[Transaction], T]) -> tuple[T, list[Change]]:
        """Run `work`, again when it met another transaction on PostgreSQL."""
        for _ in range(MOST_TRIES - 1):
            try:
                return self._once(work)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in MET_ANOTHER:
                    raise
        return self._once(work)

    def _once(self, work: Callable[[Transaction], T]) -> tuple[T, list[Change]]:
        with self._neighbours.guard, self._writing.begin() as connection:
            transaction = Transaction(connection, micros(self.clock.now()), self.site)
            result = work(transaction)
            return result, self._log(transaction)

    def _log(self, transaction: Transaction) -> list[Change]:
        # the last statements of the transaction: whoever waits for the lock holds nothing its holder may want
        if not transaction.noted:
            return []
        if self.is_server:
            transaction.connection.execute(select(func.pg_advisory_xact_lock(LOG_LOCK)))
        return [_write(transaction.connection, one, transaction.now) for one in transaction.noted]

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Turn failures of the database into Unavailable."""
        try:
            yield
        except (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error) as error:
            raise explained(error, self.location) from error


def _write(connection: Connection, change: Change, now: int) -> Change:
    row = {
        "time": now,
        "kind": change.kind,
        "action": change.action,
        "id": change.id,
        "item": change.item,
        "fields": json.dumps(change.fields),
    }
    result = connection.execute(insert(changes).values(row))
    key = result.inserted_primary_key
    assert key, "an INSERT of one row has its key"
    return Change(key[0], change.time, change.kind, change.action, change.id, change.item, change.fields)
