"""What the ledger in SQLite costs: whole delivery beside a loop that writes the same with Python's sqlite3.

Run it with ``python benchmarks/ledger.py [RUNS]``. Each event is claimed before its work, and what was handled is on the
disk before it is acknowledged: two transactions, one of which waits for the disk. The loop does them one after another
in one thread; the workers of a daemon share the waits. The databases lie in the folder for temporary files: let
``$TMPDIR`` name one on the disk that you want to measure.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from measuring import compare, header

import flowhost
from flowhost.delivery import Delivery
from flowhost_plugins.database import Database

EVENTS = 4000
BACKLOG = 64


class Idle:
    """The worker that does nothing."""

    name: ClassVar[str] = "idle"

    def work(self, event: flowhost.Event) -> None:
        """Nothing."""


def bare_loop(folder: Path) -> None:
    """Claims and settles one event after the other."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE claims (event TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID")
        for number in range(EVENTS):
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO claims VALUES (?, 'claimed')", (str(number),))
            connection.execute("COMMIT")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE claims SET state = 'handled' WHERE event = ?", (str(number),))
            connection.execute("COMMIT")


def delivery(folder: Path, workers: int) -> None:
    """All an event goes through in a daemon, apart from its source."""
    info, clock = flowhost.DaemonInfo("benchmark", str(folder)), flowhost.SystemClock()
    ledger = Database(url=flowhost.Secret("sqlite:///ledger.db"), info=info, clock=clock)
    ledger.open()
    ledger.enlist("benchmark")
    whole = Delivery(Idle(), ledger, info=info, workers=workers, backlog=BACKLOG, clock=clock)
    emit = whole.emitter("benchmark")
    whole.start()
    for number in range(EVENTS):
        emit(flowhost.Event("benchmark", id=str(number)))
    whole.drain(None)
    ledger.leave("benchmark")
    ledger.close()


def rate(way: Callable[[Path], None]) -> float:
    """Events per second."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        way(Path(folder))
        return EVENTS / (time.perf_counter() - began)


def main(runs: int) -> None:
    """Print the table."""
    print(header())
    for workers in (1, 4, 16):
        name = f"{workers} worker{'s' if workers > 1 else ''}: delivery with ledger / bare loop"
        compare(
            name,
            lambda: rate(bare_loop),
            lambda workers=workers: rate(lambda folder: delivery(folder, workers)),  # type: ignore[misc] # a default binds it
            runs,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
