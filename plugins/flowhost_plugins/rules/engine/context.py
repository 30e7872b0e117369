"""What an action sees of its run: the event that was the cause, and the tags of the item as it is now."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import flowhost
from flowhost_plugins.rules.engine.journey import Journey
from flowhost_plugins.rules.matching import Facts, Library, event_of


class LiveTags(Mapping[str, Any]):
    """The tags of an item; it is fetched when the first of them is asked for.

    Args:
        facts: about the item.
    """

    expression_names: ClassVar[tuple[str, ...]] = ("get", "__getitem__", "__contains__")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._tags: Mapping[str, Any] | None = None

    def __getitem__(self, name: str) -> Any:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    @property
    def _known(self) -> Mapping[str, Any]:
        if self._tags is None:
            self._tags = self._facts.tags()
        return self._tags


def facts_of(journey: Journey, library: Library, clock: flowhost.Clock) -> Facts:
    """What the expressions and tags of the step a run is at are about: everything as it is now."""
    run, now = journey.run, clock.now()
    return Facts(event_of(run), run.item, library, now, run.cause.variables)


def context_of(journey: Journey, facts: Facts, cancelled: threading.Event) -> flowhost.Context:
    """The context of one try of the step a run is at."""
    run = journey.run
    return flowhost.Context(
        event=facts.event,
        item=run.item,
        tags=LiveTags(facts),
        rule=run.rule,
        run=str(run.id),
        step=journey.number,
        attempt=journey.attempt,
        memo=journey.memo,
        variables=run.cause.variables,
        cancelled=cancelled,
        renewed=journey.renewed,
    )
