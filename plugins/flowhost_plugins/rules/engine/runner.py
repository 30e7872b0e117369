"""Takes one run through its steps, as far as it comes: to its end, to a wait, or to another try later."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import flowhost
from flowhost_plugins.rules.engine.acting import Actor, too_long
from flowhost_plugins.rules.engine.bookkeeping import Bookkeeping
from flowhost_plugins.rules.engine.context import facts_of
from flowhost_plugins.rules.engine.jobs import look_at, media_of
from flowhost_plugins.rules.engine.journey import Journey
from flowhost_plugins.rules.engine.verdict import DEATHS, Again, Verdict, verdict_of
from flowhost_plugins.rules.matching import Facts, Library

log = logging.getLogger(__name__)


class Runner:
    """Advances runs; used by many threads at once.

    Args:
        books: where everything is written before it counts.
        actor: calls the actions.
        library: where items and jobs are.
        clock: the time.
        stopping: set when the engine stops: no step is begun any more.
        unwanted: whether somebody cancelled a run.
        look_every: seconds between two looks at jobs, of rules that set no interval.
    """

    def __init__(
        self,
        books: Bookkeeping,
        actor: Actor,
        library: Library,
        clock: flowhost.Clock,
        *,
        stopping: threading.Event,
        unwanted: Callable[[int], bool],
        look_every: float,
    ) -> None:
        self._books = books
        self._actor = actor
        self._library = library
        self._clock = clock
        self._stopping = stopping
        self._unwanted = unwanted
        self._look_every = look_every

    def advance(self, journey: Journey) -> None:
        """Go on with a run until it ends, waits, is to be tried later, or was taken over by somebody else."""
        go_on = self._resume(journey) if journey.waited else True
        while go_on and not journey.finished:
            go_on = self._step(journey)
        if go_on:
            self._end(journey)

    def stumbled(self, journey: Journey, error: Exception) -> None:
        """Something outside of the actions failed: as if the step had."""
        if self._settle(journey, verdict_of(error, journey.made.rule.retry, journey.attempt)):
            self._leave(journey)

    def give_up(self, journey: Journey) -> None:
        """The action of a run hangs: its step failed, and somebody else goes on with the run."""
        failed = flowhost.Outcome.failed(f"{too_long(journey.made.rule.time_limit)}, and did not end")
        journey.move_on(failed, self._clock.now())
        self._leave(journey)

    def _leave(self, journey: Journey) -> None:
        if journey.finished:
            self._end(journey)
        else:
            self._books.give_back(journey)

    def _end(self, journey: Journey) -> None:
        unwanted = bool(journey.errors) and self._unwanted(journey.run.id)
        self._books.end(journey, "cancelled" if unwanted else None)

    # -- one step; each answers whether to go on with the next

    def _step(self, journey: Journey) -> bool:
        if self._stopping.is_set():
            self._books.give_back(journey)
            return False
        if self._unwanted(journey.run.id):
            self._books.end(journey, "cancelled")
            return False
        if journey.pass_done():
            return True
        facts = facts_of(journey, self._library, self._clock)
        early = self._before(journey, facts)
        if early is not None:
            return self._settle(journey, early)
        if not self._books.begin_step(journey):
            return False
        return self._concluded(journey, *self._actor.act(journey, facts))

    def _before(self, journey: Journey, facts: Facts) -> Verdict | None:
        """What becomes of the step without its action; None: the action has to act."""
        if journey.errors and getattr(journey.action, "destructive", False):
            return flowhost.Outcome.skipped(f"{_first(journey.errors)} failed before, and this step destroys")
        if (deadly := _deadly(journey)) is not None:
            return deadly
        condition = journey.made.rule.steps[journey.number - 1].when
        if condition is None:
            return None
        try:
            held = bool(condition.value(facts))
        except flowhost.FlowhostError as error:  # also what the library says when it cannot tell
            failure = error if isinstance(error, flowhost.Unavailable) else flowhost.Permanent(str(error))
            return verdict_of(failure, journey.made.rule.retry, journey.attempt)
        return None if held else flowhost.Outcome.skipped(f"its condition does not hold: {condition.text}")

    def _concluded(self, journey: Journey, verdict: Verdict | None, told_to_end: bool) -> bool:
        """What came of a call of the action counts, unless it was given up or only interrupted."""
        if verdict is None:
            return False
        interrupted = told_to_end and self._stopping.is_set()
        if interrupted and (isinstance(verdict, Again) or verdict.state == "failed"):
            self._books.give_back(journey, interrupted=True)
            return False
        return self._settle(journey, verdict)

    def _settle(self, journey: Journey, verdict: Verdict) -> bool:
        if isinstance(verdict, Again):
            log.info("%s is tried again in %.1f s: %s", journey.what, verdict.after, verdict.reason)
            if journey.waited:
                self._books.look_again(journey, verdict.after, attempt=journey.attempt + 1)
            else:
                self._books.try_again(journey, verdict.reason, verdict.after)
            return False
        if verdict.state == "waiting":
            self._wait(journey, verdict)
            return False
        if verdict.state == "failed":
            log.warning("%s failed: %s", journey.what, verdict.reason)
        journey.move_on(verdict, self._clock.now())
        return True

    # -- waiting

    def _wait(self, journey: Journey, outcome: flowhost.Outcome) -> None:
        now = self._clock.now()
        step = journey.step(outcome, now)
        pause = self._interval(journey) if outcome.jobs else 0.0
        wake = outcome.until or now + timedelta(seconds=pause)
        if self._books.wait(journey, step, wake) and outcome.jobs and self._have_ended(outcome.jobs):
            self._books.wake(journey)

    def _have_ended(self, jobs: tuple[str, ...]) -> bool:
        """Whether the jobs ended before anybody waited for them: then nothing will tell of it."""
        try:
            return look_at(self._library.assets, jobs).ended
        except flowhost.FlowhostError as error:
            log.info("whether jobs ended is looked at later: %s", error)
            return False

    def _resume(self, journey: Journey) -> bool:
        """Go on with a step that waited, if that is over."""
        step = journey.waited
        assert step is not None, "only a step that waits is resumed"
        if self._unwanted(journey.run.id):
            self._stop_jobs(step.jobs)
            journey.move_on(flowhost.Outcome.failed("it was cancelled while it waited"), self._clock.now())
            self._books.end(journey, "cancelled")
            return False
        try:
            waited = look_at(self._library.assets, step.jobs)
        except flowhost.FlowhostError as error:
            log.info("%s goes on waiting, because its jobs cannot be looked at: %s", journey.what, error)
            self._books.look_again(journey, self._interval(journey))
            return False
        if not waited.ended:
            self._books.look_again(journey, self._interval(journey))
            return False
        if waited.failure:
            return self._settle(journey, flowhost.Outcome.failed(waited.failure))
        return self._finish(journey, waited.jobs)

    def _finish(self, journey: Journey, jobs: tuple[flowhost.AssetJob, ...]) -> bool:
        """Let the action finish its step, if it has anything to finish."""
        if not hasattr(journey.action, "finish"):
            return self._settle(journey, flowhost.Outcome.done())
        if (deadly := _deadly(journey)) is not None:
            return self._settle(journey, deadly)
        if not self._books.begin_finish(journey):
            return False
        facts = facts_of(journey, self._library, self._clock)
        return self._concluded(journey, *self._actor.finish(journey, facts, jobs))

    def _stop_jobs(self, jobs: tuple[str, ...]) -> None:
        """Nobody waits for these jobs any more: a run that is cancelled takes what it started along."""
        media = media_of(self._library.assets)
        if media is None:
            return
        for job in jobs:
            try:
                media.stop_job(job)
            except flowhost.FlowhostError as error:
                log.warning("job %s of a cancelled run could not be stopped: %s", job, error)

    def _interval(self, journey: Journey) -> float:
        return journey.made.rule.polling_interval or self._look_every


def _deadly(journey: Journey) -> flowhost.Outcome | None:
    """Why the action is not called any more; None: it may be."""
    if journey.attempt <= journey.made.rule.retry.attempts + DEATHS:
        return None
    return flowhost.Outcome.failed(f"the process ended under it again and again ({DEATHS} times)")


def _first(errors: list[str]) -> str:
    return errors[0].partition(" (")[0]
