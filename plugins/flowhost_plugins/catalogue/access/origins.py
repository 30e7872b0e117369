"""Access entries by where they came from: a rule's dynamic ones are found and withdrawn by its name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

import flowhost
from flowhost_plugins.catalogue.access import entries as access_entries
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import access, items
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.records import NotFound

BATCH = 100
"""Items in one transaction: a rule that gave access to many does not keep other writers waiting."""


class Origins:
    """Origins of access entries. See `access.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def items(self, origin: str) -> list[str]:
        """The items with entries of this origin."""
        return [self._site.id(number) for number in self._numbers(origin)]

    def _numbers(self, origin: str) -> list[int]:
        _check(origin)
        wanted = select(access.c.item).where(access.c.origin == origin).distinct().order_by(access.c.item)
        return self._transactions.read(lambda connection: list(connection.execute(wanted).scalars()))

    def grant(self, item_id: str, entry: flowhost.AccessEntry, origin: str) -> bool:
        """Add an entry of this origin; return whether it is new."""
        _check(origin)
        return self._transactions.write(
            lambda transaction: access_entries.add(transaction, item_id, entry, "", origin)[1]
        )

    def withdraw(self, origin: str, item_id: str | None) -> int:
        """Remove the entries of this origin."""
        if item_id is None:
            numbers = self._numbers(origin)
        else:
            _check(origin)

            def located(connection: Connection) -> int:
                return item_number(connection, self._site, item_id)

            numbers = [self._transactions.read(located)]
        count = 0
        for start in range(0, len(numbers), BATCH):
            batch = numbers[start : start + BATCH]
            count += self._transactions.write(
                lambda transaction, batch=batch: self._withdraw(transaction, origin, batch)  # type: ignore[misc]  # mypy infers no type for the bound default
            )
        return count

    def _withdraw(self, transaction: Transaction, origin: str, numbers: Sequence[int]) -> int:
        count = 0
        for number in numbers:
            try:
                raise_revision(transaction, items, number, None, by_one=False)  # locks the item
            except NotFound:  # deleted meanwhile, and its entries with it
                continue
            seen = access_entries.read(transaction.connection, self._site, number)
            doomed = [one for one in seen if one.origin == origin]
            if doomed:
                access_entries.remove_all(transaction, number, doomed)
                raise_revision(transaction, items, number, None)
            count += len(doomed)
        return count


def _check(origin: str) -> None:
    access_entries.check_origin(origin)
    if not origin:
        raise flowhost.Permanent("the origin of the access is empty, expected a name such as rule:NAME")
