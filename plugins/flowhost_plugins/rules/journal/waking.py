"""Waking runs: what they wait for came, or somebody does not want them to wait."""

# statements are put together of our own words; values are always parameters
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterable

import flowhost
from flowhost_plugins.rules.journal.schema import ASLEEP, READY, WAITING
from flowhost_plugins.rules.journal.stamps import Stamps
from flowhost_plugins.rules.journal.statements import Raw, Statements


class Waking:
    """Wakes runs of one journal."""

    def __init__(self, statements: Statements, stamps: Stamps, clock: flowhost.Clock) -> None:
        self._statements = statements
        self._stamps = stamps
        self._clock = clock
        self._of_job = statements.written("SELECT run FROM rules_waiting WHERE job = ?")
        self._due = statements.written(f"UPDATE rules_runs SET wake = ? WHERE id = ? AND queue = {WAITING}")
        self._one = statements.written(
            f"UPDATE rules_runs SET wake = ?, queue = CASE WHEN queue = {ASLEEP} THEN {READY} ELSE queue END"
            f" WHERE id = ? AND queue IN ({ASLEEP}, {WAITING})"
        )

    def wake(self, jobs: Iterable[str]) -> int:
        """See `Journal.wake`; most jobs are nobody's, and cost one look."""
        wanted = set(jobs)

        def waiting(raw: Raw) -> set[int]:
            return {run for job in wanted for (run,) in raw.execute(self._of_job, (job,)).fetchall()}

        def work(raw: Raw) -> int:
            now = self._clock.now().timestamp()
            # by their numbers: two that wake the same runs must not wait for each other in a circle
            return sum(int(raw.execute(self._due, (now, run)).rowcount) for run in sorted(waiting(raw)))

        return self._statements.write(work) if self._statements.read(waiting) else 0

    def wake_run(self, run: int) -> bool:
        """See `Journal.wake_run`."""

        def work(raw: Raw) -> bool:
            woken: bool = raw.execute(self._one, (self._clock.now().timestamp(), run)).rowcount > 0
            if woken:
                self._stamps.grow(raw)
            return woken

        return self._statements.write(work)
