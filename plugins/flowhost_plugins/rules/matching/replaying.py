"""Tries a draft of a rule on what did happen, beside the revision that is deployed. Nothing is started or written.

An event is as it was, and so is ``now``; an item is as it is today. Schedules are not replayed, and neither is what
somebody starts by hand. As far as a search or a distribution is concerned, each item is new once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.matching.conditions import condition_check, condition_checks
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.event_occasions import EventOccasions, Happening
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.index import Index
from flowhost_plugins.rules.matching.kept_events import kept_events
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.occasions import Occasion
from flowhost_plugins.rules.matching.planning import planned
from flowhost_plugins.rules.records import Check, Deployment
from flowhost_plugins.rules.rule import StepSpec


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """What a step would do.

    Args:
        number: from 1.
        action: name of the action.
        taken: whether it would be taken; else its condition does not hold, or it would fail.
        does: what it would do, or why not, in a sentence.
    """

    number: int
    action: str
    taken: bool
    does: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one revision of a rule would do after one event.

    Args:
        checks: what was looked at: the rule, the trigger, the conditions.
        steps: what it would do; none when something blocks it.
    """

    checks: tuple[Check, ...]
    steps: tuple[PlannedStep, ...] = ()

    @property
    def starts(self) -> bool:
        """Whether a run would start."""
        return all(check.held is not False for check in self.checks)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one event that was kept.

    Args:
        event: the event, as it was.
        item: id of the item it is about, which is looked at as it is today; None: about none.
        draft: what the draft would do; None: the event does not concern it.
        deployed: the same of the deployed revision; None also when there is none.
    """

    event: flowhost.Event
    item: str | None
    draft: Outlook | None
    deployed: Outlook | None


def replay(
    journal: Journal,
    assets: flowhost.AssetSystem,
    draft: DeployedRule,
    deployed: DeployedRule | None,
    since: datetime,
) -> Iterator[Replayed]:
    """What a draft would have done since a moment, for each event that concerns it or the deployed revision.

    Args:
        journal: where events were kept.
        assets: where the items are.
        draft: the draft, with its actions.
        deployed: what it is compared with; None: nothing.
        since: the moment.

    Raises:
        Unavailable: the asset system or the journal cannot be used.
    """
    library = Library(assets)
    first = _Rehearsal(draft, library)
    second = _Rehearsal(deployed, library) if deployed else None
    for event in kept_events(journal, since):
        happening = Happening.of(event, notified.names(event))
        one = first.outlook(happening)
        other = second.outlook(happening) if second else None
        if one or other:
            item = next((found[0] for found in (one, other) if found), None)
            yield Replayed(event, item, one[1] if one else None, other[1] if other else None)


class _Rehearsal:
    """One revision of a rule, as if it reacted."""

    def __init__(self, deployed: DeployedRule, library: Library) -> None:
        deployment = deployed.deployment
        reacting = Deployment(deployment.rule, deployment.revision, deployment.deployed)
        self._deployed = DeployedRule(deployed.rule, reacting, deployed.actions)
        self._library = library
        self._index = Index([self._deployed])
        self._occasions = EventOccasions(library)
        self._had: set[str] = set()

    def outlook(self, happening: Happening) -> tuple[str | None, Outlook] | None:
        """The item, and what would become of it; None: nothing."""
        now = happening.event.time
        for interest in self._index.interested(happening.event, happening.names):
            for occasion in self._occasions.of(interest, happening, now):
                if occasion.gone and occasion.item:
                    self._had.discard(occasion.item)
                elif occasion.passed and not (occasion.once and occasion.item in self._had):
                    return occasion.item, self._rehearsed(occasion, now)
        return None

    def _rehearsed(self, occasion: Occasion, now: datetime) -> Outlook:
        rule = self._deployed.rule
        event = occasion.event_at(rule.name, now)
        facts = Facts(event, occasion.item, self._library, now, occasion.variables)
        checks = (*occasion.checks, *condition_checks(rule.conditions, facts))
        outlook = Outlook(checks)
        if not outlook.starts:
            return outlook
        if occasion.once and occasion.item is not None:
            self._had.add(occasion.item)
        steps = enumerate(rule.steps, 1)
        return Outlook(checks, tuple(self._planned(number, step, facts, occasion) for number, step in steps))

    def _planned(self, number: int, step: StepSpec, facts: Facts, occasion: Occasion) -> PlannedStep:
        if step.when is not None:
            check = condition_check(step.when, facts)
            if not check.held:
                return PlannedStep(number, step.action, False, check.reason)
        try:
            return PlannedStep(number, step.action, True, self._plan(number, step, facts, occasion))
        except flowhost.Unavailable:
            raise
        except flowhost.FlowhostError as error:
            # without the line of the file, which may be another one in the other revision
            said = str(error).removeprefix(f"{getattr(error, 'place', None)}: ")
            return PlannedStep(number, step.action, False, f"would fail: {said}")

    def _plan(self, number: int, step: StepSpec, facts: Facts, occasion: Occasion) -> str:
        tags = facts.tags()
        context = flowhost.Context(
            facts.event,
            item=occasion.item,
            tags=tags,
            rule=self._deployed.name,
            step=number,
            variables=occasion.variables,
        )
        does = planned(self._deployed.action(step), context)
        return _rendered(step.parameters, tags) if does is None else does or "nothing is to be done"


def _rendered(parameters: Mapping[str, Any], tags: Mapping[str, Any]) -> str:
    """The parameters of a step, filled in: ``fields: {title: Harbour}, replace: True``."""
    return ", ".join(f"{name}: {_text(value, tags)}" for name, value in parameters.items())


def _text(value: Any, tags: Mapping[str, Any]) -> str:
    if isinstance(value, str):
        return flowhost.Template(value).render(tags) if "${" in value else value
    if isinstance(value, Mapping):
        return f"{{{_rendered(value, tags)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_text(one, tags) for one in value)}]"
    return str(value)
