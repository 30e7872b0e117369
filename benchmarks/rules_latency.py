"""How soon a rule acts: the time from a notification to the first action, beside a bare hand-over to a thread.

Run it with ``python benchmarks/rules_latency.py [EVENTS]``. Events come one at a time, with a pause between them, as on
a quiet site: each is matched, its run started and claimed, and then its first action called. Beside it stands the least
that keeps as much: one transaction, and a hand-over to a thread by `queue.Queue`.
"""

from __future__ import annotations

import queue
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from rules_site import RulesSite

from flowhost import Event

EVENTS = 300
PAUSE = 0.01  # seconds between two events
COLUMNS = ("what", "median ms", "p99 ms")


def through_rules(folder: Path, number: int) -> list[float]:
    """Seconds from the event to the action, for each event."""
    with RulesSite(folder) as site:
        waits = []
        for one in range(number):
            item = f"VX-{one}"
            began = site.clock.monotonic()
            site.worker.work(Event("go", source="benchmark", subject=item, id=item))
            site.wait_for_ended(one + 1)
            waits.append(site.first_acts[item] - began)
            time.sleep(PAUSE)
        return waits


def bare(folder: Path, number: int) -> list[float]:
    """The same of a transaction and a hand-over."""
    handed: queue.Queue[float | None] = queue.Queue()
    waits: list[float] = []
    taken = threading.Semaphore(0)

    def act() -> None:
        while (began := handed.get()) is not None:
            waits.append(time.monotonic() - began)
            taken.release()

    thread = threading.Thread(target=act)
    thread.start()
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, item TEXT)")
        for one in range(number):
            began = time.monotonic()
            connection.execute("INSERT INTO runs (item) VALUES (?)", (f"VX-{one}",))
            handed.put(began)
            taken.acquire()
            time.sleep(PAUSE)
    handed.put(None)
    thread.join()
    return waits


def row(*cells: str) -> str:
    """A row of the table, in Markdown."""
    return f"| {cells[0]:<40} | {cells[1]:>9} | {cells[2]:>9} |"


def show(name: str, waits: list[float]) -> None:
    """Print a row."""
    percentiles = statistics.quantiles(waits, n=100)
    print(row(name, f"{1000 * statistics.median(waits):.2f}", f"{1000 * percentiles[98]:.2f}"), flush=True)


def main(number: int) -> None:
    """Print the table."""
    print(row(*COLUMNS))
    print(row("-" * 40, "-" * 9, "-" * 9))
    with tempfile.TemporaryDirectory() as folder:
        show("transaction and hand-over to a thread", bare(Path(folder), number))
        show("notification to first action", through_rules(Path(folder), number))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
