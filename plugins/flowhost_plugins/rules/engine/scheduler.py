"""The scheduler: claims the runs that may go on, the most urgent first, and hands them to the executor."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import flowhost
from flowhost_plugins.rules.engine.deploying import Deploying
from flowhost_plugins.rules.engine.gates import Gates
from flowhost_plugins.rules.engine.in_flight import InFlight, task_of
from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import Run

LOOK_EVERY = 1.0  # seconds between two looks when nothing wakes it: commands of other processes show then
MOST_UNDER_WAY = 10_000  # runs that are looked through for those whose claim got lost
BEATS_IN_A_LEASE = 3  # one may be late and one lost, and still nobody takes this engine for dead

log = logging.getLogger(__name__)


class Scheduler:
    """Keeps the executor busy, in a thread of its own.

    Args:
        journal: where the runs are.
        owner: whose runs they become.
        deploying: the rules.
        gates: which of them may start runs.
        in_flight: what is claimed.
        executor: where the claimed runs go.
        clock: the time.
        total: how many runs may be under way, of all rules.
        cancelled: called with the runs of this owner that somebody cancelled.
        flush: writes what others keep in memory for a moment; called every second.
    """

    def __init__(
        self,
        journal: Journal,
        owner: str,
        deploying: Deploying,
        gates: Gates,
        in_flight: InFlight,
        executor: flowhost.Executor,
        clock: flowhost.Clock,
        *,
        total: int,
        cancelled: Callable[[set[int]], None],
        flush: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._owner = owner
        self._deploying = deploying
        self._gates = gates
        self._in_flight = in_flight
        self._executor = executor
        self._clock = clock
        self._total = total
        self._cancelled = cancelled
        self._flush = flush
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._stamp = -1
        self._beaten = float("-inf")
        self._looked = float("-inf")
        self._trouble = ""
        self._unsure = False  # whether a claim may be kept whose answer got lost
        self._thread = threading.Thread(target=self._schedule, name="rules-scheduler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to start."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing any more."""
        self._stopping.set()
        self._woken.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _schedule(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self._beat()
                self._notice()
                claimed = self._claim()
            except flowhost.StateUnavailable as error:
                self._tell(str(error))
                self._unsure, claimed = True, 0
            except Exception:  # without it nothing would ever run again; what failed once may not fail again
                log.exception("the scheduler of the rules failed, and goes on")
                self._unsure, claimed = True, 0
            else:
                self._tell("")
            if not claimed:
                self._clock.wait(self._woken, LOOK_EVERY)

    def _tell(self, trouble: str) -> None:
        if trouble and not self._trouble:
            log.error("no run can be started: %s", trouble)
        elif self._trouble and not trouble:
            log.info("runs can be started again")
        self._trouble = trouble

    def _beat(self) -> None:
        now = self._clock.monotonic()
        if now - self._beaten >= self._journal.lease / BEATS_IN_A_LEASE:
            self._journal.beat(self._owner)
            self._beaten = now

    def _notice(self) -> None:
        """What commands changed since the last look."""
        now = self._clock.monotonic()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        self._flush()
        stamp = self._journal.stamp()
        if stamp == self._stamp:
            return
        self._deploying.refresh()
        self._gates.changed()
        if unwanted := self._journal.cancelling(self._owner):
            self._cancelled(unwanted)
        self._stamp = stamp

    def _claim(self) -> int:
        if self._unsure:
            self._submit_lost()
        free = self._executor.capacity - len(self._in_flight)
        if free <= 0 or self._stopping.is_set():
            return 0
        rules = self._deploying.rules
        limits = self._gates.limits(rules, self._clock.now(), self._clock.monotonic())
        runs = self._journal.claim(
            self._owner,
            number=free,
            total=self._total,
            per_rule=limits,
            rules=frozenset(name for name, limit in limits.items() if limit),
        )
        for run in runs:
            self._submit(run)
        return len(runs)

    def _submit_lost(self) -> None:
        """Runs that became ours when nobody heard of it; without that they would be left until the next start."""
        known = self._in_flight.tasks  # before the look: what is in flight then may end meanwhile
        for run in self._journal.runs(state="running", number=MOST_UNDER_WAY):
            if run.owner == self._owner and task_of(run) not in known:
                log.info("run %d was claimed before the journal was gone", run.id)
                self._submit(run)
        self._unsure = False

    def _submit(self, run: Run) -> None:
        self._gates.moved(run.rule)
        self._executor.submit(self._in_flight.add(run))
