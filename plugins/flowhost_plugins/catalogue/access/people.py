"""Users and groups in the database, and what a user may do with an item in effect."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, delete, insert, select, update

import flowhost
from flowhost_plugins.catalogue.access import entries as access_entries
from flowhost_plugins.catalogue.access.entries import PERMISSIONS
from flowhost_plugins.catalogue.database.locating import item_number
from flowhost_plugins.catalogue.database.schema_lifecycle import group_members, user_groups, users
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.records import Access, NotFound, User, UserGroup

PEOPLE_LOCK = 0x70656F706C65
"""The number of PostgreSQL's advisory lock for changing users and groups: the letters ``people``."""


class People:
    """The users and groups of a catalogue. See `access.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def add_user(self, name: str, real_name: str) -> User:
        """Add a user, or change one's real name."""

        def work(transaction: Transaction) -> User:
            _keep(transaction, users, "user", name, "real_name", real_name)
            return _users(transaction.connection, name)[0]

        return self._transactions.write(work)

    def add_group(self, name: str, description: str, members: Iterable[str] | None) -> UserGroup:
        """Add a group, or change it."""
        wanted = None if members is None else tuple(dict.fromkeys(members))

        def work(transaction: Transaction) -> UserGroup:
            number = _keep(transaction, user_groups, "group", name, "description", description)
            if wanted is not None:
                numbers = [_number(transaction.connection, users, "user", one) for one in wanted]
                connection = transaction.connection
                connection.execute(delete(group_members).where(group_members.c.user_group == number))
                for member in numbers:
                    connection.execute(insert(group_members).values(user_group=number, member=member))
            return _groups(transaction.connection, name)[0]

        return self._transactions.write(work)

    def users(self) -> list[User]:
        """All users, by name."""
        return self._transactions.read(_users)

    def groups(self) -> list[UserGroup]:
        """All groups, by name."""
        return self._transactions.read(_groups)

    def remove(self, kind: str, name: str) -> bool:
        """Remove a user or group."""
        table = users if kind == "user" else user_groups

        def work(transaction: Transaction) -> bool:
            _one_at_a_time(transaction)
            return transaction.connection.execute(delete(table).where(table.c.name == name)).rowcount > 0

        return is_storable(name) and self._transactions.write(work)

    def permission(self, user: str, item_id: str) -> flowhost.Permission:
        """What a user may do with an item."""

        def work(connection: Connection) -> flowhost.Permission:
            entries = access_entries.read(
                connection, self._site, item_number(connection, self._site, item_id)
            )
            return effective(user, _groups_of(connection, user), entries)

        return self._transactions.read(work)


def effective(user: str, groups: Iterable[str], entries: Iterable[Access]) -> flowhost.Permission:
    """What these entries let a user do who is in these groups. Pure.

    Of the entries for the user and their groups, those with the highest priority count; of these, one for the
    user before one for a group; of these, the one that permits most. No entry: nothing is permitted.
    """
    names = set(groups)
    counting = [
        (one.entry.priority, one.entry.kind == "user", PERMISSIONS.index(one.entry.permission))
        for one in entries
        if not one.scope
        and (one.entry.grantee == user if one.entry.kind == "user" else one.entry.grantee in names)
    ]
    permission: flowhost.Permission = PERMISSIONS[max(counting)[2]] if counting else "NONE"
    return permission


def _keep(transaction: Transaction, table: Table, kind: str, name: str, column: str, value: str) -> int:
    """Insert or update a row by its name; return its number."""
    if not 0 < len(name) <= LONGEST_INDEXED or not is_storable(name) or not is_storable(value):
        expected = f"expected 1 to {LONGEST_INDEXED} characters"
        raise flowhost.Permanent(f"the name of the {kind} is {name[:40]!r}, {expected}")
    _one_at_a_time(transaction)
    connection = transaction.connection
    known = connection.execute(select(table.c.number).where(table.c.name == name)).scalar()
    if known is not None:
        connection.execute(update(table).where(table.c.number == known).values({column: value}))
        return int(known)
    made = insert(table).values({"name": name, column: value, "created": transaction.now})
    key = connection.execute(made).inserted_primary_key
    assert key, "an INSERT of one row has its key"
    number: int = key[0]
    return number


def _one_at_a_time(transaction: Transaction) -> None:
    """Keep others from adding the same name between our look and our commit; SQLite has one writer anyway."""
    if transaction.connection.dialect.name == "postgresql":
        from sqlalchemy import func

        transaction.connection.execute(select(func.pg_advisory_xact_lock(PEOPLE_LOCK)))


def _number(connection: Connection, table: Table, kind: str, name: str) -> int:
    wanted = select(table.c.number).where(table.c.name == name)
    found = connection.execute(wanted).scalar() if is_storable(name) else None
    if found is None:
        raise NotFound(kind, name)
    return int(found)


def _pairs(connection: Connection) -> list[tuple[str, str]]:
    """Names of groups and their members."""
    wanted = (
        select(user_groups.c.name, users.c.name)
        .join_from(user_groups, group_members)
        .join(users)
        .order_by(user_groups.c.name, users.c.name)
    )
    return [(row[0], row[1]) for row in connection.execute(wanted)]


def _groups_of(connection: Connection, user: str) -> tuple[str, ...]:
    if not is_storable(user):
        return ()
    wanted = select(user_groups.c.name).join_from(user_groups, group_members).join(users)
    return tuple(connection.execute(wanted.where(users.c.name == user)).scalars())


def _users(connection: Connection, name: str | None = None) -> list[User]:
    wanted = select(users).order_by(users.c.name)
    if name is not None:
        wanted = wanted.where(users.c.name == name)
    pairs = _pairs(connection)
    return [
        User(row.name, row.real_name, tuple(g for g, u in pairs if u == row.name), moment(row.created))
        for row in connection.execute(wanted)
    ]


def _groups(connection: Connection, name: str | None = None) -> list[UserGroup]:
    wanted = select(user_groups).order_by(user_groups.c.name)
    if name is not None:
        wanted = wanted.where(user_groups.c.name == name)
    pairs = _pairs(connection)
    return [
        UserGroup(row.name, row.description, tuple(u for g, u in pairs if g == row.name), moment(row.created))
        for row in connection.execute(wanted)
    ]
