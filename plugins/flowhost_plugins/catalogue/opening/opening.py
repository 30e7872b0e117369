"""Opens a catalogue: its database, its threads."""

from __future__ import annotations

import flowhost
from flowhost_plugins.catalogue.database.ids import Site
from flowhost_plugins.catalogue.database.ownership import Guest, Ownership, claim
from flowhost_plugins.catalogue.database.transactions import Transactions
from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg
from flowhost_plugins.catalogue.opening.parts import Parts, parts_of


def open_parts(
    database: flowhost.SqlDatabase,
    clock: flowhost.Clock,
    letters: str,
    ffmpeg: Ffmpeg,
    *,
    threads: int,
    daemon: str,
) -> Parts:
    """Open the database, make or upgrade its tables, and go on with jobs that were left.

    Raises:
        ConfigError: its tables are of a newer version.
        InUse: another process has the SQLite file.
        Unavailable: it cannot be used; the message says why.
    """
    ownership: Ownership | None = None
    try:
        database.open()
        ownership = claim(database, daemon)
        transactions = Transactions(database, clock, Site(letters))
        parts = parts_of(transactions, ownership, clock, threads, ffmpeg)
        parts.runner.adopt()
        parts.runner.keep_looking(others_own=transactions.is_server)
        parts.housekeeping.start()
        return parts
    except BaseException:  # also when interrupted: nobody else would give these back
        if ownership:
            ownership.leave()
        database.close()
        raise


def open_beside(
    database: flowhost.SqlDatabase, clock: flowhost.Clock, letters: str, ffmpeg: Ffmpeg, *, reads_only: bool
) -> Parts:
    """Open a database that another process may have; nothing runs here then.

    Raises:
        ConfigError: there is none, or its tables are of a newer version.
        Unavailable: it cannot be used, or its tables are of an older version; the message says why.
    """
    if database.file and not database.file.exists():
        missing = f"there is no catalogue {database.location}"
        how = "a daemon makes it when it starts, and so does 'flowhost catalogue storages add'"
        raise flowhost.ConfigError(f"{missing}; {how}; --url names another")
    database.open_to_read()
    try:
        if not reads_only:  # the tables are of this version, so nothing is changed when it is opened
            database.close()
            database.open()
        transactions = Transactions(database, clock, Site(letters), reads_only=reads_only)
        return parts_of(transactions, Guest(), clock, 0, ffmpeg)
    except BaseException:  # also when interrupted: nobody else would give the connections back
        database.close()
        raise
