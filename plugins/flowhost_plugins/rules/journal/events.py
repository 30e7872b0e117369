"""Events that were kept, so that a draft of a rule can be tried on what did happen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import flowhost
from flowhost_plugins.rules.journal.rows import about, digest, json_text
from flowhost_plugins.rules.journal.statements import Raw, Statements


class Events:
    """The events in one journal."""

    def __init__(self, statements: Statements, clock: flowhost.Clock) -> None:
        self._statements = statements
        self._clock = clock
        written = statements.written
        self._insert = written(
            "INSERT INTO rules_events (kept, item, identity, event) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (identity) DO NOTHING"
        )
        self._first = written("SELECT number FROM rules_events WHERE kept >= ? ORDER BY kept, number LIMIT 1")

    def keep(self, events: Iterable[tuple[flowhost.Event, str | None]]) -> None:
        """See `Journal.keep_events`; they need not outlive a power failure."""
        rows = [self._row(event, item) for event, item in events]

        def work(raw: Raw) -> None:
            for row in rows:
                raw.execute(self._insert, row)

        self._statements.write(work, lasting=False)

    def _row(self, event: flowhost.Event, item: str | None) -> tuple[Any, ...]:
        subject = event.subject if item is None else item
        identity = event.identity
        return (
            self._clock.now().timestamp(),
            about(subject) if subject else None,
            None if identity is None else digest(identity),
            json_text(flowhost.to_record(event)),
        )

    def matching(
        self, *, since: datetime, until: datetime | None, item: str | None, number: int, after: int
    ) -> list[tuple[int, flowhost.Event]]:
        """See `Journal.events`."""
        query = "SELECT number, event FROM rules_events WHERE number >= ? AND kept >= ?"
        values: list[Any] = [since.timestamp()]
        of_item = None if item is None else about(item)
        for condition, bound in ((" AND kept <= ?", until and until.timestamp()), (" AND item = ?", of_item)):
            if bound is not None:
                query += condition
                values.append(bound)
        text = self._statements.written(f"{query} ORDER BY number LIMIT ?")

        def work(raw: Raw) -> Sequence[Any]:
            found = raw.execute(self._first, (values[0],)).fetchone()
            if found is None:
                return []
            rows: Sequence[Any] = raw.execute(text, (max(found[0], after + 1), *values, number)).fetchall()
            return rows

        return [(key, flowhost.from_record(json.loads(event))) for key, event in self._statements.read(work)]
