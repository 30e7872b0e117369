"""Runs: looking at them, and letting them end or try again."""

from __future__ import annotations

import flowhost
from flowhost_plugins.rules.administration.errors import NotFound, Refused
from flowhost_plugins.rules.administration.names import LARGEST, is_storable
from flowhost_plugins.rules.administration.results import RunDetails
from flowhost_plugins.rules.administration.rulebook import Rulebook
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.records import ENDED, Run, RunState


class Runs:
    """The runs in a site's journal."""

    def __init__(self, site: Site, rulebook: Rulebook) -> None:
        self._site = site
        self._rulebook = rulebook

    def runs(
        self, rule: str | None, item: str | None, state: RunState | None, before: int | None, number: int
    ) -> list[Run]:
        """See `Administration.runs`."""
        if rule is not None:
            self._rulebook.deployment(rule)
        if item is not None and not is_storable(item):
            return []
        before = None if before is None else max(0, min(before, LARGEST))
        return self._site.journal.runs(rule=rule, item=item, state=state, before=before, number=number)

    def run(self, number: int) -> RunDetails:
        """See `Administration.run`."""
        run = self._known(number)
        steps = tuple(self._site.journal.steps(number))
        end = run.ended or self._site.clock.now()
        seconds = None if run.started is None else (end - run.started).total_seconds()
        ahead = () if run.state in ENDED else self._actions(run)[len(steps) :]
        return RunDetails(run, steps, ahead, seconds)

    def cancel(self, number: int) -> Run:
        """See `Administration.cancel`."""
        run = self._known(number)
        if run.state in ENDED:
            raise Refused(f"run {number} has ended already: it is {run.state}")
        self._site.journal.cancel(number)
        return self._known(number)

    def retry(self, number: int) -> Run:
        """See `Administration.retry`."""
        run = self._known(number)
        self._rulebook.living(run.rule)
        again = self._site.journal.retry(number)
        if again is None:
            raise Refused(f"run {number} is {run.state}; only a failed or cancelled one can be tried again")
        return again

    def _known(self, number: int) -> Run:
        run = self._site.journal.run(number) if 0 < number <= LARGEST else None
        if run is None:
            raise NotFound(f"there is no run {number}")
        return run

    def _actions(self, run: Run) -> tuple[str, ...]:
        """The actions of all steps; none when the revision is forgotten, or written for another version."""
        try:
            rule = self._rulebook.rule(run.rule, run.revision)
        except (NotFound, flowhost.ConfigError):
            return ()
        return tuple(step.action for step in rule.steps)
