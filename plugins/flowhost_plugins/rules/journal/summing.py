"""Counts about a rule, all worked out from its runs and items."""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import flowhost
from flowhost_plugins.rules.journal.rows import moment
from flowhost_plugins.rules.journal.schema import ASLEEP, READY, UNDER_WAY
from flowhost_plugins.rules.journal.statements import Raw, Statements
from flowhost_plugins.rules.records import Health, Summary


class Summing:
    """Counts in one journal."""

    def __init__(self, statements: Statements, clock: flowhost.Clock) -> None:
        self._statements = statements
        self._clock = clock
        written = statements.written
        self._items = written("SELECT state, count(*) FROM rules_items WHERE rule = ? GROUP BY state")
        self._pending = written("SELECT count(*) FROM rules_runs WHERE rule = ? AND state = 'pending'")
        # the index on outcomes keeps those that have not ended by id
        self._oldest = written(
            "SELECT created, wake FROM rules_runs WHERE rule = ? AND state = 'pending' AND ended IS NULL"
            f" AND (queue = {READY} OR queue = {ASLEEP} AND wake <= ?) ORDER BY id LIMIT 1"
        )
        self._under_way = written(f"SELECT count(*) FROM rules_runs WHERE {UNDER_WAY} AND rule = ?")
        self._last = written(
            "SELECT ended, id, started FROM rules_runs WHERE rule = ? AND state = ? ORDER BY ended DESC, id DESC LIMIT 1"
        )
        self._failures = written(
            "SELECT count(*) FROM rules_runs WHERE rule = ? AND state = 'failed' AND (ended, id) > (?, ?)"
        )
        self._swept = written("SELECT count(*) FROM rules_runs WHERE swept = 1 AND rule = ?")
        self._started = written(
            "SELECT count(*) FROM rules_runs WHERE started IS NOT NULL AND rule = ? AND started >= ?"
        )
        self._budget = written("SELECT count(*) FROM rules_runs WHERE item = ? AND rule = ? AND created >= ?")

    def summary(self, rule: str, *, since: datetime | None) -> Summary:
        """See `Journal.summary`."""

        def work(raw: Raw) -> Summary:
            items = dict(raw.execute(self._items, (rule,)).fetchall())
            health, last = self._health(raw, rule, since)
            return Summary(
                handled=items.get("handled", 0),
                processing=items.get("processing", 0),
                failed=items.get("failed", 0),
                pending=_count(raw, self._pending, rule),
                running=health.running,
                last_handled=moment(last[0]) if last else None,
                last_duration=last[0] - last[2] if last and last[2] is not None else None,
                failures=health.failures,
                last_failure=health.last_failure,
                swept=_count(raw, self._swept, rule),
                oldest_pending=self._oldest_pending(raw, rule),
                started_since=health.started_since,
            )

        return self._statements.read(work)

    def health(self, rule: str, *, since: datetime | None) -> Health:
        """See `Journal.health`."""
        return self._statements.read(lambda raw: self._health(raw, rule, since)[0])

    def budget(self, rule: str, item: str, since: datetime) -> int:
        """See `Journal.budget`."""
        return self._statements.read(lambda raw: _count(raw, self._budget, item, rule, since.timestamp()))

    def _health(self, raw: Raw, rule: str, since: datetime | None) -> tuple[Health, _Last | None]:
        """How the rule does, and its run that ended last (not cancelled): when, number, when it started."""
        finished: _Last | None = raw.execute(self._last, (rule, "finished")).fetchone()
        failed: _Last | None = raw.execute(self._last, (rule, "failed")).fetchone()
        failures = _count(raw, self._failures, rule, *(finished or (0.0, 0))[:2]) if failed else 0
        health = Health(
            failures=failures,
            last_failure=moment(failed[0]) if failed and failures else None,
            started_since=_count(raw, self._started, rule, since.timestamp()) if since else 0,
            running=_count(raw, self._under_way, rule),
        )
        return health, max(filter(None, (finished, failed)), default=None)

    def _oldest_pending(self, raw: Raw, rule: str) -> datetime | None:
        found = raw.execute(self._oldest, (rule, self._clock.now().timestamp())).fetchone()
        if found is None:
            return None
        created, wake = found
        return moment(max(created, wake or created))


_Last: TypeAlias = "tuple[float, int, float | None]"


def _count(raw: Raw, query: str, *values: object) -> int:
    number: int = raw.execute(query, values).fetchone()[0]
    return number
