"""The brake: a rule that would start more runs at once than it may waits for somebody to approve."""

from __future__ import annotations

from datetime import datetime

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import swept_facts
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.records import Check, Deployment


def is_approved(deployment: Deployment, now: datetime) -> bool:
    """Whether any number of runs may start now."""
    return deployment.approved is not None and deployment.approved > now


def number_check(deployed: DeployedRule, matches: int, now: datetime) -> Check | None:
    """Whether so many runs may start at once; None: the rule has no limit."""
    most = deployed.rule.max_matches
    if most is None:
        return None
    if is_approved(deployed.deployment, now):
        return Check("approval", True, f"{matches} new matches are approved")
    held = matches <= most
    end = "" if held else "; they wait to be approved"
    return Check("approval", held, f"{matches} new matches, {most} may start unasked{end}")


def one_by_one_check(journal: Journal, deployed: DeployedRule, now: datetime) -> Check | None:
    """Whether one more run may start though nobody counted the matches; None: the rule has no limit.

    Before its first sweep, while matches wait, and once as many runs started since the last sweep as one sweep may
    start, it is left to the next sweep, which counts.
    """
    most = deployed.rule.max_matches
    if most is None:
        return None
    deployment = deployed.deployment
    if is_approved(deployment, now):
        return Check("approval", True, "its matches are approved")
    if deployment.held:
        return Check("approval", False, f"{deployment.held} matches wait to be approved")
    last = swept_facts.last_sweep(journal, deployed)
    if last is None:
        return Check("approval", False, "the first sweep has not counted the matches yet")
    summary = journal.summary(deployed.name, since=last)
    runs = summary.started_since + summary.pending
    said = f"{runs} runs since the sweep at {last:%H:%M:%S} UTC, {most} may start unasked"
    return Check("approval", runs < most, said if runs < most else f"{said}; the next sweep counts")
