"""What a journal costs when much is in it: work is counted by SQLite itself, not by a clock."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy

from flowhost_plugins.rules.journal import Journal
from flowhost_plugins.rules.records import NewRun, Run, Step

New = Callable[..., NewRun]
Take = Callable[..., list[Run]]

MANY = 100_000


class Counter:
    """Counts the steps of SQLite's machine, in all connections of this process."""

    def __init__(self) -> None:
        self.steps = 0

    def tick(self) -> int:
        self.steps += 1
        return 0

    def of(self, work: Callable[[], object]) -> int:
        """Steps of its machine in hundreds that some work takes."""
        before = self.steps
        work()
        return self.steps - before


@pytest.fixture
def counter() -> Any:
    """A counter of SQLite's work."""
    counting = Counter()

    def connect(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_progress_handler(counting.tick, 100)

    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", connect)
    yield counting
    sqlalchemy.event.remove(sqlalchemy.Engine, "connect", connect)


def fill(site: Any) -> None:
    """A hundred thousand runs that have ended, and twice as many that cannot start: another moment, another turn."""
    columns = (
        "rule, revision, item, state, queue, priority, step, created, started, ended, wake, token, attempt, cancel, depth,"
        " swept, jobs, errors, chain, cause"
    )
    insert = f"INSERT INTO rules_runs ({columns}) SELECT 'r', 1, 'VX-' || n, {{}}, 0, '[]', '[]', '[]', '{{}}' FROM numbers"
    kinds = (
        "'finished', NULL, 0, 4, 1, 1, 2, NULL, 1, 1, 0, 0",
        "'pending', 2, 9, 1, 1, NULL, NULL, 9e9, 0, 1, 0, 0",
        "'pending', 3, 9, 1, 1, NULL, NULL, NULL, 0, 1, 0, 0",
    )
    numbers = (
        f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MANY}) "
    )
    with closing(sqlite3.connect(site.url.removeprefix("sqlite:///"))) as connection, connection:
        for kind in kinds:
            connection.execute(
                numbers + insert.replace("{}", kind, 1).replace("'{}'", '\'{"trigger":"job"}\'')
            )
        connection.execute(
            numbers + "INSERT INTO rules_items SELECT 'r', 'VX-' || n, 'handled', n, 1, 2, '[]' FROM numbers"
        )


def one_run(journal: Journal, new: New, take: Take, item: str) -> None:
    """A run of three steps, from its start to its end."""
    journal.start(new(item, once=True, identity=item))
    [run] = take(journal, number=1)
    for number in (1, 2):
        journal.record(run, [Step(number, "a", "done")], state="running", step=number + 1)
    journal.record(run, [Step(3, "a", "done")], state="finished")


@pytest.mark.slow
def test_what_is_there_costs_a_run_nothing(file_site: Any, new: New, take: Take, counter: Counter) -> None:
    journal = file_site.owner("me")
    one_run(journal, new, take, "first")

    def hundred(name: str) -> int:
        return counter.of(lambda: [one_run(journal, new, take, f"{name} {number}") for number in range(100)])

    alone = hundred("alone")
    fill(file_site)
    among_many = hundred("among many")
    print(f"100 runs took {alone} hundred steps of SQLite's machine; beside {3 * MANY} others {among_many}")
    assert alone > 100, "the counter counts"
    assert among_many < 1.5 * alone

    few = 50  # hundred steps; to look at every run takes thousands
    assert counter.of(lambda: journal.claim("other", number=10, total=9, per_rule={})) < few
    assert counter.of(lambda: journal.health("r", since=file_site.clock.now())) < few
    assert counter.of(lambda: journal.budget("r", "VX-7", file_site.clock.now())) < few
    assert counter.of(lambda: journal.runs(rule="r")) < few
    assert counter.of(lambda: journal.wake(["J-1"])) < few
    assert counter.of(lambda: journal.item_states("r", [f"VX-{n}" for n in range(100)])) < few
    assert counter.of(lambda: journal.items("r", after="VX-5", number=100)) < 2 * few
    assert counter.of(lambda: journal.summary("r")) > few, "it counts items"


@pytest.mark.slow
def test_pruning_much_is_done_a_little_at_a_time(file_site: Any) -> None:
    journal = file_site.open(synchronous="normal")
    fill(file_site)
    keep = {"keep_runs": 1, "keep_events": 1, "keep_decisions": 1}
    assert journal.prune(**keep) == 10_000
    assert journal.prune(**keep, number=MANY) == MANY - 10_000
    assert journal.summary("r").handled == MANY
    assert journal.summary("r").pending == 2 * MANY


def test_importing_it_imports_no_library_for_databases() -> None:
    code = "import sys, flowhost_plugins.rules.journal; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
