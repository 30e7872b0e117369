"""The threads that run jobs.

A job of a process that died begins again in the next one that opens the catalogue, a few times at most: the job may be
what killed it. Jobs that guests order are taken up by whichever owner sees them first.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlalchemy import select

import flowhost
from flowhost_plugins.catalogue.database.marks import marked
from flowhost_plugins.catalogue.database.ownership import NOBODY, Ownership
from flowhost_plugins.catalogue.database.schema import jobs
from flowhost_plugins.catalogue.database.transactions import Transactions
from flowhost_plugins.catalogue.jobs.jobs import Jobs
from flowhost_plugins.catalogue.records import Job, NotFound

log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
"""After which a job begins again when the database could not be used."""

SWEEP_SECONDS = 10.0
"""How often jobs are looked for whose process died while others share its database."""

LOOK_SECONDS = 0.5
"""How often an owner looks for jobs that guests ordered, and who waits for a job whether another process ended it."""

Run: TypeAlias = Callable[[int, threading.Event], None]
"""Does the work of the job with this number until it ends or the flag is set, and keeps its end."""


class Runner:
    """Runs the jobs of one open catalogue.

    Args:
        jobs: the jobs.
        owner: whose jobs they are.
        clock: the time.
        threads: how many run at once; 0 for a guest, who runs none.
        run: does the work of the job with this number until it ends or the flag is set, and keeps its end.
    """

    def __init__(
        self,
        jobs: Jobs,
        owner: Ownership,
        clock: flowhost.Clock,
        threads: int,
        run: Run,
    ) -> None:
        self._jobs = jobs
        self._owner = owner
        self._clock = clock
        self._limit = threads
        self._run = run
        self._queue: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._flags: dict[int, threading.Event] = {}  # of the jobs that run
        self._stopping = threading.Event()
        self._changed = threading.Condition()

    def adopt(self) -> None:
        """Take over the jobs whose owners are dead, and those of nobody."""
        self._take_up()
        for number, owner in self._jobs.live():
            if not self._owner.lives(owner) and self._jobs.adopt(number, owner, self._owner.name):
                log.warning("job %d was left by a process that ended; it begins again", number)
                self.submit(number)

    def _take_up(self) -> None:
        """Take up the jobs that guests ordered."""
        for number in self._jobs.of(NOBODY):
            if self._jobs.adopt(number, NOBODY, self._owner.name):
                self.submit(number)

    def keep_looking(self, *, others_own: bool) -> None:
        """Look for jobs that guests order, from a thread, until `close`.

        Args:
            others_own: whether other processes own jobs, too; those of dead ones are looked for now and then.
        """
        with self._changed:
            arguments = {"others_own": others_own}
            thread = threading.Thread(
                target=self._look, kwargs=arguments, name="catalogue-sweep", daemon=True
            )
            self._threads.append(thread)
            self._limit += 1
            thread.start()

    def submit(self, number: int) -> None:
        """Let a job run as soon as a thread is free."""
        self._queue.put(number)
        with self._changed:
            if len(self._threads) < self._limit and not self._stopping.is_set():
                name = f"catalogue-job-{len(self._threads) + 1}"
                # daemon: a program that forgets to close ends as if killed, and the job begins again
                thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()

    def cancel(self, job_id: str) -> Job:
        """See `Catalogue.cancel_job`."""
        self._jobs.ask_to_stop(self._number(job_id))
        self.stop([self._number(job_id)])
        return self._found(job_id)

    def stop(self, numbers: list[int]) -> None:
        """Let these jobs, if they run here, look now whether they shall stop."""
        with self._changed:
            for number in numbers:
                if flag := self._flags.get(number):
                    flag.set()

    def wait(self, job_id: str, timeout: float | None) -> Job:
        """See `Catalogue.wait_for_job`."""
        until = None if timeout is None else self._clock.monotonic() + timeout
        while not (job := self._found(job_id)).ended:
            left = LOOK_SECONDS if until is None else until - self._clock.monotonic()
            if left <= 0:
                what = f"is {job.status} ({job.progress:.0f} per cent)"
                raise flowhost.TimedOut(f"the job {job_id} {what} after {timeout:g} seconds")
            with self._changed:
                self._changed.wait(min(left, LOOK_SECONDS))
        return job

    def close(self) -> None:
        """Interrupt what runs, and end the threads."""
        self._stopping.set()
        with self._changed:
            threads = list(self._threads)
            for flag in self._flags.values():
                flag.set()
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            thread.join()

    def _work(self) -> None:
        while (number := self._queue.get()) is not None and not self._stopping.is_set():
            flag = threading.Event()
            with self._changed:
                if self._stopping.is_set():  # `close` may have set the flags that there were
                    return
                self._flags[number] = flag
            try:
                self._run(number, flag)
            except flowhost.Unavailable as error:
                log.warning("job %d could not go on: %s; it begins again", number, error)
                if not self._clock.wait(self._stopping, RETRY_SECONDS):
                    self._queue.put(number)
            except (
                Exception
            ):  # a mistake of ours must not end the thread; the job begins again at the next start
                log.exception("job %d came to no end", number)
            with self._changed:
                del self._flags[number]
                self._changed.notify_all()

    def _look(self, *, others_own: bool) -> None:
        pause, swept = LOOK_SECONDS, self._clock.monotonic()
        while not self._clock.wait(self._stopping, pause):
            pause = LOOK_SECONDS
            try:
                if others_own and self._clock.monotonic() - swept >= SWEEP_SECONDS:
                    swept = self._clock.monotonic()
                    self._owner.renew()
                    self.adopt()
                else:
                    self._take_up()
            except flowhost.Unavailable as error:
                log.warning("cannot look for jobs that were ordered or left: %s", error)
                pause = SWEEP_SECONDS

    def _found(self, job_id: str) -> Job:
        if (job := self._jobs.find(job_id)) is None:
            raise NotFound("job", job_id)
        return job

    def _number(self, job_id: str) -> int:
        self._found(job_id)
        return int(job_id[3:])


class ByKind:
    """Runs each job by what is there for its kind; what it changes carries the mark of its order.

    Args:
        transactions: the database.
        runs: kind of job → what runs it.
    """

    def __init__(self, transactions: Transactions, runs: Mapping[str, Run]) -> None:
        self._transactions = transactions
        self._runs = runs

    def run(self, number: int, stop: threading.Event) -> None:
        """Run a job until its end."""
        wanted = select(jobs.c.kind, jobs.c.mark).where(jobs.c.number == number)
        row = self._transactions.read(lambda connection: connection.execute(wanted).one())
        with marked(row.mark):
            self._runs[row.kind](number, stop)
