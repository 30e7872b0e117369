"""A run on its way through its steps: where it is, and what is not yet in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import flowhost
from flowhost_plugins.rules.engine.made_rules import MadeRule
from flowhost_plugins.rules.records import Run, RunState, Step

RENEWED = "flowhost-renewed"
"""Of a step's memo: what makes its key another than before somebody let the run go on; not the action's."""

STOPPED = "flowhost-stopped"
"""Of a step's memo: it ended the run; no later step is taken, also when somebody lets the run go on."""


@dataclass(slots=True, eq=False)
class Journey:
    """One run, in the hands of one thread at a time.

    Args:
        run: as it was claimed.
        made: the revision of its rule.
        number: of the step it is at, from 1.
        attempt: number of the try of that step, from 1.
        known: the steps as they are recorded: number → step.
        unwritten: steps that ended since the journal was last written.
        errors: a sentence for each step that failed.
        begun: when the step it is at began.
    """

    run: Run
    made: MadeRule
    number: int
    attempt: int
    known: dict[int, Step]
    unwritten: list[Step] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    begun: datetime | None = None

    @classmethod
    def of(cls, run: Run, made: MadeRule, steps: Iterable[Step]) -> Journey:
        """Where a run that was claimed goes on."""
        known = {step.number: step for step in steps}
        at = known.get(run.step)
        attempt = run.attempt
        if at is not None and at.state == "started":
            attempt = max(attempt, at.attempts + 1)  # nobody saw its last try end
        return cls(run, made, run.step, attempt, known, errors=list(run.errors))

    @property
    def finished(self) -> bool:
        """Whether every step was taken."""
        return self.number > len(self.made.actions)

    @property
    def end_state(self) -> RunState:
        """How it ended, when every step was taken."""
        return "failed" if self.errors else "finished"

    @property
    def action(self) -> flowhost.Action:
        """The action of the step it is at."""
        return self.made.actions[self.number - 1]

    @property
    def action_name(self) -> str:
        """How the rule's file calls that action."""
        return self.made.rule.steps[self.number - 1].action

    @property
    def what(self) -> str:
        """The step it is at, for the log."""
        item = f" for {self.run.item}" if self.run.item else ""
        return f"step {self.number} ({self.action_name}) of run {self.run.id}, rule {self.run.rule!r}{item}"

    @property
    def waited(self) -> Step | None:
        """The step it is at, when that waits for jobs or for a moment."""
        at = self.known.get(self.number)
        return at if at is not None and at.state == "waiting" else None

    @property
    def is_new(self) -> bool:
        """Whether none of its steps was ever begun."""
        return self.number == 1 and self.attempt == 1 and not self.known

    def step(self, outcome: flowhost.Outcome, now: datetime) -> Step:
        """The step it is at, as it came out."""
        at = self.known.get(self.number)
        return Step(
            self.number,
            self.action_name,
            outcome.state,
            reason=outcome.reason or (at.reason if at and outcome.state == "done" else ""),
            jobs=outcome.jobs or (at.jobs if at else ()),
            memo=self._kept(outcome),
            attempts=self.attempt,
            started=(at.started if at else None) or self.begun or now,
            ended=None if outcome.state == "waiting" else now,
        )

    @property
    def renewed(self) -> str:
        """See `flowhost.Context`: the last job that failed before somebody let the run go on."""
        at = self.known.get(self.number)
        if at is None or at.state == "waiting":
            return str(at.memo.get(RENEWED, "")) if at else ""
        return at.jobs[-1] if at.jobs else ""

    @property
    def memo(self) -> dict[str, Any]:
        """What the action kept while it waited."""
        waited = self.waited
        return {name: value for name, value in waited.memo.items() if name != RENEWED} if waited else {}

    def started_step(self, now: datetime) -> Step:
        """The step it is at, as it begins."""
        self.begun = now
        at = self.known.get(self.number)
        return Step(
            self.number,
            self.action_name,
            "started",
            jobs=at.jobs if at else (),
            attempts=self.attempt,
            started=(at.started if at else None) or now,
        )

    def interrupted_step(self, now: datetime) -> Step:
        """The step it is at, given back though it is not done: this try does not count."""
        at = self.known.get(self.number)
        if at is not None and at.state == "waiting":
            return at
        return replace(self.started_step(now), attempts=self.attempt - 1)

    def _kept(self, outcome: flowhost.Outcome) -> Mapping[str, Any]:
        if outcome.stop:
            return {**outcome.memo, STOPPED: True}
        if outcome.state == "waiting" and self.renewed:
            return {**outcome.memo, RENEWED: self.renewed}
        return outcome.memo

    def pass_done(self) -> bool:
        """Pass the step it is at, if it is done: of a run that failed after it, and is tried again."""
        at = self.known.get(self.number)
        if at is None or at.state != "done":
            return False
        self._go_past(stop=STOPPED in at.memo)
        return True

    def move_on(self, outcome: flowhost.Outcome, now: datetime) -> None:
        """The step it is at has come to an end."""
        self.unwritten.append(self.step(outcome, now))
        if outcome.state == "failed":
            self.errors.append(f"step {self.number} ({self.action_name}): {outcome.reason}")
        self._go_past(stop=outcome.stop)

    def _go_past(self, *, stop: bool) -> None:
        self.number = len(self.made.actions) + 1 if stop else self.number + 1
        self.attempt = 1
        self.begun = None
