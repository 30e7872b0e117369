"""Decisions: why a rule did or did not start a run; equal ones in a row are one row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flowhost_plugins.rules.journal.rows import about, json_text, known_moment, storable
from flowhost_plugins.rules.journal.statements import Raw, Statements
from flowhost_plugins.rules.records import Check, Decision


class Decisions:
    """The decisions in one journal."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        written = statements.written
        self._newest = written(
            "SELECT id, trigger, checks, run FROM rules_decisions WHERE rule = ? AND item = ? ORDER BY id DESC LIMIT 1"
        )
        self._prolong = written("UPDATE rules_decisions SET until = ?, times = times + ? WHERE id = ?")
        self._insert = written(
            "INSERT INTO rules_decisions (rule, item, trigger, since, until, times, run, checks)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )

    def decide(self, decisions: Iterable[Decision]) -> None:
        """See `Journal.decide_many`; they need not outlive a power failure."""

        def work(raw: Raw) -> None:
            for decision in decisions:
                self._keep(raw, decision)

        self._statements.write(work, lasting=False)

    def _keep(self, raw: Raw, decision: Decision) -> None:
        checks = json_text([[check.what, check.held, check.reason] for check in decision.checks])
        since, until = decision.since.timestamp(), decision.until.timestamp()
        key = (decision.rule, about(decision.item))
        trigger = storable(decision.trigger)
        newest = raw.execute(self._newest, key).fetchone()
        if newest and newest[1:] == (trigger, checks, None) and decision.run is None:
            raw.execute(self._prolong, (until, decision.times, newest[0]))
            return
        values = (trigger, since, until, decision.times, decision.run, checks)
        raw.execute(self._insert, (*key, *values))

    def matching(
        self, rule: str, item: str, *, since: datetime | None, until: datetime | None, number: int
    ) -> list[Decision]:
        """See `Journal.decisions`."""
        query = (
            "SELECT rule, item, checks, since, until, times, run, trigger FROM rules_decisions"
            " WHERE rule = ? AND item = ?"
        )
        values: list[Any] = [rule, about(item)]
        for condition, bound in ((" AND until >= ?", since), (" AND since <= ?", until)):
            if bound:
                query += condition
                values.append(bound.timestamp())
        text = self._statements.written(f"{query} ORDER BY id DESC LIMIT ?")
        rows = self._statements.read(lambda raw: raw.execute(text, (*values, number)).fetchall())
        return [_decision(row) for row in rows]


def _decision(row: Sequence[Any]) -> Decision:
    rule, item, checks, since, until, times, run, trigger = row
    return Decision(
        rule=rule,
        item=item,
        checks=tuple(Check(*check) for check in json.loads(checks)),
        since=known_moment(since),
        until=known_moment(until),
        times=times,
        run=run,
        trigger=trigger,
    )
