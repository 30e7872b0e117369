"""Triggers that hold or do not hold for an item: saved searches, collections, distributions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import flowhost
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.planning import planned
from flowhost_plugins.rules.records import Check
from flowhost_plugins.rules.rule import (
    SWEPT,
    Distribution,
    InCollection,
    Rule,
    SavedSearch,
    StepSpec,
    Trigger,
)

MOVING = "move-copy-files"
"""The action that puts files where a distribution wants them."""

StandingTrigger: TypeAlias = SavedSearch | InCollection | Distribution


def standing(rule: Rule) -> tuple[StandingTrigger, ...]:
    """The triggers of a rule that hold or do not hold for an item."""
    return tuple(trigger for trigger in rule.triggers if isinstance(trigger, SWEPT))


def named(trigger: Trigger) -> str:
    """What a sentence calls a trigger that holds or does not hold."""
    if isinstance(trigger, SavedSearch):
        return f"{'the query' if trigger.is_query else 'the saved search'} {trigger.search!r}"
    if isinstance(trigger, InCollection):
        return f"the collection {trigger.collection!r}"
    if isinstance(trigger, Distribution):
        return f"the distribution of {', '.join(trigger.formats)}"
    return trigger.kind


@dataclass(frozen=True, slots=True)
class StandingPage:
    """Some of the items a trigger holds for.

    Args:
        held: their ids.
        doubts: ids of items for which nobody can tell, with the reason.
    """

    held: tuple[str, ...]
    doubts: Mapping[str, str]


class StandingTriggers:
    """Looks whether such triggers hold.

    Args:
        library: where the items are.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def check(self, deployed: DeployedRule, trigger: StandingTrigger, facts: Facts) -> Check:
        """Whether one of them holds for an item.

        Raises:
            Permanent: the search or collection is gone, or cannot be read.
            Unavailable: the asset system cannot be reached.
        """
        assert facts.item is not None, "such a trigger is about an item"
        item_id, media = facts.item.id, self._library.media
        if isinstance(trigger, Distribution):
            return self._distribution_check(deployed, trigger, facts)
        if isinstance(trigger, SavedSearch):
            held = media.matches(self._library.query(trigger), item_id)
            return Check("trigger", held, f"{named(trigger)} {'finds' if held else 'does not find'} the item")
        held = media.in_collection(trigger.collection, item_id)
        return Check("trigger", held, f"the item is {'' if held else 'not '}in {named(trigger)}")

    def any_check(self, deployed: DeployedRule, facts: Facts) -> tuple[StandingTrigger, Check]:
        """The first of a rule's that holds, or the last that does not."""
        for trigger in standing(deployed.rule):
            check = self.check(deployed, trigger, facts)
            if check.held:
                break
        return trigger, check

    def pages(
        self, deployed: DeployedRule, trigger: StandingTrigger, facts_of: Callable[[str], Facts]
    ) -> Iterator[StandingPage]:
        """The ids of all items a trigger holds for, in pages.

        Raises:
            Permanent: the search or collection is gone, or cannot be read.
            Unavailable: the asset system cannot be reached.
        """
        if not isinstance(trigger, Distribution):
            yield from (StandingPage(ids, {}) for ids in self._library.ids(trigger))
            return
        for ids in self._library.found(""):
            held, doubts = [], {}
            for item_id in ids:
                try:
                    if self._distribution_check(deployed, trigger, facts_of(item_id)).held:
                        held.append(item_id)
                except flowhost.Permanent as error:
                    doubts[item_id] = str(error)
            yield StandingPage(tuple(held), doubts)

    def finding(self, trigger: StandingTrigger, item_id: str) -> flowhost.Finding | None:
        """What became of each condition of a search; None: the trigger is no search."""
        if not isinstance(trigger, SavedSearch):
            return None
        return self._library.media.finding(self._library.query(trigger), item_id)

    def _distribution_check(self, deployed: DeployedRule, trigger: Distribution, facts: Facts) -> Check:
        number, step = _moving_step(deployed.rule, trigger)
        assert facts.item is not None, "a distribution is about items"
        self._library.item(facts.item.id)
        context = flowhost.Context(
            facts.event,
            item=facts.item.id,
            tags=facts.tags(),
            rule=deployed.name,
            step=number,
        )
        does = planned(deployed.action(step), context)
        if does is None:
            raise flowhost.Permanent(f"the action {step.action!r} cannot tell where files are wanted")
        return Check("trigger", bool(does), does or "all files are where the rule wants them")


def _moving_step(rule: Rule, trigger: Distribution) -> tuple[int, StepSpec]:
    """The step that does what a distribution wants, with its number: the one about these formats, or the first."""
    steps = [(number, step) for number, step in enumerate(rule.steps, 1) if step.action == MOVING]
    if not steps:
        raise flowhost.Permanent(f"the rule has no step {MOVING!r} for its format distribution")
    return next((one for one in steps if _formats(one[1]) == trigger.formats), steps[0])


def _formats(step: StepSpec) -> tuple[str, ...]:
    found = step.parameters.get("formats", ())
    return (found,) if isinstance(found, str) else tuple(found or ())
