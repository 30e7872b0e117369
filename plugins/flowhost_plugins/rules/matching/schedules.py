"""Schedules: which have come, and what each starts. Who fires a schedule twice starts nothing twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching.approval import is_approved
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.occasions import Occasion, item_variables
from flowhost_plugins.rules.matching.recorder import Recorder
from flowhost_plugins.rules.matching.starting import Starting
from flowhost_plugins.rules.matching.weighing import Weighed, Weighing
from flowhost_plugins.rules.records import Check
from flowhost_plugins.rules.rule import Schedule
from flowhost_plugins.rules.timing import next_time

SPANS = [timedelta(seconds=seconds) for seconds in (60, 3600, 86400, 7 * 86400, 31 * 86400, 366 * 86400)]
"""How far back the newest time of a schedule is looked for, step by step: nobody counts the minutes of a year."""


@dataclass(frozen=True, slots=True)
class ScheduleResult:
    """What a schedule started.

    Args:
        rule: name of the rule.
        started: how many runs.
        held: matches that wait to be approved; 0: none.
        issue: why it could not be done; empty: it was.
    """

    rule: str
    started: int = 0
    held: int = 0
    issue: str = ""


class Schedules:
    """The schedules of rules.

    Args:
        journal: remembers when each last came.
        library: where the items are.
        weighing: decides about each item.
        recorder: keeps why.
        clock: the time.
    """

    def __init__(
        self,
        journal: Journal,
        library: Library,
        weighing: Weighing,
        recorder: Recorder,
        clock: flowhost.Clock,
    ) -> None:
        self._journal = journal
        self._library = library
        self._weighing = weighing
        self._clock = clock
        self._starting = Starting(journal, recorder)

    def due(self, rules: Iterable[DeployedRule], now: datetime) -> list[tuple[DeployedRule, Schedule]]:
        """The schedules whose time has come, those of the highest priority first."""
        found = []
        for deployed in sorted(rules, key=lambda one: (-one.rule.priority, one.name)):
            for trigger in deployed.rule.triggers:
                if not isinstance(trigger, Schedule):
                    continue
                fired = self._due(deployed, trigger, now)
                if fired is not None and deployed.reacts.held:
                    found.append((deployed, trigger))
                elif fired is not None:  # nobody wants it then when the rule reacts again
                    self._keep(deployed, trigger, fired)
        return found

    def fire(self, deployed: DeployedRule, trigger: Schedule) -> ScheduleResult:
        """Start what a schedule starts at the newest of its times that have come, and remember that it came."""
        now = self._clock.now()
        fired = self._due(deployed, trigger, now)
        if fired is None:
            return ScheduleResult(deployed.name)
        try:
            weighed = self._weighed(deployed, trigger, fired, now)
            started = self._starting.start_matches(deployed, weighed, now)
        except flowhost.Permanent as error:
            self._keep(deployed, trigger, fired)  # the next time may be better; this one is over
            return ScheduleResult(deployed.name, issue=str(error))
        self._keep(deployed, trigger, fired, held=started.held)
        if deployed.deployment.held != started.held:
            self._journal.change_deployment(deployed.name, held=started.held)
        return ScheduleResult(deployed.name, started=started.runs, held=started.held)

    def _due(self, deployed: DeployedRule, trigger: Schedule, now: datetime) -> datetime | None:
        known = self._journal.fact(_key(deployed, trigger))
        if not known:
            self._keep(deployed, trigger, now)
            return None  # its first time is the next one
        last = datetime.fromisoformat(known["fired"])
        if known["held"] and is_approved(deployed.deployment, now):
            return last
        return newest_time(trigger, last, now)

    def _keep(self, deployed: DeployedRule, trigger: Schedule, fired: datetime, held: int = 0) -> None:
        self._journal.put_fact(_key(deployed, trigger), {"fired": fired.isoformat(), "held": held})

    def _weighed(
        self, deployed: DeployedRule, trigger: Schedule, fired: datetime, now: datetime
    ) -> Iterator[Weighed]:
        came = Check("trigger", True, f"its time came at {fired:%Y-%m-%d %H:%M:%S} UTC")
        for item_id in self._items(trigger):
            occasion = Occasion(
                trigger.kind,
                item_id,
                trigger.kind,
                checks=(deployed.reacts, came),
                identity=f"{_key(deployed, trigger)}/{fired.isoformat()}",
                variables=item_variables(item_id),
            )
            facts = self._weighing.facts(deployed, occasion, now)
            yield self._weighing.weigh(deployed, occasion, facts)

    def _items(self, trigger: Schedule) -> Iterator[str | None]:
        if not is_about_items(trigger):
            yield None
            return
        for page in self._library.found(self._library.query(trigger)):
            yield from page


def is_about_items(trigger: Schedule) -> bool:
    """Whether it starts a run for each of some items, and not one about none."""
    return bool(trigger.query or trigger.search)


def newest_time(schedule: Schedule, after: datetime, until: datetime) -> datetime | None:
    """The last time of a schedule after one moment and not after another; None: there is none."""
    for span in (*SPANS, until - after):
        start = max(after, until - span)
        found = next_time(schedule, start)
        if found <= until:
            while (later := next_time(schedule, found)) <= until:
                found = later
            return found
        if start == after:
            return None
    return None


def _key(deployed: DeployedRule, trigger: Schedule) -> str:
    """Names a schedule of a rule: another time of day is another schedule."""
    when = trigger.cron if trigger.every is None else f"{trigger.every:g} s"
    return f"schedule/{deployed.name}/{when}/{trigger.zone}/{trigger.search or trigger.query}"
