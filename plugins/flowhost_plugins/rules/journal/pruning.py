"""Forgetting what is too old, some of it at a time, so that nobody waits for the cleaning."""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import flowhost
from flowhost_plugins.rules.journal.statements import Raw, Statements, marks

AT_ONCE = 500
"""Rows in one transaction: a few milliseconds. Old SQLite allows 999 values in a statement."""


class Pruning:
    """Prunes one journal."""

    def __init__(self, statements: Statements, clock: flowhost.Clock) -> None:
        self._statements = statements
        self._clock = clock
        written = statements.written
        self._old_runs = statements.locking(
            "SELECT id FROM rules_runs WHERE ended IS NOT NULL AND ended < ? ORDER BY ended LIMIT ?",
            skip=True,
        )
        self._identities = self._old("rules_identities", "rule, item, identity", "created")
        self._events = self._old("rules_events", "number", "kept")
        self._decisions = self._old("rules_decisions", "id", "until")
        self._revisions = written(
            "DELETE FROM rules_revisions WHERE deployed < ? AND NOT EXISTS (SELECT 1 FROM rules_deployments d"
            " WHERE d.rule = rules_revisions.rule AND d.revision = rules_revisions.revision) AND NOT EXISTS"
            " (SELECT 1 FROM rules_runs r WHERE r.rule = rules_revisions.rule AND r.revision = rules_revisions.revision)"
        )
        unmatched = "FROM rules_items i WHERE i.rule = {} AND i.state = 'unmatched' AND i.since < ?"
        self._left_items = written(
            f"SELECT rule FROM rules_deployments d WHERE EXISTS (SELECT 1 {unmatched.format('d.rule')})"
        )
        # what is to go is said twice: a server looks only at the outer words again when somebody changed the row
        self._unmatched = written(
            "DELETE FROM rules_items WHERE rule = ? AND state = 'unmatched' AND since < ?"
            f" AND item IN (SELECT item {unmatched.format('?')} LIMIT ?)"
        )
        self._items = written(
            "DELETE FROM rules_items WHERE rule = ? AND state <> 'processing'"
            " AND item IN (SELECT item FROM rules_items WHERE rule = ? LIMIT ?)"
        )
        # their deployments stay: a file that is left must not bring a rule back that somebody deleted
        self._gone_rules = written(
            "SELECT rule FROM rules_deployments d WHERE deleted AND changed < ?"
            " AND NOT EXISTS (SELECT 1 FROM rules_runs r WHERE r.rule = d.rule)"
            " AND EXISTS (SELECT 1 FROM rules_items i WHERE i.rule = d.rule)"
        )

    def prune(self, *, keep_runs: float, keep_events: float, keep_decisions: float, number: int) -> int:
        """See `Journal.prune`."""
        now = self._clock.now().timestamp()
        pruned = self._repeated(lambda raw, limit: self._prune_runs(raw, now - keep_runs, limit), number)
        for statement, before in (
            (self._identities, now - keep_runs),
            (self._events, now - keep_events),
            (self._decisions, now - keep_decisions),
        ):
            pruned += self._repeated(_deleting(statement, before), number - pruned)
        pruned += self._prune_items(now - keep_runs, number - pruned)
        old = (now - keep_runs,)
        return pruned + self._statements.write(
            lambda raw: int(raw.execute(self._revisions, old).rowcount), lasting=False
        )

    def _prune_items(self, before: float, number: int) -> int:
        """Items that have not matched for long, which are new anyway if they do again; and all of rules long deleted."""
        left, gone = self._statements.read(
            lambda raw: [
                raw.execute(query, (before,)).fetchall() for query in (self._left_items, self._gone_rules)
            ]
        )
        pruned = 0
        for (rule,) in left:
            some = _deleting(self._unmatched, rule, before, rule, before)
            pruned += self._repeated(some, number - pruned)
        for (rule,) in gone:
            pruned += self._repeated(_deleting(self._items, rule, rule), number - pruned)
        return pruned

    def _repeated(self, some: Callable[[Raw, int], int], number: int) -> int:
        """Prune in transactions of their own, until nothing is left or so many rows are gone."""
        pruned = 0
        while pruned < number:
            limit = min(AT_ONCE, number - pruned)
            gone = self._statements.write(partial(_limited, some, limit), lasting=False)
            pruned += gone
            if gone < limit:
                break
        return pruned

    def _prune_runs(self, raw: Raw, before: float, limit: int) -> int:
        ids = [number for (number,) in raw.execute(self._old_runs, (before, limit))]
        if ids:
            some = marks(len(ids))
            raw.execute(self._statements.written(f"DELETE FROM rules_steps WHERE run IN ({some})"), ids)
            raw.execute(self._statements.written(f"DELETE FROM rules_runs WHERE id IN ({some})"), ids)
        return len(ids)

    def _old(self, table: str, key: str, column: str) -> str:
        return self._statements.written(
            f"DELETE FROM {table} WHERE ({key}) IN"
            f" (SELECT {key} FROM {table} WHERE {column} < ? ORDER BY {column} LIMIT ?)"
        )


def _limited(some: Callable[[Raw, int], int], limit: int, raw: Raw) -> int:
    return some(raw, limit)


def _deleting(statement: str, *values: object) -> Callable[[Raw, int], int]:
    return lambda raw, limit: int(raw.execute(statement, (*values, limit)).rowcount)
