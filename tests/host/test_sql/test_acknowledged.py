"""Whatever threads, failures and kills come together: what was acknowledged is there, and nothing that failed is."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

import flowhost

Make = Callable[[str], Callable[[Connection], str]]

FATES = ("kept", "kept", "passing", "raises", "twice", "undoes all")
"""What may happen to a unit; the last lets SQLite itself undo the transaction, with the units of others in it."""


class Work:
    """Writes notes in one thread and remembers what was said of each."""

    def __init__(self, database: flowhost.SqlDatabase, note: Make, name: str, fates: list[str]) -> None:
        self._database, self._note = database, note
        self._name, self._fates = name, fates
        self.acknowledged: set[str] = set()
        self.failed: set[str] = set()
        self.runs: dict[str, int] = {}

    def __call__(self) -> None:
        for number, fate in enumerate(self._fates):
            what = f"{self._name}-{number}"
            try:
                answer = self._database.write(self._unit(what, fate), lasting=fate != "passing")
            except (flowhost.StateUnavailable, ZeroDivisionError):
                self.failed.add(what)
            else:
                assert answer == what
                self.acknowledged.add(what)

    def _unit(self, what: str, fate: str) -> Callable[[Connection], str]:
        def work(connection: Connection) -> str:
            self.runs[what] = self.runs.get(what, 0) + 1
            self._note(what)(connection)
            if fate == "raises":
                raise ZeroDivisionError
            if fate == "twice":
                self._note(what)(connection)
            if fate == "undoes all":
                connection.execute(
                    text("INSERT OR ROLLBACK INTO notes (text) VALUES (:what)"), {"what": what}
                )
            return what

        return work


def check(notes: Any, database: flowhost.SqlDatabase, note: Make, fates: list[list[str]]) -> None:
    notes.execute("DELETE FROM notes")
    works = [Work(database, note, f"{number}", own) for number, own in enumerate(fates)]
    with ThreadPoolExecutor(len(works)) as threads:
        for future in [threads.submit(work) for work in works]:
            future.result()
    kept = set(notes.kept())
    assert kept == set().union(*(work.acknowledged for work in works))
    runs = [count for work in works for count in work.runs.values()]
    assert runs == [1] * sum(len(own) for own in fates)
    for work, own in zip(works, fates, strict=True):
        doomed = {
            f"{work._name}-{number}" for number, fate in enumerate(own) if fate not in ("kept", "passing")
        }
        assert doomed <= work.failed
        if not any("undoes all" in others for others in fates):
            assert work.failed == doomed


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(fates=st.lists(st.lists(st.sampled_from(FATES), max_size=12), min_size=1, max_size=8))
def test_what_was_acknowledged_is_there_and_nothing_else(
    file_notes: Any, note: Make, fates: list[list[str]]
) -> None:
    database = file_notes.open()
    check(file_notes, database, note, fates)
    database.close()


@pytest.mark.slow
def test_so_it_is_with_many_threads(file_notes: Any, note: Make) -> None:
    chance = random.Random(4)
    check(file_notes, file_notes.open(), note, [chance.choices(FATES, k=100) for _ in range(32)])


@pytest.mark.postgresql
def test_so_it_is_on_a_server(notes: Any, note: Make) -> None:
    chance = random.Random(5)
    fates = [chance.choices(("kept", "raises", "twice"), k=20) for _ in range(8)]
    check(notes, notes.open(), note, fates)


WRITER = textwrap.dedent(
    """
    import os, sys, threading
    from pathlib import Path
    from sqlalchemy import text
    import flowhost

    sys.path.insert(0, sys.argv[2])
    database = flowhost.SqlDatabase(
        sys.argv[1], file=Path(), folder=Path(), migrations="notes_plugin.migrations",
        version_table="notes_version", section="[Notes] url",
    )
    database.open()
    insert = text("INSERT INTO notes (text) VALUES (:what)")

    def write(thread):
        for number in range(1_000_000):
            what = f"{sys.argv[3]}-{thread}-{number}"
            database.write(lambda connection: connection.execute(insert, {"what": what}) and None)
            os.write(1, f"{what}\\n".encode())  # one call, one line

    for thread in range(8):
        threading.Thread(target=write, args=(thread,), name=f"writer-{thread}").start()
    """
)


@pytest.mark.slow
def test_kill_9_in_the_middle_takes_nothing_that_was_acknowledged(file_notes: Any) -> None:
    said: set[str] = set()
    for round_ in range(4):
        script = [sys.executable, "-c", WRITER, file_notes.url, str(file_notes.folder), str(round_)]
        with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout
            said |= {running.stdout.readline().strip() for _ in range(300 + 61 * round_)}
            running.kill()
            *whole, _ = running.stdout.read().split("\n")  # the last line may be half a line
            said |= set(whole)
    assert len(said) > 1000
    assert said - set(file_notes.kept()) == set()
    assert file_notes.execute("PRAGMA integrity_check") == [("ok",)]
    assert file_notes.open().write(lambda connection: "goes on") == "goes on"
