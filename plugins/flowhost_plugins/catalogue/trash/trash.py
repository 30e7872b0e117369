"""The recycle bin: items that are hidden until they are deleted, or fetched back.

What is to be kept of an item then stands with it as ``{"user": ..., "shape_tags": [...], "storages": [...]}``.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

from sqlalchemy import Row, select, update

import flowhost
from flowhost_plugins.catalogue.database.ids import Site, checked_number
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.schema_lifecycle import deletion_locks
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, micros, moment
from flowhost_plugins.catalogue.records import LONGEST_GRACE, DeletionLocked, Keep, Trashed, keep_from
from flowhost_plugins.catalogue.trash.deletion import Deletion, check_storages
from flowhost_plugins.catalogue.trash.locks import effective, refuse_locked

log = logging.getLogger(__name__)

BATCH = 100
"""Items looked up at once while purging."""


class Trash:
    """The recycle bin of a catalogue. See `trash.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions, deletion: Deletion) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._deletion = deletion

    def put(
        self, item_id: str, grace: timedelta, user: str, keep: Keep, *, anew: bool
    ) -> tuple[Trashed, bool]:
        """Put an item there; return what is there then, and whether it was not there before.

        Args:
            item_id: the item.
            grace: how long it can be fetched back.
            user: who wants it deleted.
            keep: which of its files will stay.
            anew: whether this counts, too, when it is there already.
        """
        if not timedelta() <= grace <= LONGEST_GRACE:
            raise flowhost.Permanent(f"the grace is {grace}, expected 0 to {LONGEST_GRACE.days} days")
        if not all(is_storable(one) for one in (user, *keep.shape_tags, *keep.storages)):
            raise flowhost.Permanent("user or what to keep holds a NUL or half a character")
        orders = {"user": user, "shape_tags": keep.shape_tags, "storages": keep.storages}

        def work(transaction: Transaction) -> tuple[Trashed, bool]:
            check_storages(transaction.connection, self._site, keep)
            number = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, number, None, by_one=False)
            wanted = select(items).where(items.c.number == number)
            before = transaction.connection.execute(wanted).one()
            if before.trashed is not None and not anew:
                return _trashed(self._site, before), False
            refuse_locked(transaction, number)
            deadline = transaction.now + grace // timedelta(microseconds=1)
            self._mark(transaction, number, trashed=transaction.now, purge_at=deadline, purge_orders=orders)
            after = transaction.connection.execute(wanted).one()
            return _trashed(self._site, after), before.trashed is None

        return self._transactions.write(work)

    def take_back(self, item_id: str) -> bool:
        """Fetch an item back."""

        def work(transaction: Transaction) -> bool:
            number = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, number, None, by_one=False)
            wanted = select(items.c.trashed).where(items.c.number == number)
            if transaction.connection.execute(wanted).scalar() is None:
                return False
            self._mark(transaction, number, trashed=None, purge_at=None, purge_orders=None)
            return True

        return self._transactions.write(work)

    def _mark(self, transaction: Transaction, number: int, **values: object) -> None:
        orders = values.pop("purge_orders")
        values["purge_orders"] = None if orders is None else json.dumps(orders)
        transaction.connection.execute(update(items).where(items.c.number == number).values(values))
        happened = "restore" if orders is None else "trash"
        transaction.note("item", "MODIFY", number, item=number, details={"recycleBin": happened})
        raise_revision(transaction, items, number, None)

    def all(self, number: int) -> list[Trashed]:
        """What is there."""
        wanted = (
            select(items)
            .where(items.c.purge_at.is_not(None))
            .order_by(items.c.purge_at, items.c.number)
            .limit(checked_number(number))
        )
        rows = self._transactions.read(lambda connection: connection.execute(wanted).all())
        return [_trashed(self._site, row) for row in rows]

    def purge(self, now: datetime) -> list[str]:
        """Delete what is due."""
        due, purged, last = micros(now), list[str](), (-1, -1)
        while rows := self._due(due, last):
            for row in rows:
                last = (row.purge_at, row.number)
                if self._purge(row, due):
                    purged.append(self._site.id(row.number))
        return purged

    def _due(self, now: int, last: tuple[int, int]) -> list[Row[tuple[object, ...]]]:
        """Some items that are due and not locked, after the last one seen."""
        locked = select(deletion_locks.c.item).where(effective(now))
        wanted = (
            select(items)
            .where(items.c.purge_at <= now, items.c.number.not_in(locked))
            .where(
                (items.c.purge_at > last[0]) | ((items.c.purge_at == last[0]) & (items.c.number > last[1]))
            )
            .order_by(items.c.purge_at, items.c.number)
            .limit(BATCH)
        )
        return self._transactions.read(lambda connection: list(connection.execute(wanted).all()))

    def _purge(self, row: Row[tuple[object, ...]], now: int) -> bool:
        try:
            keep = keep_from(json.loads(row.purge_orders))
            return self._deletion.delete_item(self._site.id(row.number), keep=keep, due=now)
        except DeletionLocked:  # since we looked
            return False
        except flowhost.Permanent as error:
            log.warning("the item %s stays in the recycle bin: %s", self._site.id(row.number), error)
            return False


def _trashed(site: Site, row: Row[tuple[object, ...]]) -> Trashed:
    orders = json.loads(row.purge_orders)
    return Trashed(
        site.id(row.number),
        row.title,
        moment(row.trashed),
        moment(row.purge_at),
        orders["user"],
        keep_from(orders),
    )
