"""Units of work that threads bring at once: one wait for the disk, and each fails alone."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from sqlalchemy import Connection, text

import flowhost
from flowhost.sql.group_commit import Unit

LIMIT = 60
"""Seconds that nothing here takes, on however busy a machine."""

Make = Callable[[str], Callable[[Connection], str]]


def test_units_that_wait_are_written_with_one_commit(
    file_notes: Any, batch: Any, note: Make, commits: list[str]
) -> None:
    units = batch(file_notes.open())
    commits.clear()
    futures = [units.bring(note(f"{number:02}")) for number in range(20)]
    units.go()
    assert [future.result(LIMIT) for future in futures] == [f"{number:02}" for number in range(20)]
    assert len(commits) == 2, "the blocker's and the batch's"
    assert file_notes.kept() == [f"{number:02}" for number in range(20)]


def test_a_batch_is_bounded(file_notes: Any, batch: Any, note: Make, commits: list[str]) -> None:
    units = batch(file_notes.open())
    commits.clear()
    futures = [units.bring(note(f"{number:02}")) for number in range(70)]
    units.go()
    for future in futures:
        future.result(LIMIT)
    assert len(commits) == 3, "the blocker's, one with 64 units, one with 6"
    assert len(file_notes.kept()) == 70


def test_one_fails_alone(file_notes: Any, batch: Any, note: Make) -> None:
    units = batch(file_notes.open())

    def fail(connection: Connection) -> None:
        note("half")(connection)
        raise ValueError("no such rule")

    first, wrong = units.bring(note("a")), units.bring(fail)
    double, last = units.bring(note("a")), units.bring(note("b"))
    units.go()
    assert (first.result(LIMIT), last.result(LIMIT)) == ("a", "b")
    with pytest.raises(ValueError, match="no such rule"):
        wrong.result(LIMIT)
    with pytest.raises(flowhost.StateUnavailable, match="UNIQUE constraint failed"):
        double.result(LIMIT)
    assert file_notes.kept() == ["a", "b"]


def test_nobody_hears_of_it_before_the_commit(file_notes: Any, batch: Any, note: Make) -> None:
    units = batch(file_notes.open())
    second_runs, go_on = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        second_runs.set()
        assert go_on.wait(LIMIT)

    first, second = units.bring(note("a")), units.bring(hold)
    units.go()
    try:
        assert second_runs.wait(LIMIT)
        assert not first.done()
        assert file_notes.kept() == []
    finally:
        go_on.set()
    second.result(LIMIT)
    assert first.result(LIMIT) == "a"


def test_the_order_is_that_of_coming(file_notes: Any, batch: Any) -> None:
    units, ran = batch(file_notes.open()), []

    def unit(number: int) -> Callable[[Connection], None]:
        return lambda _: ran.append(number)

    futures = [units.bring(unit(number)) for number in range(5)]
    units.go()
    for future in futures:
        future.result(LIMIT)
    assert ran == [0, 1, 2, 3, 4]


def test_a_batch_with_one_lasting_unit_is_lasting(file_notes: Any, batch: Any) -> None:
    database = file_notes.open()

    def waits_for_the_disk(connection: Connection) -> bool:
        return connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2

    assert database.write(waits_for_the_disk) is True
    assert database.write(waits_for_the_disk, lasting=False) is False
    for among, expected in (((False, True), True), ((False, False), False)):
        units = batch(database)
        futures = [units.bring(waits_for_the_disk, lasting=lasting) for lasting in among]
        units.go()
        assert [future.result(LIMIT) for future in futures] == [expected] * 2


def test_a_unit_sees_the_context_of_its_own_thread(file_notes: Any, batch: Any) -> None:
    job: ContextVar[str] = ContextVar("job", default="none")
    database = file_notes.open()
    units = batch(database)

    def bring(name: str, answers: Future[str]) -> None:
        job.set(name)
        answers.set_result(database.write(lambda _: job.get()))

    answers: list[Future[str]] = [Future(), Future()]
    threads = [
        threading.Thread(target=bring, args=(f"job {i}", answers[i]), name=f"bring-{i}") for i in (0, 1)
    ]
    for thread in threads:
        thread.start()
    units.wait_for(2)
    units.go()
    for thread in threads:
        thread.join()
    assert [answer.result(0) for answer in answers] == ["job 0", "job 1"]


def test_a_commit_that_fails_fails_for_all(file_notes: Any, batch: Any, note: Make) -> None:
    reference = "number INTEGER REFERENCES parents (number) DEFERRABLE INITIALLY DEFERRED"
    database = file_notes.open()
    file_notes.execute("CREATE TABLE parents (number INTEGER PRIMARY KEY)")
    file_notes.execute(f"CREATE TABLE children ({reference})")
    units = batch(database)
    good = units.bring(note("a"))
    orphan = units.bring(lambda c: c.execute(text("INSERT INTO children VALUES (7)")) and None)
    units.go()
    for future in (good, orphan):
        with pytest.raises(flowhost.StateUnavailable, match="FOREIGN KEY constraint failed"):
            future.result(LIMIT)
    assert file_notes.kept() == []
    assert database.write(note("b")) == "b"


def test_what_sqlite_itself_undid_is_not_acknowledged_and_the_rest_runs_once(
    file_notes: Any, batch: Any, note: Make
) -> None:
    database = file_notes.open()
    database.write(note("there"))
    units, ran = batch(database), []

    def undo(connection: Connection) -> None:
        ran.append("undo")
        connection.execute(text("INSERT OR ROLLBACK INTO notes (text) VALUES ('there')"))

    def after(connection: Connection) -> None:
        ran.append("after")
        note("after")(connection)

    before, undone, later = units.bring(note("before")), units.bring(undo), units.bring(after)
    units.go()
    for future in (before, undone):
        with pytest.raises(flowhost.StateUnavailable, match="UNIQUE constraint failed"):
            future.result(LIMIT)
    assert later.result(LIMIT) is None
    assert ran == ["undo", "after"]
    assert file_notes.kept() == ["after", "there"]


def test_who_comes_again_after_an_undone_batch_is_woken_by_that_one_only(
    file_notes: Any, batch: Any, note: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_notes.open().write(note("there"))
    units = batch(file_notes.open())
    last_runs, go_on, wake, woken = threading.Event(), threading.Event(), Unit.wake, []

    def undo(connection: Connection) -> None:
        connection.execute(text("INSERT OR ROLLBACK INTO notes (text) VALUES ('there')"))

    def hold(_: Connection) -> None:
        last_runs.set()
        assert go_on.wait(LIMIT)

    def slowly(unit: Unit) -> None:
        wake(unit)
        woken.append(unit)
        if len(woken) == settled:  # the thread of the undone batch goes on when the next batch is under way
            assert last_runs.wait(LIMIT)

    settled = 3  # the blocker lets the first lead; that one lets the third lead, and wakes the second
    first, undone = units.bring(note("first")), units.bring(undo)
    again, also, last = units.bring(note("again")), units.bring(note("also")), units.bring(hold)
    monkeypatch.setattr(Unit, "wake", slowly)
    units.go()
    try:
        for future in (first, undone):
            with pytest.raises(flowhost.StateUnavailable, match="UNIQUE constraint failed"):
                future.result(LIMIT)
        assert not wait([again, also], timeout=0.2).done, "nothing of theirs is committed"
    finally:
        go_on.set()
    assert (again.result(LIMIT), also.result(LIMIT), last.result(LIMIT)) == ("again", "also", None)


def test_threads_that_wrote_together_are_waited_for(
    file_notes: Any, batch: Any, note: Make, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = file_notes.open()
    units = batch(database)
    together = [units.bring(note(f"{number}")) for number in range(3)]
    units.go()
    for future in together:
        future.result(LIMIT)
    commits.clear()
    monkeypatch.setattr("flowhost.sql.group_commit.GATHERING", LIMIT)
    barrier = threading.Barrier(3)

    def come(number: int) -> str:
        barrier.wait(LIMIT)
        return database.write(note(f"again {number}"))

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(come, range(3))) == ["again 0", "again 1", "again 2"]
    assert len(commits) == 1


def test_a_unit_that_ends_the_transaction_is_found_out(file_notes: Any, batch: Any, note: Make) -> None:
    database = file_notes.open()
    units = batch(database)
    before, ends = units.bring(note("before")), units.bring(lambda connection: connection.rollback())
    units.go()
    for future in (before, ends):
        with pytest.raises(flowhost.StateUnavailable, match="no such savepoint"):
            future.result(LIMIT)
    assert file_notes.kept() == []
    assert database.write(note("b")) == "b"


class Interrupted(BaseException):
    """What a signal handler raises in the main thread."""


def test_an_interrupted_leader_takes_nobody_along_unheard(file_notes: Any, batch: Any, note: Make) -> None:
    database = file_notes.open()
    units = batch(database)

    def interrupt(_: Connection) -> None:
        raise Interrupted

    leader = units.bring(note("leader"))
    before, hit, later = units.bring(note("before")), units.bring(interrupt), units.bring(note("later"))
    units.go()
    with pytest.raises(Interrupted):
        leader.result(LIMIT)
    for future in (before, hit):
        with pytest.raises(
            flowhost.StateUnavailable, match="the transaction was broken off, with everything"
        ):
            future.result(LIMIT)
    assert later.result(LIMIT) == "later"
    assert file_notes.kept() == ["later"]


@contextmanager
def interrupted(when: Callable[[], object]) -> Iterator[None]:
    """Interrupt this thread, the main one, as soon as `when` has returned."""
    main = threading.get_ident()

    def interrupt() -> None:
        when()
        signal.pthread_kill(main, signal.SIGUSR1)

    def raise_it(*_: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGUSR1, raise_it)
    thread = threading.Thread(target=interrupt, name="interrupt")
    thread.start()
    try:
        with pytest.raises(Interrupted):
            yield
    finally:
        thread.join()
        signal.signal(signal.SIGUSR1, before)


def assert_only_the_next_is_kept(units: Any, note: Make, file_notes: Any) -> None:
    """Nothing waits, and what comes next is written, alone."""
    assert units.waiting == 0
    following = units.bring(note("following"))
    units.go()
    assert following.result(LIMIT) == "following"
    assert file_notes.kept() == ["following"]


def test_a_thread_interrupted_while_it_waits_takes_its_unit_away(
    file_notes: Any, batch: Any, note: Make
) -> None:
    database = file_notes.open()
    units = batch(database)
    with interrupted(lambda: units.wait_for(1)):
        database.write(note("interrupted"))
    assert_only_the_next_is_kept(units, note, file_notes)


def test_a_thread_interrupted_before_it_waits_takes_its_unit_away(
    file_notes: Any, batch: Any, note: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = file_notes.open()
    units = batch(database)

    def interrupt() -> None:
        raise Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(units._queue._guard, "notify", interrupt)
        with pytest.raises(Interrupted):
            database.write(note("interrupted"))
    assert_only_the_next_is_kept(units, note, file_notes)


def test_a_thread_interrupted_while_its_batch_runs_leaves_its_unit_there(
    file_notes: Any, batch: Any, note: Make
) -> None:
    database = file_notes.open()
    units = batch(database)
    runs, go_on = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        runs.set()
        assert go_on.wait(LIMIT)

    leader = units.bring(hold)

    def when() -> None:
        units.wait_for(2)
        units.go()
        assert runs.wait(LIMIT)

    with interrupted(when):
        database.write(note("under way"))
    go_on.set()
    leader.result(LIMIT)
    assert file_notes.kept() == ["under way"]
    assert database.write(note("after")) == "after"


def test_a_unit_cannot_write_by_itself(file_notes: Any, note: Make) -> None:
    database, neighbour = file_notes.open(), file_notes.open()
    for other in (database, neighbour):

        def nested(connection: Connection, other: flowhost.SqlDatabase = other) -> None:
            note("outer")(connection)
            other.write(note("inner"))

        with pytest.raises(RuntimeError, match="cannot begin another one; let it do both"):
            database.write(nested)
    assert file_notes.kept() == []
    assert database.write(note("after")) == "after"


def test_a_unit_may_read_what_was_before(file_notes: Any, note: Make) -> None:
    database = file_notes.open()

    def look(connection: Connection) -> Any:
        note("new")(connection)
        return database.read(lambda reading: reading.execute(text("SELECT count(*) FROM notes")).scalar())

    assert database.write(look) == 0
    assert file_notes.kept() == ["new"]


def test_two_open_databases_of_one_file_take_turns(file_notes: Any, batch: Any, note: Make) -> None:
    first, second = file_notes.open(), file_notes.open()
    units, told = batch(first), []

    def look(connection: Connection) -> None:
        told.append(list(file_notes.kept()))
        note("b")(connection)

    thread = threading.Thread(target=second.write, args=(look,), name="second")
    waiting = units.bring(note("a"))
    thread.start()
    units.go()
    thread.join()
    assert waiting.result(LIMIT) == "a"
    assert told in ([[]], [["a"]]), "before the batch or after it"
    assert file_notes.kept() == ["a", "b"]
