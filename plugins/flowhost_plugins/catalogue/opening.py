"""Opens a catalogue: its file, its engine, its tables, its threads. From here on SQLAlchemy is imported."""

from __future__ import annotations

from dataclasses import dataclass

import flowhost
from flowhost_plugins.catalogue.access_entries import AccessEntries
from flowhost_plugins.catalogue.address import Address
from flowhost_plugins.catalogue.deletion import Deletion
from flowhost_plugins.catalogue.engines import engine_for, prepare
from flowhost_plugins.catalogue.failures import unreachable
from flowhost_plugins.catalogue.files import Files
from flowhost_plugins.catalogue.gathering import Collections
from flowhost_plugins.catalogue.ids import Site
from flowhost_plugins.catalogue.importing import Importing
from flowhost_plugins.catalogue.imports import Imports
from flowhost_plugins.catalogue.items import Items
from flowhost_plugins.catalogue.jobs import Jobs
from flowhost_plugins.catalogue.log import Log
from flowhost_plugins.catalogue.memberships import Memberships
from flowhost_plugins.catalogue.ownership import Ownership, claim
from flowhost_plugins.catalogue.runner import Runner
from flowhost_plugins.catalogue.scanning import Scanning
from flowhost_plugins.catalogue.shapes import Shapes
from flowhost_plugins.catalogue.storages import Storages
from flowhost_plugins.catalogue.transactions import Transactions
from flowhost_plugins.catalogue.upgrading import upgrade
from flowhost_plugins.catalogue.watching import Watcher


@dataclass(frozen=True, slots=True)
class Parts:
    """An open catalogue: one part for each family of tables, and what runs."""

    transactions: Transactions
    ownership: Ownership
    items: Items
    access: AccessEntries
    storages: Storages
    files: Files
    shapes: Shapes
    scanning: Scanning
    deletion: Deletion
    collections: Collections
    memberships: Memberships
    jobs: Jobs
    imports: Imports
    runner: Runner
    log: Log
    watcher: Watcher

    def close(self) -> None:
        """End the threads, then the connections; others may have the SQLite file then."""
        self.runner.close()
        self.watcher.close()
        try:
            self.ownership.leave()
        finally:
            self.transactions.close()


def open_parts(address: Address, clock: flowhost.Clock, letters: str, threads: int) -> Parts:
    """Open the database, make or upgrade its tables, and go on with jobs that were left.

    Raises:
        ConfigError: its tables are of a newer version.
        Unavailable: it cannot be used; the message says why.
    """
    _make_folder(address)
    transactions = Transactions(engine_for(address), address.location, clock, Site(letters))
    ownership: Ownership | None = None
    try:
        with transactions.explaining():
            prepare(transactions.engine, address.location)
        ownership = claim(address, transactions)
        upgrade(transactions)
        parts = _parts(transactions, ownership, clock, threads)
        parts.runner.adopt()
        if transactions.is_server:
            parts.runner.keep_adopting()
        return parts
    except BaseException:  # also when interrupted: nobody else would give these back
        if ownership:
            ownership.leave()
        transactions.close()
        raise


def _parts(transactions: Transactions, ownership: Ownership, clock: flowhost.Clock, threads: int) -> Parts:
    jobs = Jobs(transactions)
    runner = Runner(jobs, ownership, clock, threads, Importing(transactions, ownership.name).run)
    log = Log(transactions)
    watcher = Watcher(log, shared=transactions.is_server)
    transactions.on_commit(watcher.wake)
    storages = Storages(transactions)
    deletion = Deletion(transactions, runner)
    return Parts(
        transactions,
        ownership,
        Items(transactions),
        AccessEntries(transactions),
        storages,
        Files(transactions),
        Shapes(transactions),
        Scanning(transactions, storages, deletion),
        deletion,
        Collections(transactions),
        Memberships(transactions),
        jobs,
        Imports(transactions, runner, ownership.name),
        runner,
        log,
        watcher,
    )


def _make_folder(address: Address) -> None:
    if address.made and address.file:
        try:
            address.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unreachable(error, address.location) from error
