"""The threads that run jobs.

A job of a process that died begins again in the next one that opens the catalogue, a few times at most: the job may be
what killed it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

import flowhost
from flowhost_plugins.catalogue.jobs import Jobs
from flowhost_plugins.catalogue.ownership import Ownership
from flowhost_plugins.catalogue.records import Job, NotFound

log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
"""After which a job begins again when the database could not be used."""

SWEEP_SECONDS = 10.0
"""How often jobs are looked for whose process died while others share its database."""

LOOK_SECONDS = 0.5
"""How often somebody who waits for a job looks whether another process ended it."""


class Runner:
    """Runs the jobs of one open catalogue.

    Args:
        jobs: the jobs.
        owner: whose jobs they are.
        clock: the time.
        threads: how many run at once.
        run: does the work of the job with this number until it ends or the flag is set, and keeps its end.
    """

    def __init__(
        self,
        jobs: Jobs,
        owner: Ownership,
        clock: flowhost.Clock,
        threads: int,
        run: Callable[[int, threading.Event], None],
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
        """Take over the jobs whose owners are dead."""
        for number, owner in self._jobs.live():
            if not self._owner.lives(owner) and self._jobs.adopt(number, owner, self._owner.name):
                log.warning("job %d was left by a process that ended; it begins again", number)
                self.submit(number)

    def keep_adopting(self) -> None:
        """Look now and then for jobs of other processes that died."""
        with self._changed:
            thread = threading.Thread(target=self._sweep, name="catalogue-sweep", daemon=True)
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

    def _sweep(self) -> None:
        while not self._clock.wait(self._stopping, SWEEP_SECONDS):
            try:
                self._owner.renew()
                self.adopt()
            except flowhost.Unavailable as error:
                log.warning("cannot look for jobs that were left: %s", error)

    def _found(self, job_id: str) -> Job:
        if (job := self._jobs.find(job_id)) is None:
            raise NotFound("job", job_id)
        return job

    def _number(self, job_id: str) -> int:
        self._found(job_id)
        return int(job_id[3:])
