"""What collections hold: items and other collections, in an order."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Column, Connection, cast, delete, insert, select

import flowhost
from flowhost_plugins.catalogue.database.locating import (
    collection_number,
    item_number,
    raise_revision,
    row_number,
)
from flowhost_plugins.catalogue.database.schema import collections, members
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.records import Member


class Memberships:
    """The members of a catalogue's collections. See `collections.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def of(self, collection_id: str) -> list[Member]:
        """The members in their order."""

        def work(connection: Connection) -> list[Member]:
            return self._read(connection, collection_number(connection, self._site, collection_id))

        return self._transactions.read(work)

    def _read(self, connection: Connection, collection: int) -> list[Member]:
        wanted = select(members).where(members.c.collection == collection).order_by(members.c.number)
        return [
            Member(self._site.id(row.item), "item")
            if row.item is not None
            else Member(self._site.id(row.child), "collection")
            for row in connection.execute(wanted)
        ]

    def add(self, collection_id: str, member_id: str, kind: Literal["item", "collection"]) -> bool:
        """Add a member."""

        def work(transaction: Transaction) -> bool:
            collection = collection_number(transaction.connection, self._site, collection_id)
            return insert_member(transaction, collection, self._number(transaction, member_id, kind), kind)

        return self._transactions.write(work)

    def remove(self, collection_id: str, member_id: str, kind: Literal["item", "collection"]) -> bool:
        """Remove a member."""

        def work(transaction: Transaction) -> bool:
            collection = collection_number(transaction.connection, self._site, collection_id)
            number = self._number(transaction, member_id, kind)
            gone = delete(members).where(members.c.collection == collection, _column(kind) == number)
            if not transaction.connection.execute(gone).rowcount:
                return False
            raise_revision(transaction, collections, collection, None)
            note_member(transaction, collection, number, kind, "remove")
            return True

        return self._transactions.write(work)

    def replace(self, collection_id: str, wanted: tuple[Member, ...]) -> None:
        """Let these be the members."""

        def work(transaction: Transaction) -> None:
            connection = transaction.connection
            collection = collection_number(connection, self._site, collection_id)
            raise_revision(transaction, collections, collection, None, by_one=False)
            numbers = [
                (self._number(transaction, one.id, one.kind), one.kind) for one in dict.fromkeys(wanted)
            ]
            before = [
                (self._number(transaction, one.id, one.kind), one.kind)
                for one in self._read(connection, collection)
            ]
            if numbers == before:
                return
            connection.execute(delete(members).where(members.c.collection == collection))
            raise_revision(transaction, collections, collection, None)
            for number, kind in before:
                if (number, kind) not in numbers:
                    note_member(transaction, collection, number, kind, "remove")
            for number, kind in numbers:
                insert_member(transaction, collection, number, kind, known=(number, kind) in before)

        self._transactions.write(work)

    def _number(self, transaction: Transaction, member_id: str, kind: str) -> int:
        if kind == "item":
            return item_number(transaction.connection, self._site, member_id)
        if kind == "collection":
            return row_number(self._site, "collection", member_id)
        raise flowhost.Permanent(f"the kind of the member is {kind!r}, expected item or collection")


def insert_member(
    transaction: Transaction,
    collection: int,
    number: int,
    kind: Literal["item", "collection"],
    *,
    known: bool = False,
) -> bool:
    """Add a member at the end; return whether it was new. One that is `known` only changes its place.

    Raises:
        Permanent: the collection would contain itself.
    """
    connection = transaction.connection
    raise_revision(transaction, collections, collection, None, by_one=False)  # one adds at a time
    if kind == "collection":
        raise_revision(transaction, collections, number, None, by_one=False)  # it is there
        if collection in below(connection, number):
            above, held = transaction.site.id(collection), transaction.site.id(number)
            raise flowhost.Permanent(
                f"the collection {held} cannot be a member of {above}, which it contains"
            )
    same = select(members.c.number).where(members.c.collection == collection, _column(kind) == number)
    if connection.execute(same).scalar() is not None:
        return False
    column = "item" if kind == "item" else "child"
    connection.execute(insert(members).values(collection=collection, **{column: number}))
    raise_revision(transaction, collections, collection, None)
    note_member(transaction, collection, number, kind, "move" if known else "add")
    return True


def note_member(
    transaction: Transaction,
    collection: int,
    number: int,
    kind: Literal["item", "collection"],
    happened: Literal["add", "remove", "move"],
) -> None:
    """Write into the log that a member came or went."""
    item = number if kind == "item" else None
    member = transaction.site.id(number)
    details = {"content": happened, "memberId": member, "memberType": kind}
    transaction.note("collection", "MODIFY", collection, item=item, details=details)


def _column(kind: str) -> Column[int]:
    return members.c.item if kind == "item" else members.c.child


def below(connection: Connection, collection: int) -> set[int]:
    """A collection and all it contains, however deep."""
    tree = select(cast(collection, members.c.collection.type).label("number")).cte("below", recursive=True)
    children = select(members.c.child).where(
        members.c.collection == tree.c.number, members.c.child.is_not(None)
    )
    return set(connection.execute(select(tree.union(children).c.number)).scalars())
