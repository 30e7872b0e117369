"""What matching answers: how a sweep went, whether a run may start, why an item is or is not handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import flowhost
from flowhost_plugins.rules.records import Check, Decision, Run


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for all rules.

    Args:
        max_depth: how many runs of rules may lead to one another.
        item_budget: how many runs one rule may start for one item within an hour.
        keep_events: whether events are kept, so that drafts of rules can be tried on them.
        polling_interval: seconds between two sweeps of a rule that names none.
    """

    max_depth: int = 8
    item_budget: int = 100
    keep_events: bool = True
    polling_interval: float = 30.0


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How one sweep of a rule went.

    Args:
        rule: its name.
        found: items that match.
        started: how many runs were started.
        missed: how many of them a notification should have told of.
        unmatched: items that do not match any more.
        held: matches that wait to be approved; 0: none.
        issue: why it could not be done, in a sentence; empty: it was done.
    """

    rule: str
    found: int = 0
    started: int = 0
    missed: int = 0
    unmatched: int = 0
    held: int = 0
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a run that waited may still begin.

    Args:
        state: ``go``; ``later``: not before `until`; ``gone``: its reason is gone, it need not run.
        checks: what was looked at, in order.
        until: the moment of ``later``.
    """

    state: Literal["go", "later", "gone"]
    checks: tuple[Check, ...] = ()
    until: datetime | None = None

    @property
    def reason(self) -> str:
        """The sentence of the check that decided; empty when it may begin."""
        return "" if self.state == "go" else next((one.reason for one in self.checks if not one.held), "")


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether runs of a rule may start now.

    Args:
        checks: window, quota and breaker, each with the actual values.
        limit: how many runs of the rule may be under way, those under way now included; 0: none may start.
    """

    checks: tuple[Check, ...]
    limit: int

    @property
    def open(self) -> bool:
        """Whether a run may start."""
        return all(check.held is not False for check in self.checks)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule does or does not start a run for an item, at one moment.

    Args:
        rule: name of the rule.
        item: id of the item.
        moment: which moment is explained.
        now: whether it was looked at now; else the decisions tell how it was.
        checks: what was looked at, in the order in which it counts.
        findings: of triggers that search: what became of each condition of their queries.
        decisions: what was decided about the item before, around that moment; the newest first.
        run: the newest run of the rule for the item; None: there was none.
    """

    rule: str
    item: str
    moment: datetime
    now: bool
    checks: tuple[Check, ...]
    findings: tuple[flowhost.Finding, ...] = ()
    decisions: tuple[Decision, ...] = ()
    run: Run | None = None

    @property
    def blocked_by(self) -> Check | None:
        """The first thing that blocks it; None: nothing does."""
        return next((check for check in self.checks if check.held is False), None)
