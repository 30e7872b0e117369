"""Reading runs and their steps."""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

import flowhost
from flowhost_plugins.rules.journal.rows import RUN, STEP, run_of, step_of
from flowhost_plugins.rules.journal.schema import runs
from flowhost_plugins.rules.journal.statements import Raw, Statements
from flowhost_plugins.rules.records import Run, RunState, Step


class Runs:
    """The runs of one journal."""

    def __init__(self, sql: flowhost.SqlDatabase, statements: Statements) -> None:
        self._sql = sql
        self._statements = statements
        self._one = statements.written(f"SELECT {RUN} FROM rules_runs WHERE id = ?")
        self._steps = statements.written(f"SELECT {STEP} FROM rules_steps WHERE run = ? ORDER BY number")
        self._cancelling = statements.written(
            "SELECT id FROM rules_runs WHERE state = 'running' AND owner = ? AND cancel = 1"
        )

    def one(self, number: int) -> Run | None:
        """See `Journal.run`."""
        row = self._statements.read(lambda raw: raw.execute(self._one, (number,)).fetchone())
        return run_of(row) if row else None

    def steps(self, run: int) -> list[Step]:
        """See `Journal.steps`."""
        rows = self._statements.read(lambda raw: raw.execute(self._steps, (run,)).fetchall())
        return [step_of(row) for row in rows]

    def cancelling(self, owner: str) -> set[int]:
        """See `Journal.cancelling`."""

        def work(raw: Raw) -> set[int]:
            return {number for (number,) in raw.execute(self._cancelling, (owner,))}

        return self._statements.read(work)

    def matching(
        self, *, rule: str | None, item: str | None, state: RunState | None, before: int | None, number: int
    ) -> list[Run]:
        """See `Journal.runs`."""
        wanted = select(*(runs.c[name] for name in RUN.split(", "))).order_by(runs.c.id.desc()).limit(number)
        given = {runs.c.rule: rule, runs.c.item: item, runs.c.state: state}
        wanted = wanted.where(*(column == value for column, value in given.items() if value is not None))
        if before is not None:
            wanted = wanted.where(runs.c.id < before)

        def work(connection: Connection) -> list[Any]:
            return list(connection.execute(wanted))

        return [run_of(row) for row in self._sql.read(work)]
