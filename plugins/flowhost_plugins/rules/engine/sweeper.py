"""The sweeper: looks for what no notification told of, and tidies up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.rules.engine.deploying import WITHDRAWN, Deploying
from flowhost_plugins.rules.engine.measures import Measures
from flowhost_plugins.rules.engine.rounds import Rounds
from flowhost_plugins.rules.engine.settings import Settings
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import DeployedRule, Library, access_origin
from flowhost_plugins.rules.rule import SWEPT

if TYPE_CHECKING:
    from flowhost_plugins.rules.matching import Matcher

TIDY_EVERY = 60.0  # seconds between two times something old is forgotten
EVENTS_AT_ONCE = 500
TIDIED_AT_ONCE = 10_000  # things forgotten in one go; when there are more, the next round goes on


class Sweeper:
    """Sweeps the rules one after the other, those with the highest priority first, in a thread of its own.

    Args:
        journal: where everything is kept.
        matcher: matches.
        deploying: the rules.
        library: where access entries are.
        clock: the time.
        settings: intervals, and how long what is kept.
        measures: told of what notifications missed.
        started: called when runs may have been started.
    """

    def __init__(
        self,
        journal: Journal,
        matcher: Matcher,
        deploying: Deploying,
        library: Library,
        clock: flowhost.Clock,
        settings: Settings,
        measures: Measures,
        started: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._matcher = matcher
        self._deploying = deploying
        self._library = library
        self._clock = clock
        self._settings = settings
        self._measures = measures
        self._started = started
        self._swept: dict[tuple[str, int], float] = {}  # rule and revision → when, in seconds of the clock
        self._tidied = float("-inf")
        self._buried = 0
        self.rounds = Rounds("rules-sweeper", "the sweeps", self._go, clock)

    def _go(self) -> None:
        self.rounds.attempt("deleted rules", self._bury)
        for rule in list(self._deploying.mended.values()):
            what = f"what rule {rule.name!r} missed while it could not be run"
            self.rounds.attempt(what, partial(self._catch_up, rule))
        if self._settings.total:  # with 0 nothing may start: as if all polling were off
            self._sweep_due()
        if self._clock.monotonic() - self._tidied >= TIDY_EVERY:
            self._tidied = self._clock.monotonic()
            self.rounds.attempt("the journal", self._tidy)

    def _sweep_due(self) -> None:
        known = set()
        for rule in self._deploying.rules:
            key = (rule.name, rule.deployment.revision)
            known.add(key)
            if not self.rounds.stopping and self._is_due(rule, key):
                self._swept[key] = self._clock.monotonic()
                self.rounds.attempt(f"the sweep of rule {rule.name!r}", partial(self._sweep, rule))
        self._swept = {key: when for key, when in self._swept.items() if key in known}

    def _is_due(self, rule: DeployedRule, key: tuple[str, int]) -> bool:
        if not rule.reacts.held or not any(isinstance(one, SWEPT) for one in rule.rule.triggers):
            return False
        interval = rule.rule.polling_interval or self._settings.polling_interval
        return self._clock.monotonic() - self._swept.get(key, float("-inf")) >= interval

    def _sweep(self, rule: DeployedRule) -> None:
        swept = self._matcher.sweep(rule)
        self._measures.missed(rule.name, swept.missed)
        if swept.started:
            self._started()

    def _catch_up(self, rule: DeployedRule) -> None:
        """Give a rule the events since its deployment.

        A revision before it may have seen them: then those with an identity start nothing again, and those without,
        which cannot be told apart, are left out.
        """
        since, after = rule.deployment.deployed, 0
        is_first = rule.deployment.revision == 1
        while events := self._journal.events(since=since, after=after, number=EVENTS_AT_ONCE):
            for number, event in events:
                if is_first or event.identity:
                    self._matcher.event(event, (rule,))
                after = number
        self._deploying.caught_up(rule.name)
        self._started()

    def _tidy(self) -> None:
        settings = self._settings
        forgotten = self._journal.prune(
            keep_runs=settings.keep_runs,
            keep_events=settings.keep_events,
            keep_decisions=settings.keep_decisions,
            number=TIDIED_AT_ONCE,
        )
        if forgotten >= TIDIED_AT_ONCE:
            self._tidied = float("-inf")

    def _bury(self) -> None:
        """See to what deleted rules leave behind: runs that have not begun, and access that holds while they do."""
        changes = self._deploying.changes
        if changes == self._buried:
            return
        for deployment in self._journal.deployments(deleted=True):
            key = WITHDRAWN + deployment.rule
            withdrawn = bool(self._journal.fact(key))
            if deployment.deleted and not withdrawn:
                self._cancel_pending(deployment.rule)
                self._library.withdraw(access_origin(deployment.rule))
            if deployment.deleted != withdrawn:
                self._journal.put_fact(key, deployment.deleted)
        self._buried = changes

    def _cancel_pending(self, rule: str) -> None:
        while runs := self._journal.runs(rule=rule, state="pending"):
            for run in runs:
                self._journal.cancel(run.id)
