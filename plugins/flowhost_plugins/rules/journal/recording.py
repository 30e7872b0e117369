"""Recording how far a run came: its steps and itself, if it is still the caller's; in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import flowhost
from flowhost_plugins.rules.journal.ending import Ending
from flowhost_plugins.rules.journal.intervening import Intervening
from flowhost_plugins.rules.journal.rows import json_text, seconds, storable, texts_text
from flowhost_plugins.rules.journal.schema import ASLEEP, READY, RUNNING, WAITING
from flowhost_plugins.rules.journal.statements import Raw, Statements
from flowhost_plugins.rules.records import ENDED, Run, RunState, Step

# statements are put together of our own words; values are always parameters


class Recording:
    """Records runs of one journal."""

    def __init__(
        self, statements: Statements, ending: Ending, intervening: Intervening, clock: flowhost.Clock
    ) -> None:
        self._statements = statements
        self._ending = ending
        self._intervening = intervening
        self._clock = clock
        written = statements.written
        far = "UPDATE rules_runs SET step = ?, attempt = ?, wake = ?, jobs = ?, errors = ?"
        ours = f"WHERE id = ? AND token = ? AND queue = {RUNNING}"
        # most records are this one; SQLite renews the indexes of whatever is set, changed or not
        self._go_on = written(f"{far} {ours}")
        self._give_back = written(f"{far}, state = ?, queue = ?, ended = ?, owner = NULL {ours}")
        self._keep = written(
            "INSERT INTO rules_steps (run, number, action, state, reason, jobs, memo, attempts, started, ended)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, number) DO UPDATE SET"
            " action = excluded.action, state = excluded.state, reason = excluded.reason, jobs = excluded.jobs,"
            " memo = excluded.memo, attempts = excluded.attempts, started = excluded.started, ended = excluded.ended"
        )
        self._unwanted = written("SELECT 1 FROM rules_runs WHERE id = ? AND cancel = 1")
        self._wait = written(
            "INSERT INTO rules_waiting (job, run) VALUES (?, ?) ON CONFLICT (job, run) DO NOTHING"
        )

    def record(
        self,
        run: Run,
        steps: Sequence[Step],
        *,
        state: RunState,
        step: int | None,
        attempt: int,
        wake: datetime | None,
        jobs: Sequence[str],
        errors: Sequence[str],
    ) -> bool:
        """See `Journal.record`."""
        rows = [_row(run, step) for step in steps]
        ended = state in ENDED
        far = (step or run.step, attempt, seconds(wake), texts_text(jobs), texts_text(errors))
        key = (run.id, run.token)

        def work(raw: Raw) -> bool:
            now = self._clock.now().timestamp()
            if state != "running" and run.item is not None:
                self._ending.lock(raw, run.rule, run.item)
            if state == "running":
                found = raw.execute(self._go_on, (*far, *key)).rowcount
            else:
                whole = (*far, state, _queue(state, wake, now), now if ended else None)
                found = raw.execute(self._give_back, (*whole, *key)).rowcount
            if found == 0:
                return False
            for row in rows:
                raw.execute(self._keep, row)
            if state == "waiting":
                for job in jobs:
                    raw.execute(self._wait, (job, run.id))
            if ended and run.item is not None:
                well = state == "finished"
                self._ending.end(raw, run.rule, run.item, well=well, errors=errors, now=now)
            if state in ("pending", "waiting") and raw.execute(self._unwanted, (run.id,)).fetchone():
                self._intervening.cancel_within(raw, run.id)  # who asked for that must not wait for it
            return True

        return self._statements.write(work)


def _queue(state: RunState, wake: datetime | None, now: float) -> int | None:
    if state == "pending":
        return ASLEEP if wake and wake.timestamp() > now else READY
    return WAITING if state == "waiting" else None


def _row(run: Run, step: Step) -> tuple[object, ...]:
    return (
        *(run.id, step.number, step.action, step.state, storable(step.reason), texts_text(step.jobs)),
        *(json_text(dict(step.memo)), step.attempts, seconds(step.started), seconds(step.ended)),
    )
