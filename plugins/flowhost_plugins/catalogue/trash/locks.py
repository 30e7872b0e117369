"""Deletion locks in the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.schema_lifecycle import deletion_locks
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, micros, moment
from flowhost_plugins.catalogue.records import DeletionLock, DeletionLocked, NotFound


class Locks:
    """The deletion locks of a catalogue. See `trash.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def add(self, item_id: str, user: str, reason: str, expires: datetime | None) -> DeletionLock:
        """Lock an item."""
        if not is_storable(user) or not is_storable(reason):
            raise flowhost.Permanent("user or reason of the deletion lock holds a NUL or half a character")
        until = _stored(expires)

        def work(transaction: Transaction) -> DeletionLock:
            number = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, number, None, by_one=False)  # nobody deletes it meanwhile
            row = {
                "item": number,
                "holder": user,
                "reason": reason,
                "expires": until,
                "created": transaction.now,
            }
            key = transaction.connection.execute(insert(deletion_locks).values(row)).inserted_primary_key
            assert key, "an INSERT of one row has its key"
            (made,) = _read(transaction.connection, self._site, number, key[0])
            return made

        return self._transactions.write(work)

    def change(self, item_id: str, lock_id: str, expires: datetime | None) -> DeletionLock:
        """Let a lock expire at another moment."""
        until = _stored(expires)

        def work(transaction: Transaction) -> DeletionLock:
            item = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, item, None, by_one=False)  # nobody deletes it meanwhile
            number = self._site.number(lock_id) or 0
            which = (deletion_locks.c.item == item, deletion_locks.c.number == number)
            changed = update(deletion_locks).where(*which).values(expires=until)
            if not transaction.connection.execute(changed).rowcount:
                raise NotFound("deletion lock", lock_id)
            (lock,) = _read(transaction.connection, self._site, item, number)
            return lock

        return self._transactions.write(work)

    def of(self, item_id: str) -> list[DeletionLock]:
        """The locks of an item."""
        return self._transactions.read(
            lambda connection: _read(
                connection, self._site, item_number(connection, self._site, item_id), None
            )
        )

    def remove(self, item_id: str, lock_id: str) -> bool:
        """Remove a lock."""

        def work(transaction: Transaction) -> bool:
            number = item_number(transaction.connection, self._site, item_id)
            gone = delete(deletion_locks).where(
                deletion_locks.c.item == number, deletion_locks.c.number == self._site.number(lock_id)
            )
            return transaction.connection.execute(gone).rowcount > 0

        return self._transactions.write(work)


def _stored(expires: datetime | None) -> int | None:
    """The moment as the table has it."""
    if expires is None:
        return None
    if expires.tzinfo is None:
        raise flowhost.Permanent(f"the lock expires at {expires}, expected a moment with a time zone")
    return micros(expires.astimezone(UTC))


def refuse_locked(transaction: Transaction, item: int) -> None:
    """Raise DeletionLocked when an effective lock holds this item."""
    connection, now = transaction.connection, transaction.now
    holding = select(deletion_locks.c.number).where(deletion_locks.c.item == item, effective(now)).limit(1)
    number = connection.execute(holding).scalar()
    if number is not None:
        raise DeletionLocked(_read(connection, transaction.site, item, number)[0])


def effective(now: int) -> ColumnElement[bool]:
    """The condition that a lock holds at this moment."""
    return or_(deletion_locks.c.expires.is_(None), deletion_locks.c.expires > now)


def _read(connection: Connection, site: Site, item: int, number: int | None) -> list[DeletionLock]:
    wanted = select(deletion_locks).where(deletion_locks.c.item == item).order_by(deletion_locks.c.number)
    if number is not None:
        wanted = wanted.where(deletion_locks.c.number == number)
    return [
        DeletionLock(
            site.id(row.number),
            site.id(item),
            row.holder,
            row.reason,
            None if row.expires is None else moment(row.expires),
            moment(row.created),
        )
        for row in connection.execute(wanted)
    ]
