"""What a durable run of three steps costs: the rules engine against a bare loop that commits as often.

Run it with ``python benchmarks/rules_runs.py [RUNS]``. The actions do nothing, so each run costs its recording: started,
claimed, each boundary between two steps, its end.

* ``bare loop``: one thread and Python's `sqlite3`, with the same write-ahead log and the same waits for the disk: a row
  for the run and a row for each step, in four transactions.
* ``runs``: the runs are in the journal; the engine claims them and takes them through their steps.
* ``events``: four threads bring events to the worker; each is matched, a run started, and that taken through its steps.

With the name of a PostgreSQL server in ``FLOWHOST_BENCHMARK_POSTGRESQL`` (a URL, of an empty database) the same is
measured there; the bare loop stays what it is.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from measuring import compare, header
from rules_site import RulesSite

from flowhost import Event
from flowhost_plugins.rules.records import Cause, NewRun

RUNS = 1_000
STEPS = 3
BRINGING = 4  # threads that bring events, as the workers of a daemon do
THREADS = 16
POSTGRESQL = "FLOWHOST_BENCHMARK_POSTGRESQL"


def rate(work: Callable[[], None]) -> float:
    """Runs per second."""
    began = time.perf_counter()
    work()
    return RUNS / (time.perf_counter() - began)


def bare_loop(file: Path) -> None:
    """The least that keeps as much."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, item TEXT, state TEXT)")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS steps (run INTEGER, number INTEGER, state TEXT, PRIMARY KEY (run, number))"
        )
        for number in range(RUNS):
            connection.execute("BEGIN IMMEDIATE")
            run = connection.execute(
                "INSERT INTO runs (item, state) VALUES (?, 'running')", (f"VX-{number}",)
            ).lastrowid
            connection.execute("COMMIT")
            for step in range(1, STEPS + 1):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO steps VALUES (?, ?, 'done')", (run, step))
                if step == STEPS:
                    connection.execute("UPDATE runs SET state = 'finished' WHERE id = ?", (run,))
                connection.execute("COMMIT")


class Engine:
    """An open engine, and the two ways to give it work."""

    def __init__(self, site: RulesSite) -> None:
        self._site = site
        self._numbers = itertools.count()
        self._ended = 0

    def runs(self) -> None:
        """Only the engine's part: the runs are started in one go."""
        batch = next(self._numbers)
        cause = Cause("source")
        self._site.journal.start_many(
            [NewRun("Three steps", 1, f"VX-{batch}-{number}", cause) for number in range(RUNS)]
        )
        self._site.wake()
        self._wait()

    def events(self) -> None:
        """Everything from the event on."""
        batch = next(self._numbers)
        names = [f"{batch}-{number}" for number in range(RUNS)]
        events = [Event("go", source="benchmark", subject=f"VX-{name}", id=name) for name in names]
        with ThreadPoolExecutor(BRINGING) as bringing:
            for _ in bringing.map(self._site.worker.work, events):
                pass
        self._wait()

    def _wait(self) -> None:
        self._ended += RUNS
        self._site.wait_for_ended(self._ended)


def measure(name: str, folder: Path, url: str, runs: int) -> None:
    """Print the rows of one database."""
    bare = folder / "bare.db"
    with RulesSite(folder, url=url, threads=THREADS) as site:
        engine = Engine(site)
        compare(
            f"{name}: runs / bare loop",
            lambda: rate(lambda: bare_loop(bare)),
            lambda: rate(engine.runs),
            runs,
        )
        compare(
            f"{name}: events / bare loop",
            lambda: rate(lambda: bare_loop(bare)),
            lambda: rate(engine.events),
            runs,
        )


def main(runs: int) -> None:
    """Print the table."""
    print(header())
    urls = {"SQLite": ""} | ({"PostgreSQL": os.environ[POSTGRESQL]} if POSTGRESQL in os.environ else {})
    for name, url in urls.items():
        with tempfile.TemporaryDirectory() as folder:
            measure(name, Path(folder), url, runs)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
