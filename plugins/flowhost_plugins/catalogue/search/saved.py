"""Saved searches: making, reading and changing them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, insert, select, update

import flowhost
from flowhost.query import Sort
from flowhost_plugins.catalogue.database.schema_search import saved_searches
from flowhost_plugins.catalogue.database.text import LONGEST_INDEXED, is_storable
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions, moment
from flowhost_plugins.catalogue.records import NotFound
from flowhost_plugins.catalogue.search.records import SavedSearch


class SavedSearches:
    """The saved searches of a catalogue. See `search.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._site = transactions.site

    def create(self, name: str, query: str, sort: Sequence[Sort]) -> SavedSearch:
        """Save a search."""
        _check_name(name, self._site.number(name))
        row = {"name": name, "query": query, "sort": _packed(sort)}

        def work(transaction: Transaction) -> SavedSearch:
            self._check_free(transaction, name, None)
            made = insert(saved_searches).values(created=transaction.now, updated=transaction.now, **row)
            result = transaction.connection.execute(made)
            assert result.inserted_primary_key, "an INSERT of one row has its key"
            transaction.note("search", "CREATE", result.inserted_primary_key[0])
            return self._find(transaction.connection, name)

        return self._transactions.write(work)

    def all(self) -> list[SavedSearch]:
        """All of them, by name."""
        wanted = select(saved_searches).order_by(saved_searches.c.name, saved_searches.c.number)
        rows = self._transactions.read(lambda connection: connection.execute(wanted).all())
        return sorted((self._search(row) for row in rows), key=lambda one: one.name)

    def get(self, search: str) -> SavedSearch:
        """The one with this id or name."""
        return self._transactions.read(lambda connection: self._find(connection, search))

    def update(
        self, search: str, name: str | None, query: str | None, sort: Sequence[Sort] | None
    ) -> SavedSearch:
        """Change a saved search."""
        if name is not None:
            _check_name(name, self._site.number(name))

        def work(transaction: Transaction) -> SavedSearch:
            before = self._find(transaction.connection, search)
            number = self._site.number(before.id)
            wanted = {"name": name, "query": query, "sort": None if sort is None else _packed(sort)}
            had = {"name": before.name, "query": before.query, "sort": _packed(before.sort)}
            changed = {key: value for key, value in wanted.items() if value not in (None, had[key])}
            if number is None or not changed:
                return before
            if "name" in changed:
                self._check_free(transaction, changed["name"], number)
            this = update(saved_searches).where(saved_searches.c.number == number)
            transaction.connection.execute(this.values(updated=transaction.now, **changed))
            transaction.note("search", "MODIFY", number)
            return self._find(transaction.connection, before.id)

        return self._transactions.write(work)

    def delete(self, search: str) -> bool:
        """Delete a saved search."""

        def work(transaction: Transaction) -> bool:
            try:
                number = self._site.number(self._find(transaction.connection, search).id)
            except NotFound:
                return False
            gone = delete(saved_searches).where(saved_searches.c.number == number)
            if number is None or not transaction.connection.execute(gone).rowcount:
                return False
            transaction.note("search", "DELETE", number)
            return True

        return self._transactions.write(work)

    def _find(self, connection: Connection, search: str) -> SavedSearch:
        number = self._site.number(search)
        which = saved_searches.c.name == search if number is None else saved_searches.c.number == number
        row = (
            connection.execute(select(saved_searches).where(which)).one_or_none()
            if is_storable(search)
            else None
        )
        if row is None:
            raise NotFound("saved search", search)
        return self._search(row)

    def _check_free(self, transaction: Transaction, name: str | None, number: int | None) -> None:
        wanted = select(saved_searches.c.number).where(saved_searches.c.name == name)
        owner = transaction.connection.execute(wanted).scalar()
        if owner not in (None, number):
            raise flowhost.Conflict(f"there is a saved search {name!r} already: {self._site.maybe(owner)}")

    def _search(self, row: Row[tuple[object, ...]]) -> SavedSearch:
        return SavedSearch(
            self._site.id(row.number),
            row.name,
            row.query,
            tuple(Sort(field, order) for field, order in json.loads(row.sort)),
            moment(row.created),
            moment(row.updated),
        )


def _packed(sort: Sequence[Sort]) -> str:
    return json.dumps([[one.field, one.order] for one in sort])


def _check_name(name: str, number: int | None) -> None:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_INDEXED or not is_storable(name):
        raise flowhost.Permanent(
            f"the name of a saved search is {name!r:.60}, expected a text of 1 to {LONGEST_INDEXED} characters"
        )
    if number is not None:
        raise flowhost.Permanent(f"the name of a saved search is {name!r}, which looks like an id")
