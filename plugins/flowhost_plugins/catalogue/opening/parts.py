"""The parts of an open catalogue: one for each family of tables, and what runs."""

from __future__ import annotations

from dataclasses import dataclass

import flowhost
from flowhost_plugins.catalogue.access.entries import AccessEntries
from flowhost_plugins.catalogue.access.origins import Origins
from flowhost_plugins.catalogue.access.people import People
from flowhost_plugins.catalogue.archive.orders import Archives
from flowhost_plugins.catalogue.changes.log import Log
from flowhost_plugins.catalogue.changes.readers import Readers
from flowhost_plugins.catalogue.changes.watching import Watcher
from flowhost_plugins.catalogue.collections.gathering import Collections
from flowhost_plugins.catalogue.collections.memberships import Memberships
from flowhost_plugins.catalogue.database.ownership import Ownership
from flowhost_plugins.catalogue.database.transactions import Transactions
from flowhost_plugins.catalogue.imports.orders import Imports
from flowhost_plugins.catalogue.index.indexing import Reindexing
from flowhost_plugins.catalogue.items.items import Items
from flowhost_plugins.catalogue.jobs.jobs import Jobs
from flowhost_plugins.catalogue.jobs.runner import ByKind, Run, Runner
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.opening.housekeeping import Housekeeping, chores
from flowhost_plugins.catalogue.opening.works import runs_of
from flowhost_plugins.catalogue.processing.orders import Processing
from flowhost_plugins.catalogue.processing.transfers import Transfers
from flowhost_plugins.catalogue.search.saved import SavedSearches
from flowhost_plugins.catalogue.search.searching import Searching
from flowhost_plugins.catalogue.shapes.presets import ShapeTags
from flowhost_plugins.catalogue.shapes.shapes import Shapes
from flowhost_plugins.catalogue.storages.files import Files
from flowhost_plugins.catalogue.storages.scanning import Scanning
from flowhost_plugins.catalogue.storages.storages import Storages
from flowhost_plugins.catalogue.trash.deletion import Deletion
from flowhost_plugins.catalogue.trash.locks import Locks
from flowhost_plugins.catalogue.trash.trash import Trash


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """An open catalogue."""

    transactions: Transactions
    ownership: Ownership
    items: Items
    searching: Searching
    saved_searches: SavedSearches
    reindexing: Reindexing
    access: AccessEntries
    origins: Origins
    people: People
    collections: Collections
    memberships: Memberships
    storages: Storages
    files: Files
    scanning: Scanning
    shapes: Shapes
    shape_tags: ShapeTags
    jobs: Jobs
    runner: Runner
    imports: Imports
    processing: Processing
    transfers: Transfers
    deletion: Deletion
    locks: Locks
    trash: Trash
    archives: Archives
    log: Log
    readers: Readers
    watcher: Watcher
    housekeeping: Housekeeping

    def close(self) -> None:
        """End the threads, then the connections; others may have the SQLite file then."""
        self.housekeeping.close()
        self.runner.close()
        self.watcher.close()
        try:
            self.ownership.leave()
        finally:
            self.transactions.close()


def parts_of(
    transactions: Transactions, ownership: Ownership, clock: flowhost.Clock, threads: int, ffmpeg: Ffmpeg
) -> Parts:
    """Make them; nothing runs yet."""
    owner = ownership.name
    jobs, log, storages = Jobs(transactions), Log(transactions), Storages(transactions)
    runs: dict[str, Run] = {}
    runner = Runner(jobs, ownership, clock, threads, ByKind(transactions, runs).run)
    deletion = Deletion(transactions, runner)
    runs |= runs_of(transactions, owner, ffmpeg, deletion)  # before any job runs
    watcher = Watcher(log)
    transactions.on_commit(watcher.wake)
    trash, readers = Trash(transactions, deletion), Readers(transactions)
    return Parts(
        transactions=transactions,
        ownership=ownership,
        items=Items(transactions),
        searching=Searching(transactions),
        saved_searches=SavedSearches(transactions),
        reindexing=Reindexing(transactions),
        access=AccessEntries(transactions),
        origins=Origins(transactions),
        people=People(transactions),
        collections=Collections(transactions),
        memberships=Memberships(transactions),
        storages=storages,
        files=Files(transactions),
        scanning=Scanning(transactions, storages, deletion),
        shapes=Shapes(transactions),
        shape_tags=ShapeTags(transactions),
        jobs=jobs,
        runner=runner,
        imports=Imports(transactions, runner, owner),
        processing=Processing(transactions, runner, owner, ffmpeg),
        transfers=Transfers(transactions, runner, owner),
        deletion=deletion,
        locks=Locks(transactions),
        trash=trash,
        archives=Archives(transactions, runner, owner, deletion),
        log=log,
        readers=readers,
        watcher=watcher,
        housekeeping=Housekeeping(clock, chores(trash, readers, clock)),
    )
