"""Claiming: which runs have something to do, within the limits, and taking them; in one transaction.

On a server claims wait for each other, so that the limits hold across hosts. Every query here uses an index that holds only
what it looks for, whatever else there is.
"""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import flowhost
from flowhost_plugins.rules.journal.owners import Owners
from flowhost_plugins.rules.journal.rows import RUN, run_of
from flowhost_plugins.rules.journal.schema import ASLEEP, READY, RUNNING, UNDER_WAY, WAITING
from flowhost_plugins.rules.journal.statements import Raw, Statements, marks
from flowhost_plugins.rules.records import Run

MOST_AT_ONCE = 500
"""Runs in one claim: their numbers are values of one statement, of which old SQLite allows 999."""

LOCK = 7_236_101
"""Key of the server's lock for claims; any number that all programs know."""


class Claiming:
    """Claims runs of one journal."""

    def __init__(self, statements: Statements, owners: Owners, clock: flowhost.Clock) -> None:
        self._statements = statements
        self._clock = clock
        written, locking = statements.written, statements.locking
        order = "ORDER BY priority DESC, id LIMIT ?"
        self._wake = written(f"UPDATE rules_runs SET queue = {READY} WHERE queue = {ASLEEP} AND wake <= ?")
        self._due = locking(
            f"SELECT id, priority FROM rules_runs WHERE queue = {WAITING} AND wake <= ? {order}", skip=True
        )
        orphaned = (
            f"SELECT id, priority FROM rules_runs WHERE queue = {RUNNING} AND owner <> ? AND NOT EXISTS"
            f" (SELECT 1 FROM rules_owners o WHERE o.owner = rules_runs.owner AND {owners.is_alive}) {order}"
        )
        self._orphaned = locking(orphaned, skip=True)
        self._under_way = f"SELECT rule, count(*) FROM rules_runs WHERE {UNDER_WAY} GROUP BY rule"
        # one look into the index for each rule, however many of its runs are there
        self._ready_rules = (
            f"WITH RECURSIVE ready (rule) AS (SELECT min(rule) FROM rules_runs WHERE queue = {READY} UNION ALL"
            f" SELECT (SELECT min(r.rule) FROM rules_runs r WHERE r.queue = {READY} AND r.rule > ready.rule)"
            " FROM ready WHERE ready.rule IS NOT NULL) SELECT rule FROM ready WHERE rule IS NOT NULL"
        )
        self._ready = locking(
            f"SELECT id, priority FROM rules_runs WHERE queue = {READY} AND rule = ? {order}", skip=True
        )

    def claim(
        self,
        owner: str,
        *,
        number: int,
        total: int,
        per_rule: Mapping[str, int],
        rules: Container[str] | None,
    ) -> list[Run]:
        """See `Journal.claim`. A power failure ends the owner too, so a claim need not outlive one."""
        number = min(number, MOST_AT_ONCE)
        if number <= 0:
            return []

        def work(raw: Raw) -> list[Run]:
            if self._statements.on_server:
                raw.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            now = self._clock.now().timestamp()
            due = raw.execute(self._due, (now, number)).fetchall()
            orphaned = raw.execute(self._orphaned, (owner, number)).fetchall()
            ready = self._startable(raw, now, number, total, per_rule, rules)
            taken = _first([*due, *orphaned, *ready], number)
            if not taken:
                return []
            self._count_tries(raw, taken.intersection(key for key, _ in orphaned))
            self._forget_jobs(raw, taken.intersection(key for key, _ in due))
            return self._take(raw, owner, taken, now)

        return self._statements.write(work, lasting=False)

    def _startable(
        self,
        raw: Raw,
        now: float,
        number: int,
        total: int,
        per_rule: Mapping[str, int],
        rules: Container[str] | None,
    ) -> Sequence[tuple[int, int]]:
        """Pending runs whose time has come, within the limits: id and priority."""
        raw.execute(self._wake, (now,))
        under_way: dict[str, int] = dict(raw.execute(self._under_way).fetchall())
        room = min(number, total - sum(under_way.values()))
        if room <= 0:
            return []
        found: list[tuple[int, int]] = []
        for (rule,) in raw.execute(self._ready_rules).fetchall():
            if rules is None or rule in rules:
                own_room = min(
                    room, per_rule.get(rule, room + under_way.get(rule, 0)) - under_way.get(rule, 0)
                )
                if own_room > 0:
                    found += raw.execute(self._ready, (rule, own_room)).fetchall()
        first = _first(found, room)
        return [row for row in found if row[0] in first]

    def _count_tries(self, raw: Raw, orphaned: set[int]) -> None:
        if orphaned:
            self._execute(
                raw,
                "UPDATE rules_runs SET attempt = attempt + 1 WHERE NOT EXISTS (SELECT 1 FROM rules_steps s"
                " WHERE s.run = rules_runs.id AND s.number = rules_runs.step AND s.state = 'waiting') AND id IN",
                orphaned,
            )

    def _forget_jobs(self, raw: Raw, waited: set[int]) -> None:
        if waited:
            self._execute(raw, "DELETE FROM rules_waiting WHERE run IN", waited)

    def _take(self, raw: Raw, owner: str, taken: set[int], now: float) -> list[Run]:
        self._execute(
            raw,
            f"UPDATE rules_runs SET state = 'running', queue = {RUNNING}, owner = ?, token = token + 1,"
            " started = coalesce(started, ?) WHERE id IN",
            taken,
            (owner, now),
        )
        rows = self._execute(raw, f"SELECT {RUN} FROM rules_runs WHERE id IN", taken).fetchall()
        return sorted(map(run_of, rows), key=lambda run: (-run.priority, run.id))

    def _execute(self, raw: Raw, beginning: str, ids: set[int], values: tuple[Any, ...] = ()) -> Any:
        return raw.execute(self._statements.written(f"{beginning} ({marks(len(ids))})"), (*values, *ids))


def _first(rows: Iterable[tuple[int, int]], number: int) -> set[int]:
    """The ids of the first rows: the highest priority, then the oldest."""
    return {key for key, _ in sorted(rows, key=lambda row: (-row[1], row[0]))[:number]}
