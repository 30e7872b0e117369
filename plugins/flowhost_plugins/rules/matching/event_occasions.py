"""Reads an event for rules: what it is an occasion for. Nothing is decided or changed here."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import flowhost
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.matching.conditions import holds
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.index import Interest
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.occasions import Occasion, item_variables
from flowhost_plugins.rules.matching.standing_triggers import StandingTriggers, standing
from flowhost_plugins.rules.records import Check
from flowhost_plugins.rules.rule import FromSource, Signal

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Happening:
    """An event, read once for all rules.

    Args:
        event: the event.
        names: what it is called, the narrowest first.
        item: id of the item it is about; None: none.
        mark: see `notified.mark_of`.
    """

    event: flowhost.Event
    names: tuple[str, ...]
    item: str | None
    mark: str

    @classmethod
    def of(cls, event: flowhost.Event, known: tuple[str, ...]) -> Happening:
        """Read an event with these names."""
        return cls(event, known, notified.item_of(event), notified.mark_of(event))


class EventOccasions:
    """Makes occasions of events.

    Args:
        library: where the items are.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._triggers = StandingTriggers(library)
        self._warned: set[str] = set()

    def of(self, interest: Interest, happening: Happening, now: datetime) -> Iterator[Occasion]:
        """The occasions of an event for one rule: those of its notifications first.

        Raises:
            Unavailable: the asset system cannot be reached.
        """
        deployed, event = interest.deployed, happening.event
        for trigger in interest.told:
            if isinstance(trigger, Signal):
                yield self._signal_occasion(deployed, trigger, happening)
            elif self._wants(deployed.name, trigger, Facts(event, None, self._library, now)):
                yield self._source_occasion(deployed, trigger, happening, now)
        if interest.swept and deployed.reacts.held and happening.item is not None:
            yield self._standing_occasion(deployed, happening, happening.item, now)

    def _wants(self, rule: str, trigger: FromSource, facts: Facts) -> bool:
        """Whether an event is what a trigger waits for; one that its condition cannot be asked about is not."""
        try:
            return trigger.when is None or holds(trigger.when, facts)
        except flowhost.Permanent as error:
            if rule not in self._warned:  # once: it may be so with every event
                self._warned.add(rule)
                log.warning(
                    "rule %r cannot ask its trigger's 'when' of %s: %s", rule, facts.event.type, error
                )
            return False

    def _signal_occasion(self, deployed: DeployedRule, trigger: Signal, happening: Happening) -> Occasion:
        event = happening.event
        told = notified.texts(notified.variables(event)) | item_variables(happening.item)
        return Occasion(
            trigger.kind,
            happening.item,
            trigger.name,
            checks=(deployed.reacts, Check("trigger", True, f"the notification {trigger.name} came")),
            event=event,
            identity=event.identity or "",
            variables={**told, "signal_name": trigger.name},
            mark=happening.mark,
        )

    def _source_occasion(
        self, deployed: DeployedRule, trigger: FromSource, happening: Happening, now: datetime
    ) -> Occasion:
        event, item = happening.event, None
        check = Check("trigger", True, f"an event {event.type!r} of {event.source!r} came")
        try:
            item = self._item_of(trigger, Facts(event, None, self._library, now))
        except flowhost.Permanent as error:
            check = Check("trigger", False, f"the item could not be worked out: {error}")
        return Occasion(
            trigger.kind,
            item,
            event.type,
            checks=(deployed.reacts, check),
            event=event,
            identity=event.identity or "",
            variables=notified.texts(notified.variables(event)) | item_variables(item),
            mark=happening.mark,
        )

    def _item_of(self, trigger: FromSource, facts: Facts) -> str | None:
        if trigger.item is not None:
            found = trigger.item.value(facts)
            if found is None or found == "":
                return None
            if not notified.is_id(str(found)):
                raise flowhost.Permanent(f"{found!r:.80} is no id of an item")
            return str(found)
        subject = notified.subject_of(facts.event)
        item = self._library.assets.item(subject) if subject else None
        return item.id if item else None

    def _standing_occasion(
        self, deployed: DeployedRule, happening: Happening, item_id: str, now: datetime
    ) -> Occasion:
        """The occasion that an item matches, or that it does not."""
        facts = Facts(happening.event, item_id, self._library, now)
        kind = standing(deployed.rule)[0].kind
        try:
            trigger, check = self._triggers.any_check(deployed, facts)
            kind, gone = trigger.kind, not check.held
        except flowhost.Permanent as error:
            check = Check("trigger", False, str(error))
            gone = self._library.assets.item(item_id) is None
        return Occasion(
            kind,
            item_id,
            happening.names[0],
            checks=(deployed.reacts, check),
            event=happening.event,
            once=True,
            gone=gone,
            variables=item_variables(item_id),
            mark=happening.mark,
        )
