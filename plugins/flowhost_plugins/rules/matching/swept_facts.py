"""When a rule was last swept, as the journal keeps it."""

from __future__ import annotations

from datetime import datetime

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.deployed import DeployedRule


def last_sweep(journal: Journal, deployed: DeployedRule) -> datetime | None:
    """When the rule was last swept, as it is deployed now; None: not yet."""
    known = journal.fact(_key(deployed.name))
    if not known or known["revision"] != deployed.deployment.revision:
        return None
    return datetime.fromisoformat(known["at"])


def keep_sweep(journal: Journal, deployed: DeployedRule, at: datetime) -> None:
    """Keep that the rule was swept."""
    known = {"at": at.isoformat(), "revision": deployed.deployment.revision}
    journal.put_fact(_key(deployed.name), known)


def _key(rule: str) -> str:
    return f"swept/{rule}"
