"""A rule that is deployed: what it says, how it is deployed, and the actions it was given."""

from __future__ import annotations

from dataclasses import dataclass

import flowhost
from flowhost_plugins.rules.records import Check, Deployment
from flowhost_plugins.rules.rule import Rule, StepSpec

UNMADE = "cannot run revision"
"""How the issue of a deployment begins whose newest revision cannot be made."""


@dataclass(frozen=True, slots=True)
class DeployedRule:
    """A rule as it reacts now.

    Args:
        rule: what its file says.
        deployment: its revision, and what somebody decided about it.
        actions: one for each of its steps, in their order; none when nobody will ask for a plan.
    """

    rule: Rule
    deployment: Deployment
    actions: tuple[flowhost.Action, ...] = ()

    @property
    def name(self) -> str:
        """The rule's name."""
        return self.rule.name

    @property
    def origin(self) -> str:
        """Whose the access entries are that this rule may withdraw; see `MediaLibrary.withdraw_access`."""
        return access_origin(self.rule.name)

    @property
    def reacts(self) -> Check:
        """Whether it reacts to anything: deployed, not suspended, its trigger not deleted."""
        deployment = self.deployment
        if deployment.deleted:
            return Check("rule", False, "the rule was deleted")
        if deployment.trigger_deleted:
            return Check("rule", False, "its trigger was deleted; it can only be started by hand")
        if deployment.suspended:
            return Check("rule", False, "the rule is suspended")
        return Check("rule", True, f"revision {deployment.revision} is deployed")

    def action(self, step: StepSpec) -> flowhost.Action | None:
        """The action of one of its steps; None when it was given none."""
        numbered = zip(self.rule.steps, self.actions, strict=False)
        return next((action for one, action in numbered if one is step), None)


def access_origin(rule: str) -> str:
    """The origin of the access entries that a rule of this name gives dynamically."""
    return f"rule:{rule}"
