"""Collections: making, reading and changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, func, insert, select, update

import flowhost
from flowhost_plugins.catalogue.collections import memberships
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.locating import collection_number, item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import collections, members
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.metadata.tree import Tree, checked_fields, checked_groups, dumped, loaded
from flowhost_plugins.catalogue.records import Collection, Group, NotFound

FOLDER = "folder"
"""The kind of a collection that nobody gave another one."""

EMPTY = Tree({}, ())
"""The metadata of a collection that has none."""

NAME_LOCKS = 0x636F6C6C
"""The first number of PostgreSQL's advisory locks for names of collections: the letters ``coll``. The second is the
name's hash."""

SHOWN = 3
"""Ids that a message names at most."""


class Collections:
    """The collections of a catalogue. See `collections.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def create(
        self,
        name: str,
        kind: str,
        parent: str | None,
        fields: Mapping[str, Sequence[str]],
        groups: tuple[Group, ...],
    ) -> Collection:
        """Make a collection."""
        tree = Tree(checked_fields(fields), checked_groups(groups))
        _checked(name, "name")
        _checked(kind, "kind")

        def work(transaction: Transaction) -> Collection:
            number = self._insert(transaction, name, kind, tree)
            if parent is not None:
                memberships.insert_member(
                    transaction,
                    collection_number(transaction.connection, self._site, parent),
                    number,
                    "collection",
                )
            return self._one(transaction.connection, number)

        return self._transactions.write(work)

    def _insert(self, transaction: Transaction, name: str, kind: str = FOLDER, tree: Tree = EMPTY) -> int:
        row = {"name": name, "kind": kind, "tree": dumped(tree), "revision": 1}
        made = insert(collections).values(created=transaction.now, updated=transaction.now, **row)
        result = transaction.connection.execute(made)
        assert result.inserted_primary_key, "an INSERT of one row has its key"
        number: int = result.inserted_primary_key[0]
        transaction.note("collection", "CREATE", number)
        return number

    def get(self, collection_id: str) -> Collection:
        """The collection with this id."""
        return self._transactions.read(
            lambda connection: self._one(connection, collection_number(connection, self._site, collection_id))
        )

    def all(self, kind: str | None, parent: str | None, name: str | None) -> list[Collection]:
        """Collections, the oldest first."""

        def work(connection: Connection) -> list[Collection]:
            where: list[ColumnElement[bool]] = []
            if kind is not None:
                where.append(collections.c.kind == kind)
            if name is not None:
                where.append(collections.c.name == name)
            if parent == "":
                where.append(~exists().where(members.c.child == collections.c.number))
            elif parent is not None:
                above = collection_number(connection, self._site, parent)
                within = exists().where(
                    members.c.child == collections.c.number, members.c.collection == above
                )
                where.append(within)
            return self._read(connection, *where)

        return self._transactions.read(work)

    def named(self, collection: str) -> str:
        """The id of the collection with this id or unique name."""

        def work(connection: Connection) -> str:
            number = self._site.number(collection)
            known = select(collections.c.number).where(collections.c.number == number)
            if number is not None and connection.execute(known).scalar() is not None:
                return collection
            return self._site.id(_named(connection, self._site, collection))

        return self._transactions.read(work)

    def add_item(self, item_id: str, name: str) -> bool:
        """Make an item a member of the collection of this name, which is made when there is none."""
        _checked(name, "name")

        def work(transaction: Transaction) -> bool:
            connection = transaction.connection
            item = item_number(connection, self._site, item_id)
            if not (known := _numbers(connection, name)) and connection.dialect.name == "postgresql":
                lock = func.pg_advisory_xact_lock(NAME_LOCKS, func.hashtext(name))
                connection.execute(select(lock))  # SQLite has one writer anyway
                known = _numbers(connection, name)
            number = _named(connection, self._site, name) if known else self._insert(transaction, name)
            return memberships.insert_member(transaction, number, item, "item")

        return self._transactions.write(work)

    def holding(self, item_id: str) -> list[Collection]:
        """The collections an item is a member of."""

        def work(connection: Connection) -> list[Collection]:
            item = item_number(connection, self._site, item_id)
            which = exists().where(members.c.collection == collections.c.number, members.c.item == item)
            return self._read(connection, which)

        return self._transactions.read(work)

    def update(
        self,
        collection_id: str,
        name: str | None,
        fields: Mapping[str, Sequence[str]] | None,
        groups: tuple[Group, ...] | None,
        revision: str | None,
    ) -> Collection:
        """Change a collection."""

        def work(transaction: Transaction) -> Collection:
            connection = transaction.connection
            number = collection_number(connection, self._site, collection_id)
            raise_revision(transaction, collections, number, revision, by_one=False)
            row = connection.execute(select(collections).where(collections.c.number == number)).one()
            before = loaded(row.tree)
            after = Tree(
                before.fields if fields is None else checked_fields(fields),
                before.groups if groups is None else checked_groups(groups),
            )
            called = row.name if name is None else _checked(name, "name")
            if (called, after) != (row.name, before):
                raise_revision(transaction, collections, number, None)
                wanted = update(collections).where(collections.c.number == number)
                connection.execute(wanted.values(name=called, tree=dumped(after)))
                transaction.note("collection", "MODIFY", number)
            return self._one(connection, number)

        return self._transactions.write(work)

    def delete(self, collection_id: str) -> bool:
        """Delete a collection."""

        def work(transaction: Transaction) -> None:
            number = collection_number(transaction.connection, self._site, collection_id)
            above = select(members.c.collection).where(members.c.child == number)
            for parent in transaction.connection.execute(above).scalars().all():
                raise_revision(transaction, collections, parent, None)
                memberships.note_member(transaction, parent, number, "collection", "remove")
            transaction.connection.execute(delete(collections).where(collections.c.number == number))
            transaction.note("collection", "DELETE", number)

        try:
            self._transactions.write(work)
        except NotFound:
            return False
        return True

    def _one(self, connection: Connection, number: int) -> Collection:
        return self._read(connection, collections.c.number == number)[0]

    def _read(self, connection: Connection, *where: ColumnElement[bool]) -> list[Collection]:
        wanted = select(collections).where(*where).order_by(collections.c.number)
        rows = connection.execute(wanted).all()
        parents: dict[int, list[str]] = {}
        above = select(members.c.child, members.c.collection).where(members.c.child.is_not(None))
        if len(rows) == 1:  # the usual case reads one family only
            above = above.where(members.c.child == rows[0].number)
        for one in connection.execute(above.order_by(members.c.number)) if rows else ():
            parents.setdefault(one.child, []).append(self._site.id(one.collection))
        return [self._collection(row, tuple(parents.get(row.number, ()))) for row in rows]

    def _collection(self, row: Row[tuple[object, ...]], parents: tuple[str, ...]) -> Collection:
        tree = loaded(row.tree)
        return Collection(
            self._site.id(row.number),
            row.name,
            row.kind,
            parents,
            tree.fields,
            tree.groups,
            str(row.revision),
            moment(row.created),
            moment(row.updated),
        )


def _numbers(connection: Connection, name: str) -> list[int]:
    """The collections of this name, the oldest first."""
    if not is_storable(name):
        return []
    wanted = select(collections.c.number).where(collections.c.name == name).order_by(collections.c.number)
    return list(connection.execute(wanted).scalars())


def _named(connection: Connection, site: Site, name: str) -> int:
    """The one collection of this name.

    Raises:
        NotFound: there is none.
        Permanent: there are several.
    """
    found = _numbers(connection, name)
    if not found:
        raise NotFound("collection", name)
    if len(found) > 1:
        shown = ", ".join(site.id(number) for number in found[:SHOWN])
        more = " ..." if len(found) > SHOWN else ""
        what = f"there are {len(found)} collections {name!r} ({shown}{more})"
        raise flowhost.Permanent(f"{what}; give them different names, or use an id where one can be used")
    return found[0]


def _checked(text: str, what: str) -> str:
    if not text or not is_storable(text):
        raise flowhost.Permanent(f"the {what} of the collection is {text!r}, expected a text")
    return text
