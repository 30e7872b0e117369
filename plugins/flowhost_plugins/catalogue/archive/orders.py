"""Orders for the archive: what is asked is checked at once, and kept as a job; deleting from it needs none."""

from __future__ import annotations

import logging
from typing import Any

from sqlalchemy import Connection, delete, select, update

import flowhost
from flowhost_plugins.catalogue.archive import archived as reading
from flowhost_plugins.catalogue.database.locating import item_number, raise_revision
from flowhost_plugins.catalogue.database.schema import files, items, jobs
from flowhost_plugins.catalogue.database.schema_lifecycle import archived
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.items.items import archive_status
from flowhost_plugins.catalogue.jobs import jobs as job_writing
from flowhost_plugins.catalogue.jobs.ordering import Ordering
from flowhost_plugins.catalogue.jobs.runner import Runner
from flowhost_plugins.catalogue.machine.copying import CopyFailed, look
from flowhost_plugins.catalogue.records import ArchivedShape, Job, LastCopy
from flowhost_plugins.catalogue.storages import storages as storage_reading
from flowhost_plugins.catalogue.trash.deletion import Deletion

log = logging.getLogger(__name__)

KINDS = ("ARCHIVE", "RESTORE")


class Archives:
    """The archive of a catalogue. See `archive.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions, runner: Runner, owner: str, deletion: Deletion) -> None:
        self._transactions = transactions
        self._site = transactions.site
        self._owner = owner
        self._deletion = deletion
        self._ordering = Ordering(transactions, runner)

    def of(self, item_id: str) -> tuple[ArchivedShape, ...]:
        """What of an item is in the archive."""

        def work(connection: Connection) -> tuple[ArchivedShape, ...]:
            return reading.read(connection, self._site, item_number(connection, self._site, item_id))

        return self._transactions.read(work)

    def archive(self, item_id: str, policy: str, tags: tuple[str, ...], *, purge: bool, key: str) -> Job:
        """Keep a job that archives, and let it run."""
        if known := self._ordering.known(key):
            return known

        def work(transaction: Transaction) -> int:
            storage = storage_reading.find(transaction.connection, self._site, policy)
            if storage.kind != "ARCHIVE":
                what = f"the storage {storage.name!r} is of the kind {storage.kind}"
                raise flowhost.Permanent(f"{what}, expected one of the kind ARCHIVE")
            item = self._free_item(transaction, item_id)
            there = transaction.connection.execute(reading.online_files(item)).first()
            if there is None and not archive_status(transaction.connection, item):
                raise flowhost.Permanent(f"the item {item_id} has no complete file that could be archived")
            orders = {"policy": storage.id, "policy_name": storage.name, "purge": purge, "tags": tags}
            return job_writing.add(transaction, self._owner, item, None, orders, "ARCHIVE")

        return self._ordering.start(work, key)

    def restore(self, item_id: str, key: str) -> Job:
        """Keep a job that restores, and let it run."""
        if known := self._ordering.known(key):
            return known

        def work(transaction: Transaction) -> int:
            item = self._free_item(transaction, item_id)
            if not archive_status(transaction.connection, item):
                raise flowhost.Permanent(
                    f"the item {item_id} is not in the archive, so it cannot be restored"
                )
            return job_writing.add(transaction, self._owner, item, None, {}, "RESTORE")

        return self._ordering.start(work, key)

    def delete(self, item_id: str) -> int:
        """Delete an item from the archive."""
        doomed = self._transactions.write(lambda transaction: self._forget(transaction, item_id))
        for number in doomed:
            try:
                self._deletion.finish(number)
            except flowhost.Unavailable as error:
                log.warning("%s; the next scan tries again", error)
        return len(doomed)

    def _forget(self, transaction: Transaction, item_id: str) -> list[int]:
        connection = transaction.connection
        item = self._free_item(transaction, item_id)
        copies = connection.execute(select(archived).where(archived.c.item == item)).all()
        online = connection.execute(reading.online_files(item)).all()
        for copy in copies:
            if not any(row.shape == copy.shape and _is_there(row) for row in online):
                what = (
                    f"the shape {self._site.id(copy.shape)} of the item {item_id} has no complete file online"
                )
                raise LastCopy(f"{what}, so the archive has its last copy; restore the item first")
        numbers, shapes = [copy.file for copy in copies], [copy.shape for copy in copies]
        for row in connection.execute(reading.online_files(item, "ARCHIVED")).all():
            if row.shape in shapes:  # it will not come back
                connection.execute(delete(files).where(files.c.number == row.number))
                transaction.note("file", "DELETE", row.number, item=item)
        connection.execute(delete(archived).where(archived.c.item == item))
        connection.execute(update(files).where(files.c.number.in_(numbers)).values(state="TO_BE_DELETED"))
        for shape in shapes:
            transaction.note("shape", "MODIFY", shape, item=item, details={"archiveStatus": ""})
        if numbers:
            raise_revision(transaction, items, item, None)
        return numbers

    def _free_item(self, transaction: Transaction, item_id: str) -> int:
        """The number of an item that no job of the archive works on; nobody else changes it meanwhile."""
        item = item_number(transaction.connection, self._site, item_id)
        raise_revision(transaction, items, item, None, by_one=False)
        busy = select(jobs.c.number).where(jobs.c.item == item, jobs.c.live.is_(True), jobs.c.kind.in_(KINDS))
        number = transaction.connection.execute(busy).scalar()
        if number is not None:
            what = f"the job {self._site.id(number)} of the archive works on the item {item_id}"
            raise flowhost.Conflict(f"{what}; wait for its end, or cancel it")
        return item


def _is_there(row: Any) -> bool:
    """Whether a file is on the disk as it was seen last."""
    try:
        seen = look(reading.place(row))
    except CopyFailed:
        return False
    return (seen.size, seen.modified) == (row.size, row.modified)
