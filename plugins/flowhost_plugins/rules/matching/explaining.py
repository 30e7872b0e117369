"""Why a rule does or does not start a run for an item: everything is looked at, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.matching.admission import admission, concurrency_check
from flowhost_plugins.rules.matching.approval import one_by_one_check
from flowhost_plugins.rules.matching.conditions import all_condition_checks
from flowhost_plugins.rules.matching.deployed import UNMADE, DeployedRule
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.guard import lineage
from flowhost_plugins.rules.matching.index import matches, signal_mismatch
from flowhost_plugins.rules.matching.kept_events import kept_events
from flowhost_plugins.rules.matching.ledger import record_check
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.occasions import item_variables
from flowhost_plugins.rules.matching.results import Explanation, Settings
from flowhost_plugins.rules.matching.schedules import is_about_items
from flowhost_plugins.rules.matching.settling import settling
from flowhost_plugins.rules.matching.standing_triggers import StandingTriggers, standing
from flowhost_plugins.rules.records import ENDED, Check, Run
from flowhost_plugins.rules.rule import SWEPT, FromSource, Schedule, Signal, Trigger
from flowhost_plugins.rules.timing import next_time

AROUND = timedelta(hours=12)
"""How far from a moment decisions are told."""

REMEMBERED = timedelta(days=7)
"""How far back an event is looked for that a trigger waits for."""

MOST_DECISIONS = 50


def explain(
    journal: Journal,
    assets: flowhost.AssetSystem | None,
    clock: flowhost.Clock,
    deployed: DeployedRule,
    item: str,
    *,
    at: datetime | None = None,
    settings: Settings = Settings(),  # noqa: B008  # immutable
) -> Explanation:
    """Why a rule does or does not start a run for an item.

    Everything that is looked at before a run starts is looked at now: the rule, each trigger, each condition with the
    values it used, settle, ledger, guard, approval, window, quota, breaker and concurrency. An event that a trigger waits
    for is the newest one about this item that was kept.

    Args:
        journal: what was done, and why.
        assets: where the item is; of a moment in the past it is not asked.
        clock: the time.
        deployed: the rule.
        item: id of the item.
        at: a moment before now: then nothing is looked at, but the decisions around that moment are told.
        settings: as the engine has them.

    Raises:
        Unavailable: the asset system or the journal cannot be used.
    """
    now = clock.now()
    if at is not None:
        return _past(journal, deployed, item, at)
    assert assets is not None, "what is looked at now is looked at there"
    looking = _Looking(journal, Library(assets), deployed, item, now, settings)
    checks = tuple(looking.checks())
    decisions = journal.decisions(deployed.name, item, since=now - AROUND, number=MOST_DECISIONS)
    return Explanation(
        deployed.name, item, now, True, checks, tuple(looking.findings), tuple(decisions), looking.run
    )


def _past(journal: Journal, deployed: DeployedRule, item: str, at: datetime) -> Explanation:
    """What was decided around a moment; the checks are those of the decision that held then, or the one before."""
    name = deployed.name
    around = journal.decisions(name, item, since=at - AROUND, until=at + AROUND, number=MOST_DECISIONS)
    before = journal.decisions(name, item, until=at, number=1)
    decisions = tuple(around) if around else tuple(before)
    held = before[0] if before else None
    run = journal.run(held.run) if held and held.run is not None else None
    return Explanation(name, item, at, False, held.checks if held else (), decisions=decisions, run=run)


class _Looking:
    """One look at everything."""

    def __init__(
        self,
        journal: Journal,
        library: Library,
        deployed: DeployedRule,
        item: str,
        now: datetime,
        settings: Settings,
    ) -> None:
        self._journal = journal
        self._library = library
        self._deployed = deployed
        self._item = item
        self._now = now
        self._settings = settings
        self._triggers = StandingTriggers(library)
        self._event: flowhost.Event | None = None
        self.findings: list[flowhost.Finding] = []
        self.run: Run | None = None

    def checks(self) -> Iterator[Check]:
        """What was looked at, in the order in which it counts."""
        deployed, rule = self._deployed, self._deployed.rule
        yield self._rule_check()
        yield from self._trigger_checks()
        facts = self._facts()
        yield from all_condition_checks(rule.conditions, facts)
        if settled := settling(rule, facts):
            check, ready = settled
            yield Check(check.what, False, check.reason) if ready else check
        ledger, self.run = record_check(self._journal, deployed.name, self._item)
        is_once = bool(standing(rule))
        # what happens once more is kept behind the run that is at the item; a schedule or a person is refused
        follows = any(isinstance(trigger, Signal | FromSource) for trigger in rule.triggers)
        refused = not follows and self.run is not None and self.run.state not in ENDED
        yield Check(ledger.what, False if refused else ledger.held or not is_once, ledger.reason)
        mark = notified.mark_of(self._event) if self._event else ""
        yield lineage(self._journal, self._settings, deployed, self._item, mark, self._now).check
        approval = one_by_one_check(self._journal, deployed, self._now) if is_once else None
        if approval:
            yield approval
        yield from admission(self._journal, rule, self._now).checks
        yield concurrency_check(self._journal, rule)

    def _rule_check(self) -> Check:
        """Whether the rule reacts; not when its newest revision cannot be run, as the daemon told."""
        reacts, issue = self._deployed.reacts, self._deployed.deployment.issue
        if not (reacts.held and issue.startswith(UNMADE)):
            return reacts
        return Check(reacts.what, False, f"{issue}; at most the revision before it goes on")

    def _trigger_checks(self) -> Iterator[Check]:
        """What became of each trigger. One that does not hold blocks only when no other one does."""
        checks = [self._trigger_check(trigger) for trigger in self._deployed.rule.triggers]
        any_holds = any(check.held is not False for check in checks)
        for check in checks:
            if check.held is False and any_holds:
                check = Check(check.what, None, f"{check.reason}; another trigger is enough")
            yield check

    def _trigger_check(self, trigger: Trigger) -> Check:
        if isinstance(trigger, SWEPT):
            try:
                check = self._triggers.check(self._deployed, trigger, self._facts())
                return self._with_finding(check, self._triggers.finding(trigger, self._item))
            except flowhost.Permanent as error:
                return Check("trigger", False, str(error))
        if isinstance(trigger, Signal | FromSource):
            return self._event_check(trigger)
        if isinstance(trigger, Schedule):
            return self._schedule_check(trigger)
        return Check("trigger", None, "somebody has to start it by hand")

    def _schedule_check(self, trigger: Schedule) -> Check:
        when = f"its next time is {next_time(trigger, self._now):%Y-%m-%d %H:%M:%S} UTC"
        if not is_about_items(trigger):
            return Check("trigger", None, f"{when}; it is about no item")
        try:
            query = self._library.query(trigger)
            held = self._library.media.matches(query, self._item)
            finding = self._library.media.finding(query, self._item)
        except flowhost.Permanent as error:
            return Check("trigger", False, str(error))
        called = f"the saved search {trigger.search!r}" if trigger.search else f"the query {trigger.query!r}"
        found = "finds" if held else "does not find"
        return self._with_finding(Check("trigger", held, f"{when}; {called} {found} the item"), finding)

    def _with_finding(self, check: Check, finding: flowhost.Finding | None) -> Check:
        """The check of a trigger that searches, which keeps what became of each condition of the query."""
        if finding is None:
            return check
        self.findings.append(finding)
        if finding.held and not check.held:  # as items in the recycle bin
            said = f"{check.reason} though its conditions hold: the library leaves it out of searches"
            return Check(check.what, False, said)
        return check

    def _event_check(self, trigger: Signal | FromSource) -> Check:
        """Whether an event came that a trigger waits for; the newest one is what the conditions are tried on."""
        what = trigger.name if isinstance(trigger, Signal) else _named(trigger)
        near = f"it waits for {what}; none came for this item within {REMEMBERED.days} days"
        newest: flowhost.Event | None = None
        for event in self._events(trigger):
            reason = _mismatch(trigger, event, self._library, self._now)
            if reason is None:
                newest = event if newest is None or event.time >= newest.time else newest
            elif reason:
                near = f"it waits for {what}; of the one that came at {_at(event)} {reason}"
        if newest is None:
            return Check("trigger", False, near)
        if self._event is None or newest.time > self._event.time:
            self._event = newest
        return Check("trigger", True, f"{what} came at {_at(newest)}")

    def _events(self, trigger: Signal | FromSource) -> Iterator[flowhost.Event]:
        """What happened to the item. Which one an event is about a rule may work out itself: then its runs know."""
        yield from kept_events(self._journal, self._now - REMEMBERED, self._item)
        if isinstance(trigger, FromSource) and trigger.item is not None:
            runs = self._journal.runs(rule=self._deployed.name, item=self._item, number=MOST_DECISIONS)
            yield from (notified.event_of(run) for run in runs if run.cause.trigger == trigger.kind)

    def _facts(self) -> Facts:
        event = self._event or notified.made_event("explanation", self._deployed.name, self._item, self._now)
        variables = notified.texts(notified.variables(event)) | item_variables(self._item)
        return Facts(event, self._item, self._library, self._now, variables)


def _at(event: flowhost.Event) -> str:
    return f"{event.time:%Y-%m-%d %H:%M:%S} UTC"


def _named(trigger: FromSource) -> str:
    kind = f" {trigger.type!r}" if trigger.type != "*" else ""
    return f"an event{kind}" + (f" of {trigger.source!r}" if trigger.source != "*" else "")


def _mismatch(
    trigger: Signal | FromSource, event: flowhost.Event, library: Library, now: datetime
) -> str | None:
    """Why an event is not what a trigger waits for: None: it is; empty: it is another kind of event."""
    if isinstance(trigger, Signal):
        if trigger.name not in notified.names(event):
            return ""
        return signal_mismatch(trigger, notified.variables(event))
    if not matches(event.type, trigger.type) or not matches(event.source, trigger.source):
        return ""
    if trigger.when is None:
        return None
    check = all_condition_checks([trigger.when], Facts(event, None, library, now))[0]
    return None if check.held else check.reason
