"""External ids: what other systems call an item. Each belongs to one item."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

import flowhost
from flowhost_plugins.catalogue.database.locating import external_owner
from flowhost_plugins.catalogue.database.schema import external_ids
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction

EXTERNAL_LOCK = 0x65787465726E
"""The number of PostgreSQL's advisory lock for giving out external ids: the letters ``extern``."""


def read(connection: Connection, number: int) -> tuple[str, ...]:
    """The external ids of an item, the oldest first."""
    wanted = select(external_ids.c.external_id).where(external_ids.c.item == number)
    return tuple(connection.execute(wanted.order_by(external_ids.c.number)).scalars())


def add(transaction: Transaction, number: int, external_id: str) -> None:
    """Give an item an external id.

    Raises:
        Conflict: it belongs to another item.
        Permanent: it can be none.
    """
    _check(transaction, external_id)
    _one_at_a_time(transaction)
    owner = external_owner(transaction.connection, external_id)
    if owner == number:
        return
    if owner is not None:
        other = transaction.site.id(owner)
        raise flowhost.Conflict(f"the external id {external_id!r} belongs to the item {other} already")
    transaction.connection.execute(insert(external_ids).values(external_id=external_id, item=number))


def replace(transaction: Transaction, number: int, wanted: tuple[str, ...]) -> bool:
    """Let these be the external ids of an item; return whether that changed anything."""
    seen = read(transaction.connection, number)
    if seen == tuple(dict.fromkeys(wanted)):
        return False
    transaction.connection.execute(delete(external_ids).where(external_ids.c.item == number))
    for one in wanted:
        add(transaction, number, one)
    return True


def _one_at_a_time(transaction: Transaction) -> None:
    """Keep others from giving out the same id between our look and our commit; SQLite has one writer anyway."""
    if transaction.connection.dialect.name == "postgresql":
        from sqlalchemy import func

        transaction.connection.execute(select(func.pg_advisory_xact_lock(EXTERNAL_LOCK)))


def _check(transaction: Transaction, external_id: str) -> None:
    if not isinstance(external_id, str) or not 0 < len(external_id) <= LONGEST_INDEXED:
        shown = repr(external_id)[:40]
        raise flowhost.Permanent(
            f"the external id is {shown}, expected a text of 1 to {LONGEST_INDEXED} characters"
        )
    if not is_storable(external_id):
        raise flowhost.Permanent(f"the external id {external_id!r} holds a NUL or half a character")
    if transaction.site.number(external_id) is not None:
        raise flowhost.Permanent(f"the external id {external_id!r} looks like one of the catalogue's own ids")
