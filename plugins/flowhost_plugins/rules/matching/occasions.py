"""An occasion to run a rule, and the run it would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import flowhost
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.records import Cause, Check, NewRun


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that may start a run of a rule.

    Args:
        kind: of the trigger.
        item: id of the item; None: about none.
        told_by: what is told of in decisions: a notification's name, ``sweep``, ``schedule`` or ``manual``.
        checks: what was looked at so far: the rule and its trigger.
        event: what happened; None: nothing did.
        identity: see `NewRun.identity`.
        once: see `NewRun.once`.
        gone: whether the item does not match, and that is sure.
        swept: see `Cause.swept`.
        variables: see `Cause.variables`.
        mark: see `Cause.mark`.
    """

    kind: str
    item: str | None
    told_by: str
    checks: tuple[Check, ...] = ()
    event: flowhost.Event | None = None
    identity: str = ""
    once: bool = False
    gone: bool = False
    swept: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    mark: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it so far."""
        return all(check.held is not False for check in self.checks)

    def event_at(self, rule: str, now: datetime) -> flowhost.Event:
        """What happened, or an event made for it."""
        return self.event or notified.made_event(self.kind, rule, self.item, now)

    def run(
        self,
        deployed: DeployedRule,
        *,
        wake: datetime | None = None,
        depth: int = 0,
        chain: tuple[str, ...] = (),
        user: str = "",
    ) -> NewRun:
        """The run it would be."""
        event = {} if self.event is None else flowhost.cloudevent(notified.keepable(self.event))
        cause = Cause(
            self.kind, event=event, swept=self.swept, user=user, variables=self.variables, mark=self.mark
        )
        return NewRun(
            deployed.name,
            deployed.deployment.revision,
            self.item,
            cause,
            priority=deployed.rule.priority,
            wake=wake,
            depth=depth,
            chain=chain,
            identity=self.identity,
            once=self.once,
        )


def item_variables(item: str | None) -> dict[str, str]:
    """What scripts are told when no notification started their rule."""
    return {} if item is None else {"itemId": item}
