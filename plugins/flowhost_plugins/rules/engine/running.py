"""A rules engine that runs: its threads, and what they share; made when the resource is opened."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import flowhost
from flowhost_plugins.rules.engine.acting import Actor
from flowhost_plugins.rules.engine.bookkeeping import Bookkeeping, Stopped
from flowhost_plugins.rules.engine.deploying import Deploying
from flowhost_plugins.rules.engine.gates import Gates
from flowhost_plugins.rules.engine.in_flight import InFlight, task_of
from flowhost_plugins.rules.engine.journey import Journey
from flowhost_plugins.rules.engine.measures import Measures
from flowhost_plugins.rules.engine.runner import Runner
from flowhost_plugins.rules.engine.scheduler import Scheduler
from flowhost_plugins.rules.engine.settings import Settings
from flowhost_plugins.rules.engine.sweeper import Sweeper
from flowhost_plugins.rules.engine.timetable import Timetable
from flowhost_plugins.rules.engine.verdict import sentence_of
from flowhost_plugins.rules.engine.watchdog import Acting, Watchdog
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.matching import START, Library, Standing, started
from flowhost_plugins.rules.records import Run, RunState
from flowhost_plugins.rules.rule import Rule

if TYPE_CHECKING:
    from flowhost_plugins.rules.matching import Matcher

log = logging.getLogger(__name__)


class Running:
    """The threads of one open engine.

    Args:
        owner: whose runs they are.
        journal: where everything is kept; enlisted.
        deploying: the rules.
        matcher: matches.
        library: where items and jobs are.
        executor: works on the runs.
        clock: the time.
        settings: limits and intervals.
    """

    def __init__(
        self,
        owner: str,
        journal: Journal,
        deploying: Deploying,
        matcher: Matcher,
        library: Library,
        executor: flowhost.Executor,
        clock: flowhost.Clock,
        settings: Settings,
    ) -> None:
        self._owner = owner
        self._journal = journal
        self._deploying = deploying
        self._matcher = matcher
        self._executor = executor
        self._clock = clock
        self._settings = settings
        self._stopping = threading.Event()
        self.measures = Measures(journal)
        self._gates = Gates(matcher.may_start)
        self._in_flight = InFlight(self._landed)
        self._watchdog = Watchdog(clock, self._give_up)
        self._books = Bookkeeping(journal, clock, self._stopping, self._run_ended)
        self._runner = Runner(
            self._books,
            Actor(library, self._watchdog),
            library,
            clock,
            stopping=self._stopping,
            unwanted=self._in_flight.is_unwanted,
            look_every=settings.polling_interval,
        )
        self._scheduler = Scheduler(
            journal,
            owner,
            deploying,
            self._gates,
            self._in_flight,
            executor,
            clock,
            total=settings.total,
            cancelled=self._cancelled,
            flush=matcher.flush,
        )
        sweeper = Sweeper(journal, matcher, deploying, library, clock, settings, self.measures, self._wake)
        self._rounds = (sweeper.rounds, Timetable(matcher, deploying, clock, self._wake).rounds)

    def start(self) -> None:
        """Begin to run."""
        self._executor.begin(self._work)
        self._watchdog.start()
        self._scheduler.start()
        for rounds in self._rounds:
            rounds.start()

    def stop(self) -> None:
        """Begin nothing more, give actions being done a while to end, and hand everything back."""
        self._stopping.set()
        for rounds in self._rounds:
            rounds.begin_stop()
        self._scheduler.stop()
        self._watchdog.cancel_all()
        if not self._executor.end(self._settings.stop_grace):
            log.warning("actions still go on; their steps are tried again at the next start")
        for rounds in self._rounds:
            if not rounds.join(self._settings.stop_grace):
                log.warning("%s are still looked at; that is left behind, and begins anew", rounds.what)
        self._watchdog.stop()
        self._hand_back()
        try:
            self._matcher.flush()
        except flowhost.StateUnavailable as error:
            log.error("the last decisions about rules could not be kept: %s", error)

    def event(self, event: flowhost.Event) -> list[Run]:
        """Keep every run an event causes; they begin soon."""
        if event.type == START:
            runs = started(self._matcher, self._deploying.rules, event)
        else:
            runs = self._matcher.event(event, self._deploying.rules)
        self._wake()  # also runs that wait for the job it tells of may be due
        return runs

    def deploy(self, rules: Sequence[Rule]) -> None:
        """Deploy what the files say now."""
        self._deploying.deploy(rules)
        self._gates.changed()
        self._wake()

    def _wake(self) -> None:
        self._scheduler.wake()

    # -- one task of the executor

    def _work(self, task: str) -> None:
        run = self._in_flight.begin(task)
        if run is None:
            return
        try:
            self._take_up(run)
        except Stopped:
            log.info("run %d could not be recorded at the end; its step is tried again", run.id)
        finally:
            self._in_flight.end(task)

    def _take_up(self, run: Run) -> None:
        try:
            journey = self._journey(run)
            if journey is not None and self._may_begin(journey):
                self._advance(journey)
        except Stopped:
            raise
        except Exception as error:  # nobody foresaw it; a run that is left as it is would be so for ever
            log.exception("run %d of rule %r failed outside of its steps", run.id, run.rule)
            self._books.end_unmade(run, sentence_of(error))

    def _advance(self, journey: Journey) -> None:
        try:
            self._runner.advance(journey)
        except Stopped:
            raise
        except (
            Exception
        ) as error:  # the library or the matching is a stranger's code: as if the step had failed
            if not isinstance(error, flowhost.FlowhostError):
                log.exception("%s failed outside of its action", journey.what)
            self._runner.stumbled(journey, error)

    def _journey(self, run: Run) -> Journey | None:
        """Where the run goes on; None: its revision cannot be made any more, so it failed."""
        try:
            made = self._books.insist(run, partial(self._deploying.made, run.rule, run.revision))
        except flowhost.ConfigError as error:
            self._books.end_unmade(run, sentence_of(error))
            return None
        # the first claim of all: nothing can be recorded yet
        steps = self._books.insist(run, partial(self._journal.steps, run.id)) if run.token > 1 else []
        return Journey.of(run, made, steps)

    def _may_begin(self, journey: Journey) -> bool:
        """Whether a run that waited for its first step still has a reason to run."""
        run = journey.run
        waited = (self._clock.now() - run.created).total_seconds() if run.created else 0.0
        if not journey.is_new or run.cancel or not (waited >= self._settings.polling_interval or run.wake):
            return True
        deployed = self._deploying.as_of(journey.made)
        try:
            standing = self._matcher.still(deployed, run) if deployed else Standing("go")
        except flowhost.Unavailable as error:
            later = self._clock.now() + timedelta(seconds=self._settings.polling_interval)
            standing = Standing("later", until=later)
            log.info("whether run %d of rule %r may begin is looked at later: %s", run.id, run.rule, error)
        if standing.state == "go":
            return True
        if standing.state == "later" and standing.until:
            self._books.postpone(journey, standing.until)
        else:
            log.info("run %d of rule %r does not begin: %s", run.id, run.rule, standing.reason)
            journey.errors.append(standing.reason)
            self._books.end(journey, "cancelled")
            if run.item is not None:
                self._books.insist(run, partial(self._journal.unmatch, run.rule, [run.item]))
        return False

    # -- what others tell

    def _run_ended(self, run: Run, state: RunState) -> None:
        if state != "finished":
            self._gates.failed(run.rule)
        self.measures.ended(run.rule, state)

    def _landed(self, run: Run) -> None:
        self._gates.moved(run.rule)
        self._wake()

    def _give_up(self, acting: Acting) -> None:
        journey: Journey = acting.owner
        task = task_of(journey.run)
        try:
            self._runner.give_up(journey)
        except Stopped:
            log.info("run %d could not be recorded at the end", journey.run.id)
        except Exception:  # the watchdog goes on whatever happens
            log.exception("run %d could not be recorded", journey.run.id)
        self._executor.abandon(task)
        self._in_flight.end(task)

    def _cancelled(self, runs: set[int]) -> None:
        self._in_flight.want_no_more(runs)
        self._watchdog.cancel(lambda journey: journey.run.id in runs)

    def _hand_back(self) -> None:
        for task, run in self._in_flight.never_begun():
            try:
                journey = self._journey(run)
                if journey is not None:
                    self._books.give_back(journey)
            except Stopped:
                log.info("runs that were not begun are taken up by whoever comes next")
                return
            self._in_flight.end(task)
