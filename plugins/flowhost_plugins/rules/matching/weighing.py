"""Weighs whether an occasion starts a run: conditions, settle, ledger, guard, approval, in this order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.approval import one_by_one_check
from flowhost_plugins.rules.matching.conditions import condition_checks
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.guard import Lineage, lineage
from flowhost_plugins.rules.matching.ledger import refusal_check, settling_run, state_check
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.occasions import Occasion
from flowhost_plugins.rules.matching.results import Settings
from flowhost_plugins.rules.matching.settling import settling
from flowhost_plugins.rules.records import Check, Decision, ItemState, NewRun, Refusal, Run

LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What became of an occasion.

    Args:
        deployed: the rule.
        occasion: the occasion.
        checks: what was looked at, in order.
        new: the run to be started; None: none.
    """

    deployed: DeployedRule
    occasion: Occasion
    checks: tuple[Check, ...]
    new: NewRun | None = None

    def decision(self, now: datetime, answer: Run | Refusal | None = None) -> Decision:
        """Why a run was or was not started.

        Args:
            now: the time of day.
            answer: what the ledger answered; None: it was not asked.
        """
        checks, run = self.checks, None
        if isinstance(answer, Run):
            run = answer.id
        elif answer is not None:
            before = [check.what for check in checks]
            kept = before.index(LEDGER) if LEDGER in before else len(checks)
            checks = (*checks[:kept], refusal_check(answer))
        item = self.occasion.item or ""
        return Decision(self.deployed.name, item, checks, now, now, run=run, trigger=self.occasion.told_by)


class Weighing:
    """Weighs occasions.

    Args:
        journal: what was done already.
        library: where the items are.
        settings: what holds for all rules.
    """

    def __init__(self, journal: Journal, library: Library, settings: Settings) -> None:
        self._journal = journal
        self._library = library
        self._settings = settings

    def facts(self, deployed: DeployedRule, occasion: Occasion, now: datetime) -> Facts:
        """What the rule's expressions see."""
        event = occasion.event_at(deployed.name, now)
        return Facts(event, occasion.item, self._library, now, occasion.variables)

    def weigh(
        self, deployed: DeployedRule, occasion: Occasion, facts: Facts, *, counted: bool = False
    ) -> Weighed:
        """Whether an occasion starts a run.

        Args:
            deployed: the rule.
            occasion: the occasion, of which the rule and the trigger were looked at.
            facts: what the rule's expressions see.
            counted: whether the ledger was looked at and the matches are counted, as a sweep does.

        Raises:
            Unavailable: the asset system or the journal cannot be used.
        """
        weight = _Weight(self, deployed, occasion, facts, counted)
        checks = list(occasion.checks)
        if occasion.passed:
            for check in weight.checks():
                checks.append(check)
                if check.held is False:
                    break
        passed = all(check.held is not False for check in checks)
        return Weighed(deployed, occasion, tuple(checks), weight.new() if passed else None)

    def state(self, rule: str, item: str) -> ItemState | None:
        """How an item is for a rule."""
        return self._journal.item_states(rule, [item]).get(item)

    def ledger_check(self, deployed: DeployedRule, occasion: Occasion) -> Check | None:
        """What the ledger says; None: it is not asked."""
        if occasion.item is None:
            return None
        if occasion.once:
            return state_check(self.state(deployed.name, occasion.item))
        if deployed.rule.settle and (run := settling_run(self._journal, deployed.name, occasion.item)):
            return Check(LEDGER, False, f"run {run.id} of this rule waits for the item to settle")
        return None

    def lineage(self, deployed: DeployedRule, occasion: Occasion, now: datetime) -> Lineage:
        """What the guard says."""
        return lineage(self._journal, self._settings, deployed, occasion.item, occasion.mark, now)

    def approval_check(self, deployed: DeployedRule, occasion: Occasion, now: datetime) -> Check | None:
        """What the brake says of one match that nobody counted; None: it is not for this one."""
        return one_by_one_check(self._journal, deployed, now) if occasion.once else None


class _Weight:
    """One occasion on the scales."""

    def __init__(
        self, weighing: Weighing, deployed: DeployedRule, occasion: Occasion, facts: Facts, counted: bool
    ) -> None:
        self._weighing = weighing
        self._deployed = deployed
        self._occasion = occasion
        self._facts = facts
        self._counted = counted
        self._wake: datetime | None = None
        self._lineage: Lineage | None = None

    def checks(self) -> Iterator[Check]:
        """One after another, so that none is made after one that did not hold."""
        rule, now = self._deployed.rule, self._facts.now
        yield from condition_checks(rule.conditions, self._facts)
        if settled := settling(rule, self._facts):
            check, self._wake = settled
            yield check
        if not self._counted and (ledger := self._weighing.ledger_check(self._deployed, self._occasion)):
            yield ledger
        self._lineage = self._weighing.lineage(self._deployed, self._occasion, now)
        yield self._lineage.check
        if not self._counted:
            approval = self._weighing.approval_check(self._deployed, self._occasion, now)
            if approval:
                yield approval

    def new(self) -> NewRun:
        """The run, once nothing stood against it."""
        depth, chain = (self._lineage.depth, self._lineage.chain) if self._lineage else (0, ())
        return self._occasion.run(self._deployed, wake=self._wake, depth=depth, chain=chain)


def with_check(weighed: Weighed, check: Check) -> Weighed:
    """It with one more check, which may forbid the run."""
    new = weighed.new if check.held is not False else None
    return replace(weighed, checks=(*weighed.checks, check), new=new)
