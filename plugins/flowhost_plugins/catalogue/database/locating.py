"""From the ids people use to the numbers of rows, and the counting of revisions."""

from __future__ import annotations

from sqlalchemy import Connection, Table, select, update

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.schema import collections, external_ids, items
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction
from flowhost_plugins.catalogue.records import NotFound


def item_number(connection: Connection, site: Site, item_id: str) -> int:
    """The number of the item with this id or external id.

    Raises:
        NotFound: there is none.
    """
    number = site.number(item_id)
    if number is not None:
        known = connection.execute(select(items.c.number).where(items.c.number == number)).scalar()
    else:
        known = external_owner(connection, item_id)
    if known is None:
        raise NotFound("item", item_id)
    return int(known)


def external_owner(connection: Connection, external_id: str) -> int | None:
    """The number of the item that has this external id."""
    if not isinstance(external_id, str) or not is_storable(external_id):
        return None
    wanted = select(external_ids.c.item).where(external_ids.c.external_id == external_id)
    return connection.execute(wanted).scalar()


def collection_number(connection: Connection, site: Site, collection_id: str) -> int:
    """The number of the collection with this id.

    Raises:
        NotFound: there is none.
    """
    number = row_number(site, "collection", collection_id)
    wanted = select(collections.c.number).where(collections.c.number == number)
    if connection.execute(wanted).scalar() is None:
        raise NotFound("collection", collection_id)
    return number


def row_number(site: Site, kind: str, id: str) -> int:  # noqa: A002  # the word of everything here
    """The number in an id, for a look into the table of its kind.

    Raises:
        NotFound: it is no id of ours, so that there can be none.
    """
    number = site.number(id)
    if number is None:
        raise NotFound(kind, id)
    return number


def raise_revision(
    transaction: Transaction, table: Table, number: int, revision: str | None, *, by_one: bool = True
) -> int:
    """Count the revision of an item or collection up; return what it is then.

    Args:
        transaction: where.
        table: items or collections.
        number: which one; it exists.
        revision: what it must be before; None: anything.
        by_one: False: only look whether it is what it must be.

    Raises:
        Conflict: it is another one.
    """
    seen = transaction.connection.execute(
        select(table.c.revision).where(table.c.number == number).with_for_update(key_share=True)
    ).scalar()
    if seen is None:
        raise NotFound(table.name.removeprefix("catalogue_").removesuffix("s"), transaction.site.id(number))
    if revision is not None and revision != str(seen):
        what = f"{transaction.site.id(number)} has revision {seen}, the change was made for {revision!r}"
        raise flowhost.Conflict(f"{what}; fetch it again and repeat the change")
    if by_one:
        transaction.connection.execute(
            update(table)
            .where(table.c.number == number)
            .values(revision=table.c.revision + 1, updated=transaction.now)
        )
    return int(seen) + by_one
