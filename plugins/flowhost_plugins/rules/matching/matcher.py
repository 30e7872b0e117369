"""The face of matching: what happens, and what a clock shows, becomes runs of rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import flowhost
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import notified
from flowhost_plugins.rules.matching.admission import admission
from flowhost_plugins.rules.matching.conditions import condition_checks
from flowhost_plugins.rules.matching.deployed import DeployedRule
from flowhost_plugins.rules.matching.event_occasions import Happening
from flowhost_plugins.rules.matching.facts import Facts
from flowhost_plugins.rules.matching.index import Index
from flowhost_plugins.rules.matching.library import Library
from flowhost_plugins.rules.matching.occasions import Occasion, item_variables
from flowhost_plugins.rules.matching.pushing import Pushing
from flowhost_plugins.rules.matching.recorder import Recorder
from flowhost_plugins.rules.matching.results import Admission, Settings, Standing, SweepResult
from flowhost_plugins.rules.matching.schedules import ScheduleResult, Schedules
from flowhost_plugins.rules.matching.settling import settling
from flowhost_plugins.rules.matching.standing_triggers import StandingTriggers, standing
from flowhost_plugins.rules.matching.starting import Starting
from flowhost_plugins.rules.matching.sweeping import Sweeping
from flowhost_plugins.rules.matching.unmatching import Unmatching
from flowhost_plugins.rules.matching.weighing import Weighed, Weighing
from flowhost_plugins.rules.records import Check, Refusal, Run
from flowhost_plugins.rules.rule import Manual, Schedule


class Matcher:
    """Makes runs of what happens. Its methods may be called by several threads at once.

    Args:
        journal: where runs are started, and decisions kept.
        assets: where the items are; searches and collections need a `flowhost.MediaLibrary`.
        clock: the time.
        settings: what holds for all rules.
    """

    def __init__(
        self,
        journal: Journal,
        assets: flowhost.AssetSystem,
        clock: flowhost.Clock,
        settings: Settings = Settings(),  # noqa: B008  # immutable
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._settings = settings
        self._library = Library(assets)
        self._recorder = Recorder(journal, clock)
        weighing = Weighing(journal, self._library, settings)
        self._starting = Starting(journal, self._recorder)
        unmatching = Unmatching(journal, self._library)
        self._pushing = Pushing(self._library, weighing, unmatching)
        self._sweeping = Sweeping(
            journal, self._library, weighing, unmatching, self._recorder, clock, settings
        )
        self._schedules = Schedules(journal, self._library, weighing, self._recorder, clock)
        self._triggers = StandingTriggers(self._library)
        self._indexed: tuple[Sequence[DeployedRule], Index] = ((), Index(()))

    def event(self, event: flowhost.Event, rules: Sequence[DeployedRule]) -> list[Run]:
        """Start every run that an event causes. When it returns they are kept, and the event may be acknowledged.

        Runs that wait for a job whose end the event tells of are woken. Items that do not match any more because of
        it are forgotten by the rules concerned, and the access these gave is withdrawn. What cannot be decided as the
        asset system cannot be reached is decided when the event comes again; the other rules do not wait for that.

        Args:
            event: what happened.
            rules: all that are deployed.

        Raises:
            Unavailable: the asset system cannot be reached; the event shall come again.
            StateUnavailable: the journal cannot be used; likewise.
        """
        known = notified.names(event)
        if job := notified.ended_job(event, known):
            self._journal.wake([job])
        if self._settings.keep_events:
            self._recorder.keep(event, notified.item_of(event) or "")
        interests = self._index(rules).interested(event, known)
        if not interests:
            return []
        now, happening = self._clock.now(), Happening.of(event, known)
        weighed: list[Weighed] = []
        problems: list[flowhost.Unavailable] = []
        for interest in interests:
            try:
                found = self._pushing.weigh(interest, happening, now)
            except flowhost.StateUnavailable:
                raise
            except flowhost.Unavailable as problem:
                problems.append(problem)
            else:
                weighed += [found] if found else []
        runs = self._starting.start(weighed, now)
        if problems:
            raise problems[0]
        return runs

    def sweep(self, deployed: DeployedRule) -> SweepResult:
        """Go through all items that a rule's saved searches, collections and distributions hold for.

        New ones are started, those that do not match any more are forgotten, and the access the rule gave them is
        withdrawn. A search that cannot be read, or is gone, changes nothing, and becomes the deployment's issue.

        Raises:
            Unavailable: the asset system or the journal cannot be used.
        """
        return self._sweeping.sweep(deployed)

    def due_schedules(
        self, rules: Iterable[DeployedRule], now: datetime
    ) -> list[tuple[DeployedRule, Schedule]]:
        """The schedules whose time has come, those of the highest priority first.

        Of several times that were missed only the newest is told of. A schedule's first time is the first one after
        it was first asked about; what comes while its rule is suspended is passed over.
        """
        return self._schedules.due(rules, now)

    def schedule(self, deployed: DeployedRule, trigger: Schedule) -> ScheduleResult:
        """Start what a schedule that is due starts; a time that another host was faster with starts nothing."""
        return self._schedules.fire(deployed, trigger)

    def start(
        self, deployed: DeployedRule, item: str | None, user: str, *, identity: str = ""
    ) -> Run | Refusal:
        """Start a rule by hand. A person wants it: conditions, settle, guard and approval are not looked at.

        Args:
            deployed: the rule; it may be suspended.
            item: id of the item; None: the rule is about none.
            user: who wants it.
            identity: tells this wish from all others, so that it is fulfilled once; empty: each call is one.

        Raises:
            Permanent: the rule was deleted, or there is no such item.
            Unavailable: the asset system or the journal cannot be used.
        """
        if deployed.deployment.deleted:
            raise flowhost.Permanent(f"the rule {deployed.name!r} was deleted")
        if item is not None:
            item = self._library.item(item).id
        now = self._clock.now()
        checks = (Check("trigger", True, f"{user or 'somebody'} started it by hand"),)
        kind = Manual.kind
        occasion = Occasion(
            kind, item, kind, checks=checks, variables=item_variables(item), identity=identity
        )
        new = occasion.run(deployed, user=user)
        answer = self._journal.start(new)
        self._recorder.decide(Weighed(deployed, occasion, checks, new).decision(now, answer))
        self._recorder.flush()
        return answer

    def still(self, deployed: DeployedRule, run: Run) -> Standing:
        """Whether a run that waited for its first step still has its reason.

        Its search must find the item still, its conditions must hold, and the item must have settled. A run that was
        started by hand needs no reason.

        Args:
            deployed: the rule, in the run's revision.
            run: the run.

        Raises:
            Unavailable: the asset system cannot be reached.
        """
        rule = deployed.rule
        if run.cause.trigger == Manual.kind:
            return Standing("go")
        facts = Facts(notified.event_of(run), run.item, self._library, self._clock.now(), run.cause.variables)
        checks: list[Check] = []
        if run.item is not None and run.cause.trigger in {one.kind for one in standing(rule)}:
            checks.append(self._standing_check(deployed, facts))
        if all(check.held for check in checks):
            checks += condition_checks(rule.conditions, facts)
        settled = settling(rule, facts)
        if settled:
            checks.append(settled[0])
        if any(check.held is False for check in checks):
            return Standing("gone", tuple(checks))
        if settled and settled[1]:
            return Standing("later", tuple(checks), settled[1])
        return Standing("go", tuple(checks))

    def may_start(self, deployed: DeployedRule, now: datetime) -> Admission:
        """Whether runs of a rule may start now: its windows, quota and breaker."""
        return admission(self._journal, deployed.rule, now)

    def flush(self) -> None:
        """Write events and decisions that are kept in memory for a moment; to be called every second, and at the end.

        Raises:
            StateUnavailable: the journal cannot be written; they are kept for the next time.
        """
        self._recorder.flush()

    def _standing_check(self, deployed: DeployedRule, facts: Facts) -> Check:
        try:
            return self._triggers.any_check(deployed, facts)[1]
        except flowhost.Permanent as error:
            return Check("trigger", False, str(error))

    def _index(self, rules: Sequence[DeployedRule]) -> Index:
        indexed, index = self._indexed
        if indexed != rules:  # quick as long as they are the same objects
            index = Index(rules)
            self._indexed = (rules, index)
        return index
