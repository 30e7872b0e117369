"""What hinders a rule, in sentences: items that failed, revisions that cannot run, runs that do not begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import flowhost
from flowhost_plugins.rules.administration.site import Site
from flowhost_plugins.rules.matching import Admission, admission
from flowhost_plugins.rules.records import Deployment, Summary
from flowhost_plugins.rules.rule import Rule

STALLED = timedelta(minutes=2)
"""How long a run may be pending though nothing holds it back; engines look every second, and longer when busy."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the issues of every rule depend on.

    Args:
        site: what the administration stands on.
        assets: the asset system; None: it cannot be asked.
        running: whether a daemon runs the rules.
        under_way: runs under way, of all rules together.
        now: the time.
    """

    site: Site
    assets: flowhost.AssetSystem | None
    running: bool
    under_way: int
    now: datetime

    def issues(self, deployment: Deployment, rule: Rule | None, summary: Summary) -> tuple[str, ...]:
        """What hinders one rule.

        Args:
            deployment: how it is deployed.
            rule: what its newest revision says; None: that cannot be read.
            summary: its counts.
        """
        return tuple(self._issues(deployment, rule, summary))

    def _issues(self, deployment: Deployment, rule: Rule | None, summary: Summary) -> Iterator[str]:
        if deployment.issue:
            yield deployment.issue
        elif rule is None:
            yield f"revision {deployment.revision} cannot be read by this version"
        if summary.failed:
            yield f"{_items(summary.failed)} failed"
        if deployment.held:
            yield f"{deployment.held} matches wait to be approved"
        if rule is not None and not (deployment.suspended or deployment.deleted):
            yield from self._held_up(rule, summary)

    def _held_up(self, rule: Rule, summary: Summary) -> Iterator[str]:
        if not self.running:
            if summary.running:
                yield f"{_runs(summary.running)} interrupted: no daemon runs"
            if summary.pending:
                yield f"{_runs(summary.pending)} pending: no daemon runs"
            return
        if summary.pending and not self.site.total:
            yield f"{_runs(summary.pending)} pending: 'maximum total concurrency' is 0"
            return
        admitted = admission(self.site.journal, rule, self.now)
        breaker = next((one for one in admitted.checks if one.what == "breaker"), None)
        if breaker is not None and breaker.held is False:
            yield f"paused: {breaker.reason}"
        if self._is_stalled(admitted, summary):
            yield f"stalled: {_runs(summary.pending)} pending since {summary.oldest_pending:%Y-%m-%d %H:%M} UTC"

    def _is_stalled(self, admitted: Admission, summary: Summary) -> bool:
        """Whether runs do not begin though they could."""
        oldest = summary.oldest_pending
        has_room = summary.running < admitted.limit and self.under_way < self.site.total
        return oldest is not None and self.now - oldest > STALLED and admitted.open and has_room


def _items(number: int) -> str:
    return "1 item" if number == 1 else f"{number} items"


def _runs(number: int) -> str:
    return "1 run is" if number == 1 else f"{number} runs are"
