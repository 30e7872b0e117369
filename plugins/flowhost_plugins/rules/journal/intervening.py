"""What people do to a run: let it end, or let it try again."""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

import flowhost
from flowhost_plugins.rules.journal.ending import Ending
from flowhost_plugins.rules.journal.rows import RUN, run_of, texts_text
from flowhost_plugins.rules.journal.schema import BEHIND, READY
from flowhost_plugins.rules.journal.stamps import Stamps
from flowhost_plugins.rules.journal.statements import Raw, Statements
from flowhost_plugins.rules.records import ENDED, Run, RunState

CANCELLED = "cancelled before it started"
"""Why an item failed whose run was cancelled while it was pending."""


class Intervening:
    """Cancels runs of one journal, and lets them try again."""

    def __init__(self, statements: Statements, stamps: Stamps, ending: Ending, clock: flowhost.Clock) -> None:
        self._statements = statements
        self._stamps = stamps
        self._ending = ending
        self._clock = clock
        written, locking = statements.written, statements.locking
        self._look = written(f"SELECT {RUN} FROM rules_runs WHERE id = ?")
        self._look_closely = locking(f"SELECT {RUN} FROM rules_runs WHERE id = ?")
        self._queue_of = written("SELECT queue FROM rules_runs WHERE id = ?")
        self._end = written(
            "UPDATE rules_runs SET state = 'cancelled', queue = NULL, cancel = 1, ended = ?, errors = ? WHERE id = ?"
        )
        self._mark = written(
            "UPDATE rules_runs SET cancel = 1, wake = CASE WHEN state = 'waiting' THEN ? ELSE wake END WHERE id = ?"
        )
        self._meet = written(
            "INSERT INTO rules_items (rule, item, state, run, times, since, errors)"
            " VALUES (?, ?, 'failed', ?, 1, ?, '[]') ON CONFLICT (rule, item) DO NOTHING"
        )
        self._state_of = locking("SELECT state FROM rules_items WHERE rule = ? AND item = ?")
        self._process = written(
            "UPDATE rules_items SET since = CASE WHEN state = 'processing' THEN since ELSE ? END,"
            " state = 'processing', run = ?, times = times - 1, errors = '[]' WHERE rule = ? AND item = ?"
        )
        self._first_failed = written("SELECT min(number) FROM rules_steps WHERE run = ? AND state = 'failed'")
        self._again = written(
            "UPDATE rules_runs SET state = 'pending', queue = ?, step = ?, attempt = 1, cancel = 0, errors = '[]',"
            " jobs = '[]', wake = NULL, ended = NULL WHERE id = ?"
        )

    def cancel(self, run: int) -> RunState | None:
        """See `Journal.cancel`."""
        return self._statements.write(lambda raw: self.cancel_within(raw, run))

    def cancel_within(self, raw: Raw, number: int) -> RunState | None:
        """See `Journal.cancel`; within a transaction."""
        run = self._locked(raw, number)
        if run is None or run.state in ENDED:
            return run.state if run else None
        now = self._clock.now().timestamp()
        if run.state != "pending":
            raw.execute(self._mark, (now, number))
            self._stamps.grow(raw)
            return run.state
        behind = raw.execute(self._queue_of, (number,)).fetchone()[0] == BEHIND
        errors = [*run.errors, CANCELLED] if run.started is None else [*run.errors, "cancelled"]
        raw.execute(self._end, (now, texts_text(errors), number))
        if run.item is not None:
            if behind:
                self._ending.end_behind(raw, run.rule, run.item)
            else:
                self._ending.end(raw, run.rule, run.item, well=False, errors=errors, now=now)
        self._stamps.grow(raw)
        return "cancelled"

    def retry(self, run: int) -> Run | None:
        """See `Journal.retry`."""
        return self._statements.write(lambda raw: self._retry(raw, run))

    def _retry(self, raw: Raw, number: int) -> Run | None:
        run = self._locked(raw, number)
        if run is None or run.state not in ("failed", "cancelled"):
            return None
        queue = READY
        if run.item is not None:
            now = self._clock.now().timestamp()
            # its row may be forgotten, and the run be tried again all the same
            raw.execute(self._meet, (run.rule, run.item, run.id, now))
            if raw.execute(self._state_of, (run.rule, run.item)).fetchone()[0] == "processing":
                queue = BEHIND
            raw.execute(self._process, (now, run.id, run.rule, run.item))
        step = raw.execute(self._first_failed, (number,)).fetchone()[0] or run.step
        raw.execute(self._again, (queue, step, number))
        self._stamps.grow(raw)
        return run_of(raw.execute(self._look, (number,)).fetchone())

    def _locked(self, raw: Raw, number: int) -> Run | None:
        """A run that nobody else changes until the end; its item, if any, is locked first."""
        row = raw.execute(self._look, (number,)).fetchone()
        if row is None:
            return None
        seen = run_of(row)
        if seen.item is not None:
            self._ending.lock(raw, seen.rule, seen.item)
        row = raw.execute(self._look_closely, (number,)).fetchone()
        return run_of(row) if row else None
