"""Runs jobs: begins them, keeps how far they came, and keeps their end, whichever it is.

Each kind of work says what it does and how to leave nothing behind; when a job begins and ends, who may go on with
it, and what a cancel or a stop mean, is the same for all and is here.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

import flowhost
from flowhost_plugins.catalogue.database.schema import jobs
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs.jobs import change
from flowhost_plugins.catalogue.jobs.progress import Progress, Stopped
from flowhost_plugins.catalogue.machine.copying import CopyFailed
from flowhost_plugins.catalogue.machine.programs import ProgramFailed
from flowhost_plugins.catalogue.media.probing import Unreadable
from flowhost_plugins.catalogue.records import FfmpegMissing

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""How often a job begins; when as many processes died during it, it may be what killed them. What only remains to be
done for media that is the item's is done however often it takes."""


class Course:
    """One job under way.

    Args:
        transactions: the database.
        row: of the job.
        owner: whose it is.
        stop: set when it shall stop.
    """

    def __init__(self, transactions: Transactions, row: Any, owner: str, stop: threading.Event) -> None:
        self.transactions = transactions
        self.number: int = row.number
        self.kind: str = row.kind
        self.item: int | None = row.item
        self.file: int | None = row.file
        self.attempts: int = row.attempts + 1
        self.orders: dict[str, Any] = json.loads(row.orders)
        self.progress = Progress(transactions, row.number, owner, stop)
        self._owner = owner

    def look(self) -> None:
        """Look whether the job shall stop.

        Raises:
            Stopped: it shall.
        """
        self.progress.advance(0)

    def keep(self, step: str, **orders: Any) -> None:
        """Keep what the job does now, and what it must know when it begins again."""
        self.orders |= orders
        values = {"step": step, "orders": json.dumps(self.orders)}
        self.transactions.write(lambda transaction: self.go_on(transaction, **values))

    def kept_orders(self) -> dict[str, Any]:
        """The orders as the database has them: a transaction that failed may have been kept all the same."""
        wanted = select(jobs.c.orders).where(jobs.c.number == self.number)
        found = self.transactions.read(lambda connection: connection.execute(wanted).scalar_one())
        return dict(json.loads(found))

    def go_on(self, transaction: Transaction, **values: Any) -> None:
        """Change the job, within a transaction that does its work.

        Raises:
            Stopped: somebody cancelled it, or it is another's by now; nothing of the transaction may remain.
        """
        if not change(transaction, self.number, self._owner, **values):
            raise Stopped
        wanted = select(jobs.c.cancelled).where(jobs.c.number == self.number)
        if transaction.connection.execute(wanted).scalar_one():
            raise Stopped

    def temporary(self, folder: Path) -> Path:
        """What the job may write in a storage before it has its name; scans do not see it."""
        return folder / f".flowhost-{self.number}-{self._owner.replace(':', '-')}.part"

    def remove_temporaries(self, folder: Path) -> None:
        """Remove what the job, or a process that died with it, wrote there."""
        for one in folder.glob(f".flowhost-{self.number}-*.part"):
            try:
                one.unlink(missing_ok=True)
            except OSError as error:
                log.warning("the temporary file %s stays behind: %s", one, error.strerror or error)


@dataclass(frozen=True, slots=True)
class Done:
    """How work ended that went well.

    Args:
        remark: what is worth knowing.
        warning: what did not go well beside it.
    """

    remark: str = ""
    warning: str = ""


class Work(Protocol):
    """What is done for one kind of job."""

    def do(self, course: Course) -> Done:
        """Do it. It may have been begun before, by a process that died."""

    def undo(self, course: Course) -> None:
        """Leave nothing of work that did not get to its end. It may be called when nothing was done."""

    def pause(self, course: Course) -> None:
        """Leave nothing that would be in the way when the work begins again later."""


EXPECTED = (CopyFailed, ProgramFailed, Unreadable, FfmpegMissing, flowhost.Permanent, flowhost.Conflict)
"""Failures whose text is a sentence for people."""


class Working:
    """Runs the jobs of one kind.

    Args:
        transactions: the database.
        owner: whose jobs they are.
        work: what is done for them.
    """

    def __init__(self, transactions: Transactions, owner: str, work: Work) -> None:
        self._transactions = transactions
        self._owner = owner
        self._work = work

    def run(self, number: int, stop: threading.Event) -> None:
        """Run one job until it ends, or `stop` is set, and keep its end.

        Raises:
            Unavailable: the database cannot be used; what was done is as if the process had died.
        """
        course = self._transactions.write(lambda transaction: self._begin(transaction, number, stop))
        if course is None:  # another's by now
            return
        try:
            stored = course.orders.get("stored")  # then it is as good as done
            if course.attempts > MOST_ATTEMPTS and not stored:
                what = (
                    f"it was interrupted {MOST_ATTEMPTS} times: its process ended, or the database was away"
                )
                raise flowhost.Permanent(f"{what}; start it anew")
            if not stored:
                course.look()
            done = self._work.do(course)
        except Stopped:
            self._stopped(course)
        except EXPECTED as error:
            self._fail(course, str(error))
        except OSError as error:
            self._fail(course, f"cannot use {error.filename}: {error.strerror or error}")
        except flowhost.Unavailable:
            raise
        except Exception as error:  # a mistake of ours: whoever waits for the job must hear of its end
            log.exception("job %d", number)
            self._fail(course, f"the catalogue made a mistake: {error!r}; its log has more")
        else:
            status = "FINISHED_WARNING" if done.warning else "FINISHED"
            self._end(course, status, error=done.warning, remark=done.remark, progress=100.0)

    def _begin(self, transaction: Transaction, number: int, stop: threading.Event) -> Course | None:
        row = transaction.connection.execute(select(jobs).where(jobs.c.number == number)).one()
        values = {"status": "STARTED", "attempts": row.attempts + 1, "progress": 0.0, "step": ""}
        if not change(transaction, number, self._owner, **values):
            return None
        return Course(self._transactions, row, self._owner, stop)

    def _stopped(self, course: Course) -> None:
        """Keep that the job was cancelled; or, when its process ends, let it begin again later."""
        wanted = select(jobs.c.cancelled, jobs.c.owner).where(jobs.c.number == course.number)
        row = self._transactions.read(lambda connection: connection.execute(wanted).one())
        if row.owner != self._owner:  # another runs it now: what it makes is its own
            return
        if row.cancelled:
            self._work.undo(course)
            self._end(course, "ABORTED")
            return
        self._work.pause(course)
        again = {"status": "READY", "step": "", "progress": 0.0, "attempts": course.attempts - 1}
        self._transactions.write(lambda transaction: change(transaction, course.number, self._owner, **again))

    def _fail(self, course: Course, reason: str) -> None:
        wanted = select(jobs.c.owner).where(jobs.c.number == course.number)
        owner = self._transactions.read(lambda connection: connection.execute(wanted).scalar_one())
        if owner != self._owner:  # another runs it now: what it makes is its own
            return
        self._work.undo(course)
        self._end(course, "FAILED_TOTAL", error=reason)

    def _end(self, course: Course, status: str, **values: Any) -> None:
        def work(transaction: Transaction) -> None:
            ended = {"status": status, "step": "", "live": False, "ended": transaction.now, **values}
            change(transaction, course.number, self._owner, **ended)

        self._transactions.write(work)
        if values.get("error"):
            log.warning("%s job %d ended as %s: %s", course.kind, course.number, status, values["error"])
