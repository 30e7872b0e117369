"""Items: what a rule did with each, and forgetting it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, bindparam, delete, select, update

import flowhost
from flowhost_plugins.rules.journal.rows import known_moment, texts_of
from flowhost_plugins.rules.journal.schema import identities, items
from flowhost_plugins.rules.records import ItemRecord, ItemState

AT_ONCE = 500
"""Ids in one statement, and rows in one transaction; old SQLite allows 999 values."""

COLUMNS = (
    items.c.rule,
    items.c.item,
    items.c.state,
    items.c.run,
    items.c.times,
    items.c.since,
    items.c.errors,
)


class Items:
    """The items of one journal."""

    def __init__(self, sql: flowhost.SqlDatabase, clock: flowhost.Clock) -> None:
        self._sql = sql
        self._clock = clock
        self._states = select(items.c.item, items.c.state).where(
            items.c.rule == bindparam("of"), items.c.item.in_(bindparam("some", expanding=True))
        )

    def unmatch(self, rule: str, some: Iterable[str]) -> int:
        """See `Journal.unmatch`."""
        return sum(self._sql.write(partial(self._unmatch, rule, ids)) for ids in _chunks(some))

    def states(self, rule: str, some: Sequence[str]) -> dict[str, ItemState]:
        """See `Journal.item_states`."""

        def work(connection: Connection) -> dict[str, ItemState]:
            found: dict[str, ItemState] = {}
            for ids in _chunks(some):
                found |= {
                    row[0]: row[1] for row in connection.execute(self._states, {"of": rule, "some": ids})
                }
            return found

        return self._sql.read(work)

    def page(self, rule: str, *, state: ItemState | None, after: str, number: int) -> list[ItemRecord]:
        """See `Journal.items`."""
        wanted = select(*COLUMNS).where(items.c.rule == rule, items.c.item > after)
        if state is not None:
            wanted = wanted.where(items.c.state == state)
        wanted = wanted.order_by(items.c.item).limit(number)
        return [_record(row) for row in self._sql.read(lambda connection: connection.execute(wanted).all())]

    def one(self, rule: str, item: str) -> ItemRecord | None:
        """See `Journal.item_record`."""
        wanted = select(*COLUMNS).where(items.c.rule == rule, items.c.item == item)
        row = self._sql.read(lambda connection: connection.execute(wanted).one_or_none())
        return _record(row) if row else None

    def clear(self, rule: str, item: str | None) -> int:
        """See `Journal.clear`."""
        if item is not None:
            return self._sql.write(partial(self._clear, rule, [item]))
        cleared, after = 0, ""
        while page := self.page(rule, state=None, after=after, number=AT_ONCE):
            after = page[-1].item
            ids = [record.item for record in page if record.state != "processing"]
            cleared += self._sql.write(partial(self._clear, rule, ids))
        none = delete(identities).where(identities.c.rule == rule, identities.c.item == "")
        self._sql.write(lambda connection: connection.execute(none))
        return cleared

    def _unmatch(self, rule: str, ids: Sequence[str], connection: Connection) -> int:
        met = self._locked(connection, rule, ids, items.c.state.in_(("handled", "failed")))
        if not met:
            return 0
        change = update(items).where(items.c.rule == rule, items.c.item.in_(met))
        now = self._clock.now().timestamp()
        return connection.execute(change.values(state="unmatched", since=now)).rowcount

    def _clear(self, rule: str, ids: Sequence[str], connection: Connection) -> int:
        met = self._locked(connection, rule, ids, items.c.state != "processing")
        if not met:
            return 0
        connection.execute(_of(identities.c.rule, identities.c.item, rule, met))
        return connection.execute(_of(items.c.rule, items.c.item, rule, met)).rowcount

    def _locked(
        self, connection: Connection, rule: str, ids: Sequence[str], where: ColumnElement[bool]
    ) -> list[str]:
        """Those of the items that fulfil a condition; nobody else changes them until the end. See `starting`."""
        wanted = select(items.c.item).where(items.c.rule == rule, items.c.item.in_(ids), where)
        return list(connection.execute(wanted.order_by(items.c.item).with_for_update()).scalars())


def _of(rule_column: Column[str], item_column: Column[str], rule: str, ids: Sequence[str]) -> Any:
    return delete(item_column.table).where(rule_column == rule, item_column.in_(ids))


def _chunks(some: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(some)
    while ids := list(islice(rest, AT_ONCE)):
        yield ids


def _record(row: Sequence[Any]) -> ItemRecord:
    rule, item, state, run, times, since, errors = row
    return ItemRecord(rule, item, state, run, times, known_moment(since), texts_of(errors))
