"""Access entries: who may do what with an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from sqlalchemy import Connection, delete, insert, select

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import access, items
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.records import Access

PERMISSIONS = get_args(flowhost.Permission)


class AccessEntries:
    """The access entries of a catalogue. See `access.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def of(self, item_id: str) -> tuple[flowhost.AccessEntry, ...]:
        """The entries of scope ""."""

        def work(connection: Connection) -> tuple[Access, ...]:
            return read(connection, self._site, item_number(connection, self._site, item_id))

        return tuple(one.entry for one in self._transactions.read(work) if not one.scope)

    def replace(
        self,
        item_id: str,
        entries: tuple[flowhost.AccessEntry, ...],
        scope: str,
        revision: str | None,
        origin: str = "",
    ) -> None:
        """Let these be the entries of a scope, or those of one origin in it."""

        def work(transaction: Transaction) -> None:
            number = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, number, revision, by_one=False)
            if write(transaction, number, entries, scope, origin):
                raise_revision(transaction, items, number, None)

        self._transactions.write(work)

    def add(self, item_id: str, entry: flowhost.AccessEntry, scope: str, origin: str = "") -> Access:
        """Add one entry, unless it is there."""
        return self._transactions.write(
            lambda transaction: add(transaction, item_id, entry, scope, origin)[0]
        )

    def remove(self, item_id: str, access_id: str) -> bool:
        """Remove one entry."""

        def work(transaction: Transaction) -> bool:
            number = item_number(transaction.connection, self._site, item_id)
            doomed = [one for one in read(transaction.connection, self._site, number) if one.id == access_id]
            remove_all(transaction, number, doomed)
            if not doomed:
                return False
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
            row.origin,
        )
        for row in rows
    )


def add(
    transaction: Transaction, item_id: str, entry: flowhost.AccessEntry, scope: str, origin: str
) -> tuple[Access, bool]:
    """Add one entry, unless it is there; return it, and whether it is new."""
    _check(entry)
    check_origin(origin)
    number = item_number(transaction.connection, transaction.site, item_id)
    raise_revision(transaction, items, number, None, by_one=False)  # locks the item
    for one in read(transaction.connection, transaction.site, number):
        if (one.entry, one.scope, one.origin) == (entry, scope, origin):
            return one, False
    made = _insert(transaction, number, entry, scope, origin)
    transaction.note("access", "CREATE", number, item=number, details=details(made))
    raise_revision(transaction, items, number, None)
    return made, True


def write(
    transaction: Transaction,
    number: int,
    entries: tuple[flowhost.AccessEntry, ...],
    scope: str,
    origin: str = "",
) -> bool:
    """Let these be the entries of a scope; return whether that changed anything.

    Without an origin they are all of the scope's, and those that were there keep theirs; with one, they are all of
    that origin, and the others stay.
    """
    check_origin(origin)
    for one in entries:
        _check(one)
    wanted = tuple(dict.fromkeys(entries))
    seen = [one for one in read(transaction.connection, transaction.site, number) if one.scope == scope]
    if origin:
        seen = [one for one in seen if one.origin == origin]
    if tuple(dict.fromkeys(one.entry for one in seen)) == wanted:
        return False
    numbers = [transaction.site.number(one.id) for one in seen]
    transaction.connection.execute(delete(access).where(access.c.number.in_(numbers)))
    for one in wanted:
        for kept in [known.origin for known in seen if known.entry == one] or [origin]:
            _insert(transaction, number, one, scope, kept)
    transaction.note("access", "MODIFY", number, item=number)
    return True


def remove_all(transaction: Transaction, number: int, doomed: Sequence[Access]) -> None:
    """Remove entries of an item."""
    numbers = [transaction.site.number(one.id) for one in doomed]
    transaction.connection.execute(delete(access).where(access.c.number.in_(numbers)))
    for one in doomed:
        transaction.note("access", "DELETE", number, item=number, details=details(one))


def details(one: Access) -> dict[str, str]:
    """What the log tells of an entry."""
    told = {
        "accessId": one.id,
        one.entry.kind: one.entry.grantee,
        "permission": one.entry.permission,
        "priority": str(one.entry.priority),
    }
    return told | ({"origin": one.origin} if one.origin else {})


def _insert(
    transaction: Transaction, number: int, entry: flowhost.AccessEntry, scope: str, origin: str
) -> Access:
    row = {
        "item": number,
        "scope": scope,
        "kind": entry.kind,
        "grantee": entry.grantee,
        "permission": entry.permission,
        "priority": entry.priority,
        "origin": origin,
    }
    result = transaction.connection.execute(insert(access).values(row))
    assert result.inserted_primary_key, "an INSERT of one row has its key"
    return Access(transaction.site.id(result.inserted_primary_key[0]), entry, scope, origin)


def check_origin(origin: str) -> None:
    """Raise Permanent when this can be no origin."""
    if len(origin) > LONGEST_INDEXED or not is_storable(origin):
        expected = f"a text of at most {LONGEST_INDEXED} characters, such as rule:NAME"
        raise flowhost.Permanent(f"the origin of the access is {origin[:40]!r}, expected {expected}")


def _check(entry: flowhost.AccessEntry) -> None:
    if entry.permission not in PERMISSIONS:
        hint = flowhost.nearest(entry.permission, PERMISSIONS)
        expected = ", ".join(PERMISSIONS)
        raise flowhost.Permanent(f"the permission is {entry.permission!r}, expected one of {expected}{hint}")
    if entry.kind not in ("user", "group"):
        raise flowhost.Permanent(f"the kind of the grantee is {entry.kind!r}, expected user or group")
    if not entry.grantee or not is_storable(entry.grantee):
        raise flowhost.Permanent(f"the grantee is {entry.grantee!r}, expected the name of a {entry.kind}")
