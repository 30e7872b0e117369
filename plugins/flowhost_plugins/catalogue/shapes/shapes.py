"""Shapes: the renditions of an item."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision, row_number
from flowhost_plugins.catalogue.database.schema import files as file_table
from flowhost_plugins.catalogue.database.schema import items, shape_tags, shapes
from flowhost_plugins.catalogue.database.text import is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.records import File, NotFound, Shape
from flowhost_plugins.catalogue.shapes import components
from flowhost_plugins.catalogue.storages import files


class Shapes:
    """The shapes of a catalogue."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def of(self, item_id: str) -> tuple[Shape, ...]:
        """The shapes of an item."""
        return self._transactions.read(
            lambda connection: read(connection, self._site, item_number(connection, self._site, item_id))
        )

    def create(self, item_id: str, tags: Iterable[str], mime_type: str) -> Shape:
        """Give an item a shape without files."""
        wanted = _checked_tags(tags)

        def work(transaction: Transaction) -> Shape:
            item = item_number(transaction.connection, self._site, item_id)
            raise_revision(transaction, items, item, None)
            made = insert(shapes).values(item=item, mime_type=mime_type, created=transaction.now)
            result = transaction.connection.execute(made)
            assert result.inserted_primary_key, "an INSERT of one row has its key"
            number = result.inserted_primary_key[0]
            _tag(transaction, number, wanted)
            transaction.note("shape", "CREATE", number, item=item)
            return read(transaction.connection, self._site, item)[-1]

        return self._transactions.write(work)

    def set_tags(self, shape_id: str, tags: Iterable[str]) -> None:
        """Let a shape have exactly these tags."""
        wanted = _checked_tags(tags)

        def work(transaction: Transaction) -> None:
            number = row_number(self._site, "shape", shape_id)
            connection = transaction.connection
            item = connection.execute(select(shapes.c.item).where(shapes.c.number == number)).scalar()
            if item is None:
                raise NotFound("shape", shape_id)
            raise_revision(transaction, items, item, None)
            connection.execute(delete(shape_tags).where(shape_tags.c.shape == number))
            _tag(transaction, number, wanted)
            transaction.note("shape", "MODIFY", number, item=item)

        self._transactions.write(work)


def _checked_tags(tags: Iterable[str]) -> list[str]:
    found = sorted(set(tags))
    if bad := [tag for tag in found if not tag or not is_storable(tag)]:
        raise flowhost.Permanent(f"the tag of the shape is {bad[0]!r}, expected a text such as 'original'")
    return found


def _tag(transaction: Transaction, shape: int, tags: list[str]) -> None:
    if tags:
        rows = [{"shape": shape, "tag": tag} for tag in tags]
        transaction.connection.execute(insert(shape_tags), rows)


def read(connection: Connection, site: Site, item: int) -> tuple[Shape, ...]:
    """The shapes of an item with their files, the oldest first."""
    rows = connection.execute(select(shapes).where(shapes.c.item == item).order_by(shapes.c.number)).all()
    if not rows:
        return ()
    wanted = select(shape_tags).join_from(shape_tags, shapes).where(shapes.c.item == item)
    tags: dict[int, list[str]] = {}
    for one in connection.execute(wanted.order_by(shape_tags.c.tag)):
        tags.setdefault(one.shape, []).append(one.tag)
    held: dict[str, list[File]] = {}
    for file in files.read(connection, site, file_table.c.item == item):
        held.setdefault(file.shape or "", []).append(file)
    parts = components.read(connection, item)
    return tuple(
        Shape(
            site.id(row.number),
            site.id(item),
            tuple(tags.get(row.number, ())),
            row.mime_type,
            tuple(held.get(site.id(row.number), ())),
            moment(row.created),
            parts.get(row.number, ()),
        )
        for row in rows
    )


def remove(transaction: Transaction, item: int, numbers: list[int]) -> list[int]:
    """Remove shapes of an item; return the numbers of their files, which are to be deleted."""
    connection = transaction.connection
    held = select(file_table.c.number).where(
        file_table.c.shape.in_(numbers), file_table.c.state != "TO_APPEAR"
    )
    doomed = list(connection.execute(held).scalars())
    released = {"item": None, "shape": None, "state": "TO_BE_DELETED"}
    connection.execute(update(file_table).where(file_table.c.number.in_(doomed)).values(released))
    connection.execute(delete(shapes).where(shapes.c.number.in_(numbers)))
    for number in numbers:
        transaction.note("shape", "DELETE", number, item=item)
    return doomed


def add(transaction: Transaction, item: int, tag: str, mime_type: str) -> int:
    """Make a shape; return its number."""
    made = insert(shapes).values(item=item, mime_type=mime_type, created=transaction.now)
    result = transaction.connection.execute(made)
    assert result.inserted_primary_key, "an INSERT of one row has its key"
    number: int = result.inserted_primary_key[0]
    transaction.connection.execute(insert(shape_tags).values(shape=number, tag=tag))
    transaction.note("shape", "CREATE", number, item=item)
    return number
