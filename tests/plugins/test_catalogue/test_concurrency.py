"""Many threads at once: no update is lost, and nobody hears that the database is locked."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

import flowhost
from flowhost import retry_on_conflict
from flowhost_plugins.catalogue import Catalogue, Member, NotFound
from flowhost_plugins.catalogue.access import entries as access_entries
from flowhost_plugins.catalogue.jobs import runner
from flowhost_plugins.catalogue.trash import deletion

THREADS = 8
ROUNDS = 15


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """The results of all threads, which begin together; raises what one of them raised."""
    start = threading.Barrier(THREADS)

    def run(number: int) -> Any:
        start.wait(60)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_different_fields_of_one_item(catalogue: Catalogue) -> None:
    item = catalogue.create_item({})

    def work(number: int) -> None:
        for count in range(ROUNDS):
            catalogue.set_metadata(item.id, {f"field {number}": [str(count)]})

    at_once(work)
    found = catalogue.item(item.id)
    assert found and found.fields == {f"field {number}": (str(ROUNDS - 1),) for number in range(THREADS)}
    assert int(found.revision) == 1 + THREADS * ROUNDS


def test_counting_with_revisions_loses_nothing(catalogue: Catalogue) -> None:
    item = catalogue.create_item({"count": ["0"]})
    conflicts, met = 0, threading.Barrier(THREADS)

    def work(_number: int) -> None:
        @retry_on_conflict(max_retries=10_000)
        def count(*, conflict: bool) -> None:
            nonlocal conflicts
            conflicts += conflict
            seen = catalogue.record(item.id)
            if seen.fields["count"] == ("0",) and not conflict:
                met.wait(60)  # all have seen the same
            value = str(int(seen.fields["count"][0]) + 1)
            catalogue.set_metadata(item.id, {"count": [value]}, revision=seen.revision)

        for _ in range(ROUNDS):
            count()

    at_once(work)
    assert catalogue.record(item.id).fields["count"] == (str(THREADS * ROUNDS),)
    assert conflicts


def test_items_of_their_own_while_others_read(catalogue: Catalogue) -> None:
    def work(number: int) -> None:
        for count in range(ROUNDS):
            if number % 2:
                catalogue.items(text="value", number=5)
                catalogue.changes(number=5)
                catalogue.storages()
            else:
                item = catalogue.create_item({"a": ["value"]}, external_id=f"{number}/{count}")
                catalogue.set_access(item.id, [flowhost.AccessEntry("g")])
                if count % 3 == 0:
                    catalogue.delete_item(item.id)

    at_once(work)
    changes = catalogue.changes(number=10_000)
    assert catalogue.count_items() == THREADS // 2 * (ROUNDS - len(range(0, ROUNDS, 3)))
    assert [one.sequence for one in changes] == sorted({one.sequence for one in changes})


def test_one_external_id_goes_to_one_item(catalogue: Catalogue) -> None:
    def work(_number: int) -> str | None:
        try:
            return catalogue.create_item({}, external_id="wanted").id
        except flowhost.Conflict:
            return None

    winners = [one for one in at_once(work) if one]
    assert len(winners) == 1
    assert catalogue.count_items() == 1


def test_readers_of_the_log_never_see_a_later_change_before_an_earlier(catalogue: Catalogue) -> None:
    """Whoever reads on from the last number it saw has read everything in the end."""
    done = threading.Event()
    read: list[int] = []

    def reading() -> None:
        last = False
        while not last:
            last = done.is_set()
            read.extend(one.sequence for one in catalogue.changes(after=read[-1] if read else 0))

    reader = threading.Thread(target=reading)
    reader.start()
    at_once(lambda _number: [catalogue.create_item({}) for _ in range(ROUNDS)])
    done.set()
    reader.join(60)
    assert read == [one.sequence for one in catalogue.changes(number=10_000)]
    assert len(read) == THREADS * ROUNDS


def test_imports_at_once_share_the_room(catalogue: Catalogue, library: Any) -> None:
    size = 1000
    library.storage(catalogue, "media", capacity=5 * size)
    source = library.folder / "a.xml"
    source.write_bytes(b"x" * size)
    items = [catalogue.create_item({}).id for _ in range(THREADS)]

    def work(number: int) -> bool:
        try:
            job = catalogue.import_file(items[number], source)
        except flowhost.Permanent:
            return False
        return catalogue.wait_for_job(job.id, 60).status == "FINISHED"

    assert sorted(at_once(work)) == [False] * 3 + [True] * 5
    assert catalogue.storage("media").used == 5 * size
    assert len({file.path for file in catalogue.files().files}) == 5


def test_scans_at_once_find_each_file_once(catalogue: Catalogue, library: Any) -> None:
    folder = library.storage(catalogue, "in")
    for number in range(50):
        (folder / str(number)).write_bytes(b"1")
    at_once(lambda _number: catalogue.scan("in"))
    created = [one for one in catalogue.changes() if (one.kind, one.action) == ("file", "CREATE")]
    assert len(created) == 50 == len(catalogue.files().files)


def test_collections_and_deletions_at_once(catalogue: Catalogue) -> None:
    collections = [catalogue.create_collection(str(number)).id for number in range(3)]
    items = [catalogue.create_item({}).id for _ in range(THREADS)]

    def work(number: int) -> None:
        for count in range(ROUNDS):
            order = items[number:] + items[:number]
            with suppress(NotFound):
                catalogue.set_members(collections[count % 3], [Member(one) for one in order])
            with suppress(NotFound):
                catalogue.add_member(collections[(number + count) % 3], items[count % THREADS])
            if count == ROUNDS // 2 and number % 2:
                assert catalogue.delete_item(items[number])

    at_once(work)
    left = set(items[::2])
    assert all({one.id for one in catalogue.members(collection)} <= left for collection in collections)
    assert catalogue.count_items() == len(left)


def test_a_record_is_of_one_moment(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    item = catalogue.create_item({"a": ["1"]}, access=[flowhost.AccessEntry("old")])
    read = access_entries.read

    def changing(*arguments: Any) -> Any:
        monkeypatch.undo()
        writer = threading.Thread(target=lambda: catalogue.set_access(item.id, [flowhost.AccessEntry("new")]))
        writer.start()
        writer.join(60)
        return read(*arguments)

    monkeypatch.setattr(access_entries, "read", changing)
    record = catalogue.record(item.id)
    assert (record.revision, record.access[0].entry.grantee) == ("1", "old")
    assert catalogue.record(item.id).access[0].entry.grantee == "new"


def test_another_program_that_writes_is_waited_for(file_library: Any) -> None:
    catalogue = file_library.open()
    item = catalogue.create_item({"a": ["1"]})
    file_library.execute("CREATE TABLE strange (x)")
    with closing(sqlite3.connect(file_library.folder / "catalogue.db", isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        stranger.execute("INSERT INTO strange VALUES (1)")
        with ThreadPoolExecutor(1) as pool:
            change = pool.submit(catalogue.set_metadata, item.id, {"a": ["2"]})
            with pytest.raises(TimeoutError):
                change.result(0.3)
            assert catalogue.record(item.id).fields == {"a": ("1",)}, "readers do not wait"
            stranger.execute("COMMIT")
            assert change.result(60).fields == {"a": ("2",)}


@pytest.mark.slow
def test_files_are_never_lost_while_they_are_imported(catalogue: Catalogue, library: Any) -> None:
    media = library.storage(catalogue, "media")
    source = library.folder / "a.xml"
    source.write_bytes(b"x")
    item = catalogue.create_item({}).id
    jobs = [catalogue.import_file(item, source) for _ in range(40)]
    while any(not (catalogue.job(job.id) or job).ended for job in jobs):
        catalogue.scan("media")
    catalogue.scan("media")
    assert {file.state for file in catalogue.files(number=1000).files} == {"CLOSED"}
    assert len(list(media.rglob("*.xml"))) == 40 == len(catalogue.files(item=item).files)


def test_a_file_that_came_after_a_deletion_is_not_deleted_with_it(
    catalogue: Catalogue, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.storage(catalogue, "media")
    source = library.folder / "a.xml"
    source.write_bytes(b"x")
    item = catalogue.create_item({}).id
    assert catalogue.wait_for_job(catalogue.import_file(item, source).id, 60).status == "FINISHED"
    begun, go_on, unlink = threading.Event(), threading.Event(), deletion._unlink

    def slowly(path: Path) -> None:
        monkeypatch.undo()  # only the first one waits
        begun.set()
        go_on.wait(60)
        unlink(path)

    monkeypatch.setattr(deletion, "_unlink", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(catalogue.delete_shape, catalogue.shapes(item)[0].id)
        assert begun.wait(60)
        second = pool.submit(catalogue.scan, "media")  # deletes what is to be deleted
        with suppress(TimeoutError):
            second.result(0.5)
        job = catalogue.import_file(item, source)
        assert catalogue.wait_for_job(job.id, 60).status == "FINISHED"
        go_on.set()
        assert first.result(60)
        second.result(60)
    (shape,) = catalogue.shapes(item)
    assert catalogue.path_of(shape.files[0]).read_bytes() == b"x"


def test_a_job_that_begins_while_the_catalogue_closes_is_interrupted(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, uninterrupted = threading.Event(), []

    def run(number: int, stop: threading.Event) -> None:
        if not stop.wait(5):
            uninterrupted.append(number)

    jobs = runner.Runner(Mock(), Mock(), clock, 1, run)

    def made_late() -> threading.Event:
        """The flag of the job, once all flags that were there are set and the thread was told to end."""
        begins.set()
        deadline = time.monotonic() + 60
        while jobs._queue.empty() and time.monotonic() < deadline:
            time.sleep(0.001)
        return threading.Event()

    monkeypatch.setattr(runner, "threading", SimpleNamespace(Event=made_late, Thread=threading.Thread))
    jobs.submit(1)
    assert begins.wait(60)
    jobs.close()
    assert uninterrupted == []
