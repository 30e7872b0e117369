"""Access entries: who may do what with an item."""

from __future__ import annotations

from typing import get_args

from sqlalchemy import Connection, delete, insert, select

import flowhost
from flowhost_plugins.catalogue.ids import Site
from flowhost_plugins.catalogue.locating import item_number, raise_revision
from flowhost_plugins.catalogue.records import Access
from flowhost_plugins.catalogue.schema import access, items
from flowhost_plugins.catalogue.text import is_storable
from flowhost_plugins.catalogue.transactions import Transaction, Transactions

PERMISSIONS = get_args(flowhost.Permission)


class AccessEntries:
    """The access entries of a catalogue. See `item_methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def of(self, item_id: str) -> tuple[flowhost.AccessEntry, ...]:
        """The entries of scope ""."""

        def work(connection: Connection) -> tuple[Access, ...]:
            return read(connection, self._site, item_number(connection, self._site, item_id))

        return tuple(one.entry for one in self._transactions.read(work) if not one.scope)

    def replace(
        self, item_id: str, entries: tuple[flowhost.AccessEntry, ...], scope: str, revision: str | None
    ) -> None:
        """Let these be the entries of a scope."""

        def work(transaction: Transaction) -> None:
            number = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, number, revision, by_one=False)
            if write(transaction, number, entries, scope):
                raise_revision(transaction, items, number, None)

        self._transactions.write(work)

    def add(self, item_id: str, entry: flowhost.AccessEntry, scope: str) -> Access:
        """Add one entry, unless it is there."""
        _check(entry)

        def work(transaction: Transaction) -> Access:
            number = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, number, None, by_one=False)  # locks the item
            for one in read(transaction.connection, self._site, number):
                if one.entry == entry and one.scope == scope:
                    return one
            made = _insert(transaction, number, entry, scope)
            transaction.note("access", "CREATE", number, item=number)
            raise_revision(transaction, items, number, None)
            return made

        return self._transactions.write(work)

    def remove(self, item_id: str, access_id: str) -> bool:
        """Remove one entry."""

        def work(transaction: Transaction) -> bool:
            number = item_number(transaction.connection, self._site, item_id)
            gone = delete(access).where(
                access.c.number == self._site.number(access_id), access.c.item == number
            )
            if not transaction.connection.execute(gone).rowcount:
                return False
            transaction.note("access", "DELETE", number, item=number)
            raise_revision(transaction, items, number, None)
            return True

        return self._transactions.write(work)


def read(connection: Connection, site: Site, number: int) -> tuple[Access, ...]:
    """All entries of an item, in the order they were made."""
    rows = connection.execute(select(access).where(access.c.item == number).order_by(access.c.number))
    return tuple(
        Access(
            site.id(row.number),
            flowhost.AccessEntry(row.grantee, row.kind, row.permission, row.priority),
            row.scope,
        )
        for row in rows
    )


def write(
    transaction: Transaction, number: int, entries: tuple[flowhost.AccessEntry, ...], scope: str
) -> bool:
    """Let these be the entries of a scope; return whether that changed anything."""
    for one in entries:
        _check(one)
    wanted = tuple(dict.fromkeys(entries))
    seen = [one for one in read(transaction.connection, transaction.site, number) if one.scope == scope]
    if tuple(one.entry for one in seen) == wanted:
        return False
    transaction.connection.execute(delete(access).where(access.c.item == number, access.c.scope == scope))
    for one in wanted:
        _insert(transaction, number, one, scope)
    transaction.note("access", "MODIFY", number, item=number)
    return True


def _insert(transaction: Transaction, number: int, entry: flowhost.AccessEntry, scope: str) -> Access:
    row = {
        "item": number,
        "scope": scope,
        "kind": entry.kind,
        "grantee": entry.grantee,
        "permission": entry.permission,
        "priority": entry.priority,
    }
    result = transaction.connection.execute(insert(access).values(row))
    assert result.inserted_primary_key, "an INSERT of one row has its key"
    return Access(transaction.site.id(result.inserted_primary_key[0]), entry, scope)


def _check(entry: flowhost.AccessEntry) -> None:
    if entry.permission not in PERMISSIONS:
        hint = flowhost.nearest(entry.permission, PERMISSIONS)
        expected = ", ".join(PERMISSIONS)
        raise flowhost.Permanent(f"the permission is {entry.permission!r}, expected one of {expected}{hint}")
    if entry.kind not in ("user", "group"):
        raise flowhost.Permanent(f"the kind of the grantee is {entry.kind!r}, expected user or group")
    if not entry.grantee or not is_storable(entry.grantee):
        raise flowhost.Permanent(f"the grantee is {entry.grantee!r}, expected the name of a {entry.kind}")
