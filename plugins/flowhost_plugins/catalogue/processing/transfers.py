"""Orders for jobs that copy or move files between storages."""

from __future__ import annotations

from pathlib import Path

import flowhost
from flowhost_plugins.catalogue.database.locating import raise_revision
from flowhost_plugins.catalogue.database.schema import items
from flowhost_plugins.catalogue.database.transactions import Transaction, Transactions
from flowhost_plugins.catalogue.jobs import jobs as job_writing
from flowhost_plugins.catalogue.jobs.ordering import Ordering
from flowhost_plugins.catalogue.jobs.runner import Runner
from flowhost_plugins.catalogue.records import Job
from flowhost_plugins.catalogue.storages import files as file_reading
from flowhost_plugins.catalogue.storages import storages
from flowhost_plugins.catalogue.storages.planning import reserve_path
from flowhost_plugins.catalogue.storages.target_paths import checked_path


class Transfers:
    """Takes orders for transfers. See `processing.methods` for what the methods promise."""

    def __init__(self, transactions: Transactions, runner: Runner, owner: str) -> None:
        self._site = transactions.site
        self._owner = owner
        self._ordering = Ordering(transactions, runner)

    def start(self, file_id: str, storage_id: str, path: str | None, *, move: bool, key: str) -> Job:
        """Keep a job that copies or moves a file, and let it run."""
        if known := self._ordering.known(key):
            return known

        def work(transaction: Transaction) -> int:
            connection = transaction.connection
            file = file_reading.find(connection, self._site, file_id)
            item = self._site.number(file.item)
            if item is not None:
                raise_revision(transaction, items, item, None, by_one=False)  # keeps it from going away
            if file.state != "CLOSED":
                advice = (
                    "scan its storage until it is complete" if file.state == "OPEN" else "expected CLOSED"
                )
                raise flowhost.Permanent(f"the file {file_id} ({file.path}) is {file.state}; {advice}")
            storage = storages.find(connection, self._site, storage_id)
            rename = move and storage.id == file.storage
            if rename and path in (None, file.path):
                raise flowhost.Permanent(
                    f"the file {file_id} is in the storage {storage.name!r} at this path"
                )
            wanted = checked_path(storage, file.path if path is None else path)
            size = 0 if rename else file.size
            number, target = reserve_path(transaction, storage, wanted, size, item, other=path is None)
            orders = {
                "source_file": self._site.number(file.id),
                "rename": rename,
                "folder": storage.path,
                "target": str(target),
                "made": not Path(target).parent.exists(),
            }
            kind = "MOVE_FILE" if move else "COPY_FILE"
            return job_writing.add(transaction, self._owner, item, number, orders, kind)

        return self._ordering.start(work, key)
