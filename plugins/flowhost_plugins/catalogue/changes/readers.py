"""Who reads the log of changes and how far they have come; and how the log is kept from growing for ever."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select, update

import flowhost
from flowhost_plugins.catalogue.database.schema import changes
from flowhost_plugins.catalogue.database.schema_lifecycle import readers
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.records import Consumer

READERS_LOCK = 0x726561646572
"""The number of PostgreSQL's advisory lock for new readers: the letters ``reader``."""

BATCH = 5_000
"""Changes removed in one transaction: other writers get their turn between."""


class Readers:
    """The readers of a log. See `changes.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def position(self, consumer: str) -> int | None:
        """How far a consumer has come."""
        _check(consumer)
        wanted = select(readers.c.sequence).where(readers.c.consumer == consumer)
        return self._transactions.read(lambda connection: connection.execute(wanted).scalar())

    def advance(self, consumer: str, sequence: int) -> None:
        """Keep how far a consumer has come."""
        _check(consumer)
        self._transactions.write(lambda transaction: _advance(transaction, consumer, sequence))

    def all(self) -> list[Consumer]:
        """All consumers."""
        wanted = select(readers).order_by(readers.c.consumer)
        rows = self._transactions.read(lambda connection: connection.execute(wanted).all())
        return [Consumer(row.consumer, row.sequence, moment(row.advanced)) for row in rows]

    def forget(self, consumer: str) -> bool:
        """Forget a consumer."""
        _check(consumer)
        gone = delete(readers).where(readers.c.consumer == consumer)
        return self._transactions.write(lambda transaction: transaction.connection.execute(gone).rowcount > 0)

    def prune(self, keep: int, limit: int) -> int:
        """Remove old changes."""
        if not 0 <= keep <= limit:
            raise flowhost.Permanent(
                f"keep is {keep} and limit {limit}, expected 0 or more, and keep not above limit"
            )
        upto = self._transactions.read(lambda connection: _prunable(connection, keep, limit))
        count = 0
        while True:
            removed = self._transactions.write(lambda transaction: _remove(transaction, upto))
            count += removed
            if removed < BATCH:
                return count


def _advance(transaction: Transaction, consumer: str, sequence: int) -> None:
    connection = transaction.connection
    same = readers.c.consumer == consumer
    further = update(readers).where(same, readers.c.sequence < sequence)
    if connection.execute(further.values(sequence=sequence, advanced=transaction.now)).rowcount:
        return
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(select(func.pg_advisory_xact_lock(READERS_LOCK)))
    if connection.execute(select(readers.c.sequence).where(same)).scalar() is None:
        row = {"consumer": consumer, "sequence": sequence, "advanced": transaction.now}
        connection.execute(insert(readers).values(row))


def _prunable(connection: Connection, keep: int, limit: int) -> int:
    """The number of the newest change that may go."""
    last: int = connection.execute(select(func.max(changes.c.sequence))).scalar() or 0
    slowest = connection.execute(select(func.min(readers.c.sequence))).scalar()
    read = last - limit if slowest is None else slowest
    return max(last - limit, min(last - keep, read))


def _remove(transaction: Transaction, upto: int) -> int:
    oldest = (
        select(changes.c.sequence).where(changes.c.sequence <= upto).order_by(changes.c.sequence).limit(BATCH)
    )
    return transaction.connection.execute(delete(changes).where(changes.c.sequence.in_(oldest))).rowcount


def _check(consumer: str) -> None:
    if not 0 < len(consumer) <= LONGEST_INDEXED or not is_storable(consumer):
        expected = f"expected 1 to {LONGEST_INDEXED} characters"
        raise flowhost.Permanent(f"the name of the consumer is {consumer[:40]!r}, {expected}")
