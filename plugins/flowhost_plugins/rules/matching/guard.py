"""Keeps rules from starting each other for ever.

What a run changes carries its mark. A rule does not react to what its own run did; what runs of other rules did it
reacts to, up to a depth, and for one item at most so many times an hour, whatever was the cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.results import Settings
from flowhost_plugins.rules.records import Check, Run

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a run comes from.

    Args:
        check: whether it may start.
        depth: see `NewRun.depth`.
        chain: see `NewRun.chain`.
    """

    check: Check
    depth: int = 0
    chain: tuple[str, ...] = ()


def lineage(
    journal: Journal, settings: Settings, deployed: DeployedRule, item: str | None, mark: str, now: datetime
) -> Lineage:
    """Whether a run may start for an item after a change with this mark, and where it comes from."""
    cause = journal.run(int(mark)) if mark.isascii() and mark.isdecimal() and len(mark) < 19 else None
    if cause is not None and cause.rule == deployed.name:
        said = f"run {cause.id} of this rule made the change; a rule does not react to itself"
        return Lineage(Check("guard", False, said))
    depth = 0 if cause is None else cause.depth + 1
    chain = () if cause is None else (*cause.chain, cause.rule)
    if depth > settings.max_depth:
        said = f"{depth} runs led to one another ({' → '.join(chain)}); at most {settings.max_depth} may"
        return Lineage(Check("guard", False, said), depth, chain)
    runs = 0 if item is None else journal.budget(deployed.name, item, now - HOUR)
    if item is not None and runs >= settings.item_budget:
        said = (
            f"the rule ran {runs} times for this item within an hour; at most {settings.item_budget} are let"
        )
        return Lineage(Check("guard", False, said), depth, chain)
    return Lineage(Check("guard", True, _told(cause, runs, settings)), depth, chain)


def _told(cause: Run | None, runs: int, settings: Settings) -> str:
    led = "no run led to it" if cause is None else f"run {cause.id} of {cause.rule!r} led to it"
    return f"{led}; {runs} of {settings.item_budget} runs for this item within an hour"
