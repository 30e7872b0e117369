"""The board with all jobs: who is at which step, and the thread that lets them go on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeGuard

import flowhost
from flowhost_devserver.vidispine.jobs.data import keep_data
from flowhost_devserver.vidispine.jobs.records import JobRecord, Step, from_kept, kept
from flowhost_devserver.vidispine.jobs.steps import KINDS
from flowhost_devserver.vidispine.moments import stamp
from flowhost_plugins.catalogue import Change, Job, Listening

if TYPE_CHECKING:
    from flowhost_devserver.vidispine.site import Site

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""How often live jobs are looked at when nobody says that something changed, for their progress."""

OWN_THREADS = 4
"""How much work of the server's own runs at once."""

SEEN_AT_ONCE = 100
"""Jobs of the catalogue that are looked through for new ones."""

Event: TypeAlias = Literal["CREATE", "UPDATE", "STOP"]
Listener: TypeAlias = Callable[[Event, JobRecord], object]


class Board:
    """Every job of a server; safe to use from every thread.

    Jobs that somebody starts in the catalogue directly appear here, too. Ids are the board's own.

    Args:
        site: where it is.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._clock = flowhost.SystemClock()
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._records: dict[str, JobRecord] = {}
        self._of_catalogue: dict[str, str] = {}  # id of a job of the catalogue → id of ours
        self._own: dict[str, tuple[threading.Event, Future[Any]]] = {}  # id of a job → its work here
        self._listeners: list[Listener] = []
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="vidispine-jobs", daemon=True)
        self._listening: Listening | None = None

    def start(self) -> None:
        """Read what was kept, and let it go on."""
        for data in self._site.keeping.all("job").values():
            self._remember(from_kept(data))
        self._pool = ThreadPoolExecutor(OWN_THREADS, "vidispine-work")
        self._listening = self._site.catalogue.listen(self._heard)
        self._wake.set()
        self._thread.start()

    def close(self) -> None:
        """Interrupt what runs here; it begins again at the next start."""
        if self._listening is None:
            return
        self._listening.close()
        self._stop.set()
        self._wake.set()
        self._thread.join()
        with self._lock:
            for flag, _ in self._own.values():
                flag.set()
        self._pool.shutdown(wait=True)

    def listen(self, listener: Listener) -> None:
        """Call it with each job that is new, has changed its status or step, or has ended; it must be quick."""
        self._listeners.append(listener)

    def new_id(self) -> str:
        """An id for a job."""
        return f"VX-{self._site.keeping.next_number('job-id')}"

    def now(self) -> str:
        """The moment, as in JSON documents."""
        return stamp(self._site.clock.now())

    def add(self, record: JobRecord) -> None:
        """Take up a new job; it begins soon."""
        with self._lock:
            self._put(record, "CREATE")
        self._wake.set()

    def find(self, job_id: str) -> JobRecord | None:
        """The job as it is now; None when there is none."""
        with self._lock:
            self._adopt()
            record = self._records.get(job_id)
            return record and self._advanced(record)

    def of_catalogue(self, job: Job) -> JobRecord:
        """The job that a job of the catalogue belongs to."""
        with self._lock:
            if job.id not in self._of_catalogue:
                self._adopted(job)
            return self._records[self._of_catalogue[job.id]]

    def all(self) -> list[JobRecord]:
        """Every job as it is now, the oldest first."""
        with self._lock:
            self._adopt()
            return [self._advanced(record) for record in list(self._records.values())]

    def change(self, job_id: str, **values: Any) -> JobRecord:
        """Change what does not come from its steps: priority, metadata."""
        with self._lock:
            record = replace(self._records[job_id], **values)
            self._put(record, "UPDATE")
            return record

    def abort(self, job_id: str, reason: str) -> JobRecord:
        """Ask a job to stop; one that has ended stays as it is."""
        with self._lock:
            record = self._advanced(self._records[job_id])
            if record.ended:
                return record
            record = replace(record, status="ABORTED_PENDING", reason=reason)
            self._put(record, "UPDATE")
            step = record.steps[record.current - 1]
            if step.job and step.status == "STARTED":
                self._site.catalogue.cancel_job(step.job)
            elif job_id in self._own:
                self._own[job_id][0].set()
            return self._advanced(record)

    def wait(self, job_id: str, seconds: float) -> JobRecord:
        """Wait until a job has ended.

        Raises:
            TimedOut: it has not, after so many seconds.
        """
        until = self._clock.monotonic() + seconds
        with self._changed:
            while not (record := self._records[job_id]).ended:
                if (left := until - self._clock.monotonic()) <= 0:
                    raise flowhost.TimedOut(f"the job {job_id} is {record.status} after {seconds:g} seconds")
                self._changed.wait(left)
            return record

    # -- the thread

    def _heard(self, change: Change) -> None:
        if change.kind == "job":
            self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            live = list[JobRecord]()
            try:
                with self._lock:
                    self._adopt()
                    live = [record for record in self._records.values() if not record.ended]
                    for record in live:
                        self._advanced(record)
            except flowhost.Unavailable as error:
                log.warning("cannot look after the jobs: %s", error)
            except Exception:  # a bug of ours in one job must not stop all the others
                log.exception("cannot look after the jobs")
            self._clock.wait(self._wake, LOOK_SECONDS if live else None)

    def _adopt(self) -> None:
        """Let jobs that were started in the catalogue directly be on the board."""
        new, before = list[Job](), None
        while found := self._site.catalogue.jobs(before=before, number=SEEN_AT_ONCE):
            strange = list(takewhile(lambda job: job.id not in self._of_catalogue, found))
            new += strange
            if len(strange) < SEEN_AT_ONCE:
                break
            before = strange[-1].id
        for job in reversed(new):
            self._adopted(job)

    def _adopted(self, job: Job) -> None:
        started = stamp(job.created) if job.created else self.now()
        step = Step("adopted", description=job.kind, status="STARTED", job=job.id, timestamp=started)
        user = self._site.catalogue.variables(job.item).get("user") if self._is_there(job.item) else ""
        record = JobRecord(self.new_id(), job.kind, user or "system", started, (step,), job.item or "")
        self._put(record, "CREATE")
        self._advanced(record)

    def _is_there(self, item: str | None) -> TypeGuard[str]:
        return item is not None and self._site.catalogue.item(item) is not None

    # -- going on, with the lock held

    def _advanced(self, record: JobRecord) -> JobRecord:
        while not record.ended:
            after = self._advance_once(record)
            if after == record:
                break
            told = (after.status, after.current, [step.status for step in after.steps])
            before = (record.status, record.current, [step.status for step in record.steps])
            if after.ended:
                after = replace(after, finished=self.now())
                keep_data(self._site, after)  # before anybody hears of the end
            self._put(after, None if told == before else "STOP" if after.ended else "UPDATE")
            record = after
        return record

    def _advance_once(self, record: JobRecord) -> JobRecord:
        index = record.current - 1
        step = record.steps[index] if record.steps else Step("nothing", status="FINISHED")
        if step.status.startswith("FINISHED"):
            warned = any(one.status == "FINISHED_WARNING" for one in record.steps)
            return replace(record, status="FINISHED_WARNING" if warned else "FINISHED")
        if step.status == "READY":
            if record.status == "ABORTED_PENDING":
                return replace(record, status="ABORTED")
            step = self._begun(record, step)
        elif step.job:
            step = self._followed(step)
        else:
            step = self._worked(record, step)
        steps = (*record.steps[:index], step, *record.steps[index + 1 :])
        status = record.status if record.status == "ABORTED_PENDING" else "STARTED"
        if step.status in ("FAILED_TOTAL", "ABORTED"):
            status = step.status
        return replace(record, steps=steps, status=status)

    def _begun(self, record: JobRecord, step: Step) -> Step:
        begun = replace(step, status="STARTED", timestamp=self.now())
        try:
            order = KINDS[step.do].order
            if order:
                return replace(begun, job=order(self._site, record.item, step.orders).id)
            self._work(record, step)
        except flowhost.Unavailable:
            raise
        except (flowhost.FlowhostError, OSError) as error:
            return replace(begun, status="FAILED_TOTAL", error=str(error))
        except Exception as error:  # a bug of ours: the job must end, and the others go on
            log.exception("the job %s cannot begin", record.id)
            return replace(begun, status="FAILED_TOTAL", error=f"{type(error).__name__}: {error}")
        return begun

    def _work(self, record: JobRecord, step: Step) -> None:
        do, flag = KINDS[step.do].do, threading.Event()
        assert do, "a kind of step that orders nothing does something"
        future = self._pool.submit(do, self._site, record, step.orders, flag)
        self._own[record.id] = flag, future
        future.add_done_callback(lambda _: self._wake.set())

    def _worked(self, record: JobRecord, step: Step) -> Step:
        if record.id not in self._own:  # the server was ended meanwhile
            self._work(record, step)
        flag, future = self._own[record.id]
        if not future.done():
            return step
        del self._own[record.id]
        done = replace(step, progress=100.0, timestamp=self.now())
        error = future.exception()
        if flag.is_set():
            return replace(done, status="ABORTED")
        if error is None:
            return replace(done, status="FINISHED", result=dict(future.result()))
        if not isinstance(error, (flowhost.FlowhostError, OSError)):
            log.error("the job %s failed", record.id, exc_info=error)
        return replace(done, status="FAILED_TOTAL", error=str(error))

    def _followed(self, step: Step) -> Step:
        job = self._site.catalogue.job(step.job)
        if job is None:
            return replace(step, status="FAILED_TOTAL", error=f"the catalogue forgot the job {step.job}")
        if not job.ended:
            return replace(step, progress=job.progress)
        when = stamp(job.ended_at) if job.ended_at else self.now()
        result = {} if job.file is None else {"fileId": job.file}
        return replace(
            step, status=job.status, progress=job.progress, error=job.error, timestamp=when, result=result
        )

    def _put(self, record: JobRecord, event: Event | None) -> None:
        self._remember(record)
        self._site.keeping.put("job", record.id, kept(record))
        self._changed.notify_all()
        for listener in self._listeners if event else ():
            listener(event, record)  # type: ignore[arg-type]  # it is one of them here

    def _remember(self, record: JobRecord) -> None:
        self._records[record.id] = record
        self._of_catalogue |= {step.job: record.id for step in record.steps if step.job}
