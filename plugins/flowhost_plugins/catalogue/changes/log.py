"""Reading the log of changes."""

from __future__ import annotations

import json

from sqlalchemy import func, select

from flowhost_plugins.catalogue.database.schema import changes
from flowhost_plugins.catalogue.database.transactions import Transactions, moment
from flowhost_plugins.catalogue.records import Change


class Log:
    """The changes of a database, in their order."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def after(self, sequence: int, number: int) -> list[Change]:
        """At most `number` changes with a number above `sequence`."""
        wanted = (
            select(changes)
            .where(changes.c.sequence > sequence)
            .order_by(changes.c.sequence)
            .limit(max(0, number))
        )
        rows = self._transactions.read(lambda connection: connection.execute(wanted).all())
        return [
            Change(
                row.sequence,
                moment(row.time),
                row.kind,
                row.action,
                row.id,
                row.item,
                tuple(json.loads(row.fields)),
                json.loads(row.details),
            )
            for row in rows
        ]

    def last(self) -> int:
        """The number of the newest change; 0 without any."""
        wanted = select(func.max(changes.c.sequence))
        return self._transactions.read(lambda connection: connection.execute(wanted).scalar()) or 0
