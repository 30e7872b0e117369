"""Runs import jobs: copy, verify, publish, keep, and remove the source of a move.

What was reached is kept before the next step, so that a job whose process died goes on where nothing is lost or
done twice: a file that has its name already is recognised by its checksum.
"""

from __future__ import annotations

import json
import logging
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update

import flowhost
from flowhost_plugins.catalogue.database.schema import files, items, jobs
from flowhost_plugins.catalogue.database.text import index_key
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.imports.orders import Orders
from flowhost_plugins.catalogue.items.giving import Giving
from flowhost_plugins.catalogue.jobs.jobs import change
from flowhost_plugins.catalogue.jobs.progress import Progress, Stopped
from flowhost_plugins.catalogue.jobs.working import MOST_ATTEMPTS
from flowhost_plugins.catalogue.machine.copying import CopyFailed, Seen, checksum, copy, look, publish
from flowhost_plugins.catalogue.media.examining import Examined, examine
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.storages.planning import place_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Task:
    """A job under way."""

    number: int
    item: int | None
    file: int | None
    attempts: int
    orders: Orders

    @property
    def target(self) -> Path:
        return Path(self.orders.target)


class Importing:
    """Does the work of import jobs.

    Args:
        transactions: the database.
        owner: whose jobs they are.
        ffmpeg: what looks into the files.
    """

    def __init__(self, transactions: Transactions, owner: str, ffmpeg: Ffmpeg) -> None:
        self._transactions = transactions
        self._owner = owner
        self._ffmpeg = ffmpeg
        self._giving = Giving(transactions)

    def run(self, number: int, stop: threading.Event) -> None:
        """Run one job until it ends, or `stop` is set, and keep its end.

        Raises:
            Unavailable: the database cannot be used; what was done is as if the process had died.
        """
        task = self._transactions.write(lambda transaction: self._begin(transaction, number))
        if task is None:  # cancelled and kept as such, or another's by now
            return
        try:
            if task.attempts > MOST_ATTEMPTS and not task.orders.stored:
                what = (
                    f"it was interrupted {MOST_ATTEMPTS} times: its process ended, or the database was away"
                )
                raise CopyFailed(f"{what}; import the file again")
            self._import(task, stop)
        except Stopped:
            self._stopped(task)
        except CopyFailed as error:
            self._fail(task, str(error))
        except OSError as error:
            self._fail(task, f"cannot use {error.filename}: {error.strerror or error}")
        except flowhost.Unavailable:
            raise
        except Exception as error:  # a mistake of ours: whoever waits for the job must hear of its end
            log.exception("job %d", number)
            self._fail(task, f"the catalogue made a mistake: {error!r}; its log has more")

    def _begin(self, transaction: Transaction, number: int) -> _Task | None:
        row = transaction.connection.execute(select(jobs).where(jobs.c.number == number)).one()
        values = {"status": "STARTED", "attempts": row.attempts + 1, "progress": 0.0, "step": "copying"}
        if not change(transaction, number, self._owner, **values):
            return None
        return _Task(number, row.item, row.file, row.attempts + 1, Orders(**json.loads(row.orders)))

    def _import(self, task: _Task, stop: threading.Event) -> None:
        if not task.orders.stored:
            progress = Progress(self._transactions, task.number, self._owner, stop)
            task = (
                self._placed(task, progress) if task.orders.mode == "place" else self._copied(task, progress)
            )
        if task.orders.mode == "move" and (left := self._remove_source(task)):
            self._end(task, "FINISHED_WARNING", left)
        else:
            self._end(task, "FINISHED")

    def _placed(self, task: _Task, progress: Progress) -> _Task:
        seen = look(task.target)
        progress.expect(seen.size)
        digest = checksum(task.target, progress.advance)
        if look(task.target) != seen:
            raise CopyFailed(f"{task.target} changed while it was read; place it again when it is complete")
        return self._store(task, digest, progress)

    def _copied(self, task: _Task, progress: Progress) -> _Task:
        if not self._is_published(task, progress):
            source, temporary = Path(task.orders.source), self._temporary(task)
            seen = look(source)
            progress.expect(2 * seen.size)  # it is read, and the copy is read
            self._remove_temporaries(task)
            digest = copy(source, temporary, progress.advance)
            task = self._kept(task, step="publishing", hash=digest, seen=(seen.size, seen.modified))
            publish(temporary, task.target)
        return self._store(task, task.orders.hash, progress)

    def _is_published(self, task: _Task, progress: Progress) -> bool:
        """Whether the file got its name before the job's process died."""
        if not task.orders.hash or not task.target.exists():
            return False
        self._remove_temporaries(task)  # it may have died while the file had two names
        progress.expect(look(task.target).size)
        return checksum(task.target, progress.advance) == task.orders.hash

    def _kept(self, task: _Task, *, step: str, **changed: Any) -> _Task:
        """The task with changed orders, which the database has, too."""
        orders = replace(task.orders, **changed)
        values = {"step": step, "orders": json.dumps(asdict(orders))}
        self._transactions.write(lambda transaction: self._goes_on(transaction, task, **values))
        return replace(task, orders=orders)

    def _goes_on(self, transaction: Transaction, task: _Task, **values: Any) -> bool:
        """Change the job.

        Raises:
            Stopped: somebody cancelled it, or it is another's by now.
        """
        if not change(transaction, task.number, self._owner, **values):
            raise Stopped
        wanted = select(jobs.c.cancelled).where(jobs.c.number == task.number)
        if transaction.connection.execute(wanted).scalar_one():
            raise Stopped
        return True

    def _store(self, task: _Task, digest: str, progress: Progress) -> _Task:
        """Let the file be the item's, in one transaction."""
        seen = look(task.target)
        examined = examine(task.target, task.target.name, self._ffmpeg, lambda: progress.advance(0))
        orders = replace(task.orders, hash=digest, stored=True)

        def work(transaction: Transaction) -> None:
            values = {"step": "removing", "orders": json.dumps(asdict(orders)), "remark": examined.remark}
            self._goes_on(transaction, task, **values)
            if not _item_is_there(transaction, task.item):
                raise CopyFailed("the item was deleted while its media was imported")
            assert task.item is not None, "it is there"
            self._give(transaction, task, task.item, seen, digest, examined)

        self._transactions.write(work)
        return replace(task, orders=orders)

    def _give(
        self, transaction: Transaction, task: _Task, item: int, seen: Seen, digest: str, examined: Examined
    ) -> None:
        state = "TO_APPEAR" if task.orders.mode != "place" else None
        expected = files.c.state == state if state else files.c.item.is_(None)
        values = {"state": "CLOSED", "size": seen.size, "modified": seen.modified, "hash": digest}
        wanted = update(files).where(files.c.number == task.file, expected)
        if not transaction.connection.execute(wanted.values(item=item, **values)).rowcount:
            raise CopyFailed(f"the file {task.target} was removed or given to another item meanwhile")
        assert task.file is not None, "it was changed"
        name = Path(task.orders.source).name
        self._giving.give(transaction, item, task.file, task.orders.tag, examined, name)
        transaction.note("file", "CREATE" if state else "MODIFY", task.file, item=item)

    def _remove_source(self, task: _Task) -> str:
        """Remove the source of a move; return why it is still there, empty when it is not."""
        source = Path(task.orders.source)
        left = f"the source {source} is imported but could not be removed"
        try:
            if source.exists():
                seen = look(source)
                if (seen.size, seen.modified) != tuple(task.orders.seen):
                    return f"{left}: it was changed since"
                if not self._transactions.write(lambda transaction: _forget(transaction, source)):
                    return f"{left}: it belongs to an item by now"
                source.unlink(missing_ok=True)
        except CopyFailed as error:
            return f"{left}: {error}"
        except OSError as error:
            return f"{left}: {error.strerror or error}"
        return ""

    def _stopped(self, task: _Task) -> None:
        """Keep that the job was cancelled; or, when its process ends, let it begin again later."""
        wanted = select(jobs.c.cancelled, jobs.c.owner).where(jobs.c.number == task.number)
        row = self._transactions.read(lambda connection: connection.execute(wanted).one())
        if row.owner != self._owner:  # another runs it now: what it makes is its own
            self._temporary(task).unlink(missing_ok=True)
        elif row.cancelled:
            self._clean(task)
            self._end(task, "ABORTED")
        else:
            self._remove_temporaries(task)
            again = {"status": "READY", "step": "", "progress": 0.0, "attempts": task.attempts - 1}
            self._transactions.write(
                lambda transaction: change(transaction, task.number, self._owner, **again)
            )

    def _fail(self, task: _Task, reason: str) -> None:
        wanted = select(jobs.c.owner).where(jobs.c.number == task.number)
        owner = self._transactions.read(lambda connection: connection.execute(wanted).scalar_one())
        if owner != self._owner:  # another runs it now: what it makes is its own
            return
        self._clean(task)
        self._end(task, "FAILED_TOTAL", reason)

    def _end(self, task: _Task, status: str, error: str = "") -> None:
        def work(transaction: Transaction) -> None:
            values: dict[str, Any] = {"status": status, "error": error, "step": "", "live": False}
            if status.startswith("FINISHED"):
                values["progress"] = 100.0
            change(transaction, task.number, self._owner, ended=transaction.now, **values)

        self._transactions.write(work)
        if error:
            log.warning("import job %d ended as %s: %s", task.number, status, error)

    def _clean(self, task: _Task) -> None:
        """Leave nothing of an import that was not stored."""
        self._remove_temporaries(task)
        if task.orders.mode == "place":
            return
        wanted = select(jobs.c.orders).where(jobs.c.number == task.number)
        orders = Orders(
            **json.loads(self._transactions.read(lambda connection: connection.execute(wanted).scalar_one()))
        )
        if orders.stored:
            return
        with suppress(CopyFailed, OSError):  # it cannot be read, so it is not what we wrote
            if orders.hash and task.target.exists() and checksum(task.target, lambda _: None) == orders.hash:
                task.target.unlink()
        with suppress(OSError):  # others have files in it, or it was never made
            task.target.parent.rmdir()
        gone = delete(files).where(files.c.number == task.file, files.c.state == "TO_APPEAR")
        self._transactions.write(lambda transaction: transaction.connection.execute(gone).rowcount)

    def _temporary(self, task: _Task) -> Path:
        owner = self._owner.replace(":", "-")
        return self._folder(task) / f".flowhost-{task.number}-{owner}.part"

    def _remove_temporaries(self, task: _Task) -> None:
        for one in self._folder(task).glob(f".flowhost-{task.number}-*.part"):
            try:
                one.unlink(missing_ok=True)
            except OSError as error:
                log.warning("the temporary file %s stays behind: %s", one, error.strerror or error)

    def _folder(self, task: _Task) -> Path:
        return task.target.parents[1]


def _forget(transaction: Transaction, source: Path) -> bool:
    """Let the tables forget a source, when they know it; return whether it is no item's."""
    place = place_of(transaction.connection, transaction.site, source)
    if place is None:
        return True
    number = transaction.site.number(place[0].id)
    here = select(files.c.number).where(files.c.storage == number, files.c.path_key == index_key(place[1]))
    known = transaction.connection.execute(here).scalar()
    if known is None:
        return True
    gone = delete(files).where(files.c.number == known, files.c.item.is_(None))
    if not transaction.connection.execute(gone).rowcount:
        return False
    transaction.note("file", "DELETE", known)
    return True


def _item_is_there(transaction: Transaction, item: int | None) -> bool:
    wanted = select(items.c.number).where(items.c.number == item).with_for_update(key_share=True)
    return transaction.connection.execute(wanted).scalar() is not None
