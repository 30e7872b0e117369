"""Gives an item a shape: what is in it, and what the item tells of itself because of it."""

from __future__ import annotations

from sqlalchemy import update

from flowhost_plugins.catalogue.database.schema import files, items
from flowhost_plugins.catalogue.database.schema import shapes as shape_table
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.items.items import Items
from flowhost_plugins.catalogue.media.examining import Examined
from flowhost_plugins.catalogue.shapes import components, shapes
from flowhost_plugins.catalogue.shapes.components import SIGNIFICANT, technical_fields


class Giving:
    """Gives shapes, within transactions of those who made the files."""

    def __init__(self, transactions: Transactions) -> None:
        self._items = Items(transactions)

    def give(
        self, transaction: Transaction, item: int, file: int, tag: str, examined: Examined, name: str
    ) -> int:
        """Make a shape of a file that is the item's; return its number.

        Args:
            transaction: where.
            item: the item.
            file: number of the file.
            tag: of the shape.
            examined: what the file is.
            name: what its source was called.
        """
        shape = shapes.add(transaction, item, tag, examined.mime_type)
        transaction.connection.execute(update(files).where(files.c.number == file).values(shape=shape))
        components.write(transaction, shape, examined.probed.components if examined.probed else ())
        self._tell(transaction, item, tag, examined, name)
        return shape

    def update(self, transaction: Transaction, item: int, shape: int, tag: str, examined: Examined) -> None:
        """Write down anew what is in a shape."""
        changed = update(shape_table).where(shape_table.c.number == shape)
        transaction.connection.execute(changed.values(mime_type=examined.mime_type))
        components.write(transaction, shape, examined.probed.components if examined.probed else ())
        transaction.note("shape", "MODIFY", shape, item=item)
        if tag == SIGNIFICANT:  # the guess by name may have been wrong
            transaction.connection.execute(
                update(items).where(items.c.number == item).values(media_type=examined.media_type)
            )
            transaction.note("item", "MODIFY", item, item=item)
        self._tell(transaction, item, tag, examined, "")

    def _tell(self, transaction: Transaction, item: int, tag: str, examined: Examined, name: str) -> None:
        """Let the item tell what its media is, and what it was called if that is new; its revision grows."""
        told = technical_fields(examined.probed, examined.mime_type, name) if tag == SIGNIFICANT else {}
        self._items.fill(transaction, item, told)
        typed = update(items).where(items.c.number == item, items.c.media_type == "")
        if transaction.connection.execute(typed.values(media_type=examined.media_type)).rowcount:
            transaction.note("item", "MODIFY", item, item=item)
