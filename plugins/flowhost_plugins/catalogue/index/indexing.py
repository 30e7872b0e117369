"""Keeps the index: what an item is found by is written in the transaction that changes the item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from flowhost.query import key, row_of_words
from flowhost_plugins.catalogue.database.schema import documents, external_ids, items
from flowhost_plugins.catalogue.database.schema_search import search_values
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.index import full_text
from flowhost_plugins.catalogue.index.fields import EXTERNAL_ID, numbers_of
from flowhost_plugins.catalogue.metadata import external
from flowhost_plugins.catalogue.metadata.tree import Tree, flat, loaded

SINCE = "0003"
"""The migration that made the tables; items of an older database are not in them yet."""

BATCH = 500
"""Items that are indexed at once."""

_ROW = ("item", "position", "field", "key", "first", "words")


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an item is found by: its values, by path, in their order."""

    item: int
    values: tuple[tuple[str, str], ...]

    def rows(self, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
        """Its rows in the table."""
        seen: set[str] = set()
        rows = []
        for position, (path, value) in enumerate(self.values):
            first = path not in seen
            seen.add(path)
            row = (self.item, position, numbers[path], key(value), first, row_of_words(value))
            rows.append(dict(zip(_ROW, row, strict=True)))
        return rows


def write(connection: Connection, number: int, tree: Tree, *, new: bool = False) -> None:
    """Let the index know this of an item, its external ids included; `new`: it knows nothing of it yet."""
    wanted = _indexed(number, tree, external.read(connection, number))
    rows = wanted.rows(numbers_of(connection, (path for path, _ in wanted.values)))
    before = {} if new else _rows(connection, number)
    added = [row for row in rows if before.get(row["position"]) != row]
    kept = {row["position"] for row in rows} - {row["position"] for row in added}
    gone = [{"gone": position} for position in before if position not in kept]
    if not gone and not added:
        return
    if gone:
        one = search_values.c.position == bindparam("gone")
        connection.execute(delete(search_values).where(search_values.c.item == number, one), gone)
    if added:
        connection.execute(insert(search_values), added)
    texts = full_text.words_of_item((row["field"], row["words"]) for row in rows)
    full_text.write(connection, [(number, texts)], new=new)


def forget(connection: Connection, number: int) -> None:
    """Forget the words of an item that is deleted; its other rows go with it."""
    full_text.forget(connection, [number])


def build(connection: Connection) -> int:
    """Index all items of a database whose index is empty; return how many they are."""
    last = count = 0
    numbers: dict[str, int] = {}
    while batch := _batch(connection, last):
        paths = {path for one in batch for path, _ in one.values}
        if new := paths - numbers.keys():
            numbers.update(numbers_of(connection, new))
        _write_all(connection, batch, numbers, new=True)
        last, count = batch[-1].item, count + len(batch)
    return count


class Reindexing:
    """Makes the index anew, some items at a time, while others read and write."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def run(self) -> int:
        """Index every item again; return how many they were."""
        last = count = 0
        while done := self._transactions.write(partial(_again, last)):
            last, count = done[-1], count + len(done)
        return count


def _again(last: int, transaction: Transaction) -> list[int]:
    """Index some items after `last` again; return which."""
    connection = transaction.connection
    held = select(items.c.number).where(items.c.number > last).order_by(items.c.number).limit(BATCH)
    locked = (
        connection.execute(held.with_for_update(key_share=True)).scalars().all()
    )  # as who changes an item does
    batch = _batch(connection, last, locked[-1]) if locked else []
    for one in batch:
        connection.execute(delete(search_values).where(search_values.c.item == one.item))
    numbers = numbers_of(connection, (path for one in batch for path, _ in one.values))
    _write_all(connection, batch, numbers, new=False)
    return [one.item for one in batch]


def _batch(connection: Connection, last: int, until: int | None = None) -> list[Indexed]:
    """The next items, as they are to be found."""
    wanted = select(documents.c.item, documents.c.tree).where(documents.c.item > last)
    if until is not None:
        wanted = wanted.where(documents.c.item <= until)
    rows = connection.execute(wanted.order_by(documents.c.item).limit(BATCH)).all()
    if not rows:
        return []
    known: dict[int, list[str]] = {}
    between = external_ids.c.item.between(rows[0].item, rows[-1].item)
    for one in connection.execute(select(external_ids).where(between).order_by(external_ids.c.number)):
        known.setdefault(one.item, []).append(one.external_id)
    return [_indexed(row.item, loaded(row.tree), known.get(row.item, ())) for row in rows]


def _write_all(
    connection: Connection, batch: Sequence[Indexed], numbers: Mapping[str, int], *, new: bool
) -> None:
    rows = {one.item: one.rows(numbers) for one in batch}
    if every := [row for own in rows.values() for row in own]:
        connection.execute(insert(search_values), every)
    texts = [
        (item, full_text.words_of_item((row["field"], row["words"]) for row in own))
        for item, own in rows.items()
    ]
    full_text.write(connection, texts, new=new)


def _indexed(number: int, tree: Tree, ids: Iterable[str]) -> Indexed:
    values = [(path, value) for path, held in flat(tree).items() for value in held]
    return Indexed(number, (*values, *((EXTERNAL_ID, one) for one in ids)))


def _rows(connection: Connection, number: int) -> dict[int, dict[str, Any]]:
    """What the index has of an item, by position."""
    wanted = select(search_values).where(search_values.c.item == number)
    return {row.position: {name: getattr(row, name) for name in _ROW} for row in connection.execute(wanted)}
