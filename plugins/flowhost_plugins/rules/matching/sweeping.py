"""Goes through all items that a rule's searches find: starts what no notification told of, and notices what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.approval import is_approved
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.occasions import Occasion, item_variables
from flowhost_plugins.rules.matching.recorder import Recorder
from flowhost_plugins.rules.matching.results import Settings, SweepResult
from flowhost_plugins.rules.matching.seen import Seen
from flowhost_plugins.rules.matching.standing_triggers import (
    StandingTrigger,
    StandingTriggers,
    named,
    standing,
)
from flowhost_plugins.rules.matching.starting import Starting
from flowhost_plugins.rules.matching.swept_facts import keep_sweep, last_sweep
from flowhost_plugins.rules.matching.unmatching import HANDLED, Unmatching
from flowhost_plugins.rules.matching.weighing import Weighed, Weighing
from flowhost_plugins.rules.records import Check, Decision

SWEEP = "sweep"

PATIENCE = timedelta(seconds=10)
"""How long a notification may be on its way: what changed within it is not counted as missed."""

INTERVALS = 4
"""After so many polling intervals without a sweep, what the next one finds was simply there."""

ISSUE = "The sweep failed: "
"""How an issue of a deployment begins that a sweep may take back."""


@dataclass(slots=True)
class _Counts:
    """How a sweep goes."""

    found: int = 0
    known: int = 0
    started: int = 0
    missed: int = 0
    unmatched: int = 0
    held: int = 0
    issue: str = ""
    seen: Seen = field(default_factory=Seen)


class Sweeping:
    """Sweeps rules, one at a time.

    Args:
        journal: what was done already.
        library: where the items are.
        weighing: decides about each new match.
        unmatching: lets rules forget items.
        recorder: keeps why.
        clock: the time.
        settings: what holds for all rules.
    """

    def __init__(
        self,
        journal: Journal,
        library: Library,
        weighing: Weighing,
        unmatching: Unmatching,
        recorder: Recorder,
        clock: flowhost.Clock,
        settings: Settings,
    ) -> None:
        self._journal = journal
        self._library = library
        self._weighing = weighing
        self._recorder = recorder
        self._clock = clock
        self._settings = settings
        self._triggers = StandingTriggers(library)
        self._unmatching = unmatching
        self._starting = Starting(journal, recorder)

    def sweep(self, deployed: DeployedRule) -> SweepResult:
        """Sweep a rule; see `Matcher.sweep`."""
        if not standing(deployed.rule) or not deployed.reacts.held:
            return SweepResult(deployed.name)
        begun = self._clock.now()
        counts = _Counts()
        try:
            self._start_new(deployed, counts, begun)
            self._unmatch_gone(deployed, counts)
        except flowhost.Permanent as error:
            counts.issue = f"{ISSUE}{error}"
            self._settle_deployment(deployed, counts)
            return _result(deployed, counts)
        self._settle_deployment(deployed, counts)
        if not counts.held:  # what is held is still to be counted: by the first sweep that starts something
            keep_sweep(self._journal, deployed, begun)
        return _result(deployed, counts)

    def _start_new(self, deployed: DeployedRule, counts: _Counts, begun: datetime) -> None:
        may_miss = self._may_miss(deployed, begun)
        weighed = self._weighed(deployed, counts, may_miss, begun)
        started = self._starting.start_matches(deployed, weighed, begun)
        counts.started, counts.missed, counts.held = started.runs, started.missed, started.held

    def _weighed(
        self, deployed: DeployedRule, counts: _Counts, may_miss: bool, begun: datetime
    ) -> Iterator[Weighed]:
        """Every match that the ledger takes for new, weighed."""

        def facts_of(item_id: str) -> Facts:
            return self._facts(deployed, item_id, begun)

        for number, trigger in enumerate(standing(deployed.rule)):
            for page in self._triggers.pages(deployed, trigger, facts_of):
                self._doubt(deployed, page.doubts, counts, begun)
                ids = page.held if number == 0 else tuple(counts.seen.without(page.held))
                counts.seen.add((*ids, *page.doubts))
                for item_id in self._new_ones(deployed, ids, counts):
                    yield self._weigh(deployed, trigger, facts_of(item_id), may_miss)

    def _new_ones(self, deployed: DeployedRule, ids: Sequence[str], counts: _Counts) -> Iterator[str]:
        """Those of the items that the ledger takes for new."""
        states = self._journal.item_states(deployed.name, ids)
        counts.found += len(ids)
        counts.known += sum(state in HANDLED for state in states.values())
        for item_id in ids:
            state = states.get(item_id)
            # one may have stopped matching, as a notification told, while this page was read
            if state is None or (state == "unmatched" and self._holds_now(deployed, item_id)):
                yield item_id

    def _doubt(
        self, deployed: DeployedRule, doubts: Mapping[str, str], counts: _Counts, now: datetime
    ) -> None:
        """Items nobody can tell about are left as they are."""
        for item_id, reason in doubts.items():
            if self._library.assets.item(item_id) is None:
                continue  # deleted since its id was read
            checks = (deployed.reacts, Check("trigger", False, reason))
            self._recorder.decide(Decision(deployed.name, item_id, checks, now, now, trigger=SWEEP))
            counts.issue = counts.issue or f"{ISSUE}{reason}"

    def _weigh(
        self, deployed: DeployedRule, trigger: StandingTrigger, facts: Facts, may_miss: bool
    ) -> Weighed:
        assert facts.item is not None, "a sweep goes through items"
        item_id = facts.item.id
        checks = (deployed.reacts, Check("trigger", True, f"{named(trigger)} has the item"))
        missed = may_miss and self._is_missed(deployed, facts)
        occasion = Occasion(
            trigger.kind,
            item_id,
            SWEEP,
            checks=checks,
            once=True,
            swept=missed,
            variables=item_variables(item_id),
        )
        return self._weighing.weigh(deployed, occasion, facts, counted=True)

    def _unmatch_gone(self, deployed: DeployedRule, counts: _Counts) -> None:
        """Find handled items that no search finds any more."""
        summary = self._journal.summary(deployed.name)
        if counts.known != summary.handled + summary.failed:  # equal: every handled item was found
            after = ""
            while records := self._journal.items(deployed.name, after=after):
                handled = [record.item for record in records if record.state in HANDLED]
                gone = [one for one in counts.seen.without(handled) if not self._holds_now(deployed, one)]
                if gone:
                    counts.unmatched += self._unmatching.unmatch(deployed, gone)
                after = records[-1].item
        self._unmatching.reconcile(deployed)

    def _holds_now(self, deployed: DeployedRule, item_id: str) -> bool:
        """Whether an item matches at this moment, and not only when its page was read."""
        facts = self._facts(deployed, item_id, self._clock.now())
        try:
            return bool(self._triggers.any_check(deployed, facts)[1].held)
        except flowhost.Permanent:
            if self._library.assets.item(item_id) is not None:
                raise
            return False  # the item was deleted

    def _may_miss(self, deployed: DeployedRule, now: datetime) -> bool:
        """Whether notifications should have told of all that came since the sweep before this one."""
        last = last_sweep(self._journal, deployed)
        interval = deployed.rule.polling_interval or self._settings.polling_interval
        if last is None or deployed.deployment.held or is_approved(deployed.deployment, now):
            return False
        return now - last <= timedelta(seconds=INTERVALS * interval)

    def _is_missed(self, deployed: DeployedRule, facts: Facts) -> bool:
        """Whether a notification should have told of a match. One that somebody cleared was told of before."""
        assert facts.item is not None, "a sweep goes through items"
        try:
            updated = facts.item.updated
        except flowhost.Permanent:
            return False  # it was deleted meanwhile
        if updated is not None and facts.now - updated < PATIENCE:
            return False
        newest = self._journal.runs(rule=deployed.name, item=facts.item.id, number=1)
        return not newest or self._weighing.state(deployed.name, facts.item.id) is not None

    def _facts(self, deployed: DeployedRule, item_id: str, now: datetime) -> Facts:
        kind = standing(deployed.rule)[0].kind
        occasion = Occasion(kind, item_id, SWEEP, variables=item_variables(item_id))
        return self._weighing.facts(deployed, occasion, now)

    def _settle_deployment(self, deployed: DeployedRule, counts: _Counts) -> None:
        deployment = deployed.deployment
        if deployment.held != counts.held and not counts.issue:
            self._journal.change_deployment(deployed.name, held=counts.held)
        if deployment.issue != counts.issue and (counts.issue or deployment.issue.startswith(ISSUE)):
            self._journal.change_deployment(deployed.name, issue=counts.issue)


def _result(deployed: DeployedRule, counts: _Counts) -> SweepResult:
    return SweepResult(
        deployed.name,
        found=counts.found,
        started=counts.started,
        missed=counts.missed,
        unmatched=counts.unmatched,
        held=counts.held,
        issue=counts.issue,
    )
