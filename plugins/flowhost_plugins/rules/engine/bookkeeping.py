"""What the engine reads and writes in the journal about the runs it has: insisted on while the journal is down."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import flowhost
from flowhost_plugins.rules.engine.journey import Journey
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Run, RunState, Step

INSIST_EVERY = 1.0  # seconds between two tries while the journal is down

T = TypeVar("T")

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The engine stops while the journal is down; what it had is done again by a successor."""


class Bookkeeping:
    """Writes what became of runs. A written word counts when the run still belongs to who says it.

    Args:
        journal: the journal.
        clock: the time.
        stopping: set when the engine stops; then nothing is insisted on.
        ended: called with each run that came to its end, and how.
    """

    def __init__(
        self,
        journal: Journal,
        clock: flowhost.Clock,
        stopping: threading.Event,
        ended: Callable[[Run, RunState], None],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._stopping = stopping
        self._ended = ended

    def begin_step(self, journey: Journey) -> bool:
        """The step it is at begins; what ended before it is written with it.

        The first step of all is not worth a write: that the run was claimed says that it may have begun.
        """
        step = journey.started_step(self._clock.now())
        if journey.is_new and not journey.unwritten:
            return True
        return self._write(journey, [*journey.unwritten, step], "running")

    def begin_finish(self, journey: Journey) -> bool:
        """What the step it is at waited for is over, and its action finishes it.

        A try whose end nobody sees counts: the next owner finds its number. Whoever sees the end writes the true one.
        """
        waited = journey.waited
        assert waited is not None, "only a step that waited is finished"
        return self._write(
            journey, journey.unwritten, "running", jobs=waited.jobs, attempt=journey.attempt + 1
        )

    def wait(self, journey: Journey, step: Step, wake: datetime) -> bool:
        """The step it is at waits, for jobs or for a moment."""
        return self._write(journey, [*journey.unwritten, step], "waiting", wake=wake, jobs=step.jobs)

    def look_again(self, journey: Journey, after: float, *, attempt: int | None = None) -> bool:
        """The step it is at goes on waiting; it is looked at again after so many seconds."""
        waited = journey.waited
        assert waited is not None, "only a step that waits is looked at again"
        journey.attempt = journey.attempt if attempt is None else attempt
        return self.wait(journey, waited, self._after(after))

    def try_again(self, journey: Journey, reason: str, after: float) -> bool:
        """The step it is at failed, and is tried again after so many seconds."""
        failed = journey.step(flowhost.Outcome.failed(reason), self._clock.now())
        journey.attempt += 1
        return self._write(journey, [*journey.unwritten, failed], "pending", wake=self._after(after))

    def wake(self, journey: Journey) -> None:
        """What the run waits for is over already."""
        self._journal.wake_run(journey.run.id)

    def postpone(self, journey: Journey, until: datetime) -> bool:
        """Nothing was begun; it may begin at that moment."""
        return self._write(journey, journey.unwritten, "pending", wake=until)

    def give_back(self, journey: Journey, *, interrupted: bool = False) -> bool:
        """Somebody else may go on with it at once; `interrupted`: its step was begun, and does not count."""
        steps = [*journey.unwritten]
        if interrupted:
            steps.append(journey.interrupted_step(self._clock.now()))
        if (waited := journey.waited) is not None:
            return self._write(journey, steps, "waiting", wake=self._clock.now(), jobs=waited.jobs)
        return self._write(journey, steps, "pending")

    def end(self, journey: Journey, state: RunState | None = None) -> bool:
        """It came to its end: as its steps did, or in this state."""
        how = state or journey.end_state
        ours = self._write(journey, journey.unwritten, how)
        if ours:
            self._ended(journey.run, how)
        return ours

    def end_unmade(self, run: Run, reason: str) -> None:
        """It failed where it was: its steps cannot be known, or something failed that nobody foresaw."""
        record = partial(self._journal.record, run, (), state="failed", errors=(*run.errors, reason))
        if self.insist(run, record):
            self._ended(run, "failed")

    def insist(self, run: Run, use: Callable[[], T]) -> T:
        """Use the journal for a run; wait while it cannot be used.

        Raises:
            Stopped: the engine stops meanwhile.
        """
        told = False
        while True:
            try:
                return use()
            except flowhost.StateUnavailable as error:
                if not told:
                    log.error("run %d waits for the journal, in which it is kept: %s", run.id, error)
                told = True
                if self._clock.wait(self._stopping, INSIST_EVERY):
                    raise Stopped from error

    def _after(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)

    def _write(
        self,
        journey: Journey,
        steps: Sequence[Step],
        state: RunState,
        *,
        wake: datetime | None = None,
        jobs: Sequence[str] = (),
        attempt: int | None = None,
    ) -> bool:
        record = partial(
            self._journal.record,
            journey.run,
            steps,
            state=state,
            step=journey.number,
            attempt=journey.attempt if attempt is None else attempt,
            wake=wake,
            jobs=jobs,
            errors=journey.errors,
        )
        ours = self.insist(journey.run, record)
        if ours:
            journey.known |= {step.number: step for step in steps}
            journey.unwritten.clear()
        else:
            log.info("run %d belongs to somebody else by now; it is left to them", journey.run.id)
        return ours
