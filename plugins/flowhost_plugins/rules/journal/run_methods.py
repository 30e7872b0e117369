"""The journal's face: runs, from the claim to the end, and what people do to them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from flowhost_plugins.rules.journal.opened import Opened
from flowhost_plugins.rules.records import Run, RunState, Step


class RunMethods(Opened):
    """Runs and their steps."""

    def claim(
        self,
        owner: str,
        *,
        number: int,
        total: int,
        per_rule: Mapping[str, int],
        rules: Container[str] | None = None,
    ) -> list[Run]:
        """Take runs that have something to do: each is ``running``, this owner's, and its token has grown.

        Those with the highest priority first, then the oldest. These have something to do:

        - pending ones whose time has come. They count against the limits, as does everything ``running`` or ``waiting``.
        - waiting ones whose time has come. They count already.
        - those of dead owners, likewise. Their step is tried again (`Run.attempt` has grown), unless it was waiting.

        Never are two runs of one rule for one item under way.

        Args:
            owner: who takes them.
            number: at most so many.
            total: how many runs may be under way in all; 0: none starts.
            per_rule: rule → how many of its runs may be under way; a rule that is not in it has no limit of its own.
            rules: only pending runs of these start; None: of all.
        """
        return self._parts.claiming.claim(owner, number=number, total=total, per_rule=per_rule, rules=rules)

    def record(
        self,
        run: Run,
        steps: Sequence[Step],
        *,
        state: RunState,
        step: int | None = None,
        attempt: int = 1,
        wake: datetime | None = None,
        jobs: Sequence[str] = (),
        errors: Sequence[str] = (),
    ) -> bool:
        """Keep how far a claimed run came, in one transaction, if it is still the caller's.

        With the last state a run ends: its item is handled when it is ``finished``, and failed otherwise; and it is
        processing still when another run of the rule waits for it. ``pending`` and ``waiting`` give the run back. One that
        somebody wants to end (see `cancel`) is cancelled instead of pending, and due at once instead of waiting.

        Args:
            run: as it was claimed; only its id, token, rule and item are looked at, and its step.
            steps: steps that changed; they replace what was kept of the same numbers.
            state: of the run from now on.
            step: number of the next step, or of the one that waits; None: that of `run`.
            attempt: number of the next try of that step.
            wake: ``pending``: not before; ``waiting``: when it is due, even if none of `jobs` ended. None: at once
                (``pending``), or when a job ends (``waiting``).
            jobs: ids of the jobs it waits for.
            errors: all errors of the run so far; they replace those that were kept.

        Returns:
            False: somebody else has the run, or it was given back: nothing was changed.
        """
        return self._parts.recording.record(
            run, steps, state=state, step=step, attempt=attempt, wake=wake, jobs=jobs, errors=errors
        )

    def wake(self, jobs: Iterable[str]) -> int:
        """Runs that wait for one of these jobs are due now; returns how many."""
        return self._parts.waking.wake(jobs)

    def wake_run(self, run: int) -> bool:
        """A run that waits, or is pending until a later moment, is due now; False: there is no such run."""
        return self._parts.waking.wake_run(run)

    def cancel(self, run: int) -> RunState | None:
        """Let a run end: a pending one is cancelled at once, others are marked and due; its owner ends it then.

        Returns:
            The state it has now; None: there is no such run.
        """
        return self._parts.intervening.cancel(run)

    def cancelling(self, owner: str) -> set[int]:
        """Numbers of the runs this owner has, and somebody wants to end."""
        return self._parts.runs.cancelling(owner)

    def retry(self, run: int) -> Run | None:
        """Let a failed or cancelled run go on, pending, at its first step that failed; None: there is no such run."""
        return self._parts.intervening.retry(run)

    def run(self, id: int) -> Run | None:  # noqa: A002  # the word of the record
        """The run with this number."""
        return self._parts.runs.one(id)

    def steps(self, run: int) -> list[Step]:
        """The steps of a run that were recorded, in order."""
        return self._parts.runs.steps(run)

    def runs(
        self,
        *,
        rule: str | None = None,
        item: str | None = None,
        state: RunState | None = None,
        before: int | None = None,
        number: int = 100,
    ) -> list[Run]:
        """Runs that match all that is given, newest first; those before the number `before`, at most `number`."""
        return self._parts.runs.matching(rule=rule, item=item, state=state, before=before, number=number)
