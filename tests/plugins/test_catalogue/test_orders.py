"""Orders with keys, and marks: what the role promises, on both engines, also when a process dies."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, Change, notification

DEADLINE = 60.0

DIES = """
    import os, signal, sys, threading
    import flowhost
    from flowhost_plugins.catalogue import Catalogue
    from flowhost_plugins.catalogue.machine import copying

    url, file = sys.argv[1:]
    copying._write_all = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    catalogue = Catalogue(url=flowhost.Secret(url), clock=flowhost.SystemClock())
    catalogue.open()
    with catalogue.marked("run 7"):
        catalogue.copy_file(file, "second", key="run 7")
    threading.Event().wait(60)
"""


@pytest.fixture
def file(catalogue: Catalogue, library: Any, finished: Any) -> str:
    """The id of the file of an item; there is a second storage."""
    library.storage(catalogue, "media")
    source: Path = library.folder / "a.bin"
    source.write_bytes(b"media" * 1000)
    item = catalogue.create_item({}).id
    finished(catalogue, catalogue.import_file(item, source))
    library.storage(catalogue, "second")
    (found,) = catalogue.files(item=item).files
    return found.id


def marks(changes: list[Change]) -> set[str]:
    return {notification(one).variables.get("mark", "") for one in changes}


def test_many_catalogues_that_order_with_one_key_get_one_job(library: Any, file: str, finished: Any) -> None:
    catalogues = [library.open() for _ in range(3)]

    def order(number: int) -> str:
        job: str = catalogues[number % 3].copy_file(file, "second", key="run 7").id
        return job

    with ThreadPoolExecutor(6) as threads:
        (job,) = set(threads.map(order, range(12)))
    finished(catalogues[0], catalogues[0].job(job))
    assert [one.id for one in catalogues[0].jobs() if one.kind == "COPY_FILE"] == [job]


@pytest.mark.parametrize("key", ["a\0b", "\ud800", "k" * 300])
def test_a_key_that_cannot_be(catalogue: Catalogue, file: str, key: str) -> None:
    with pytest.raises(flowhost.Permanent, match="the key of the job is"):
        catalogue.copy_file(file, "second", key=key)


def test_changes_carry_the_mark_they_were_made_within(catalogue: Catalogue) -> None:
    start = catalogue.last_change()
    with catalogue.marked("run 7"):
        item = catalogue.create_item({"title": ["x"]}).id
        collection = catalogue.create_collection("Boats")
        catalogue.update_collection(collection.id, fields={"a": ["b"]})
        catalogue.grant_access(item, flowhost.AccessEntry("Desk"), origin="rule:R")
        catalogue.trash_item(item)
    seen = catalogue.changes(start)
    assert len(seen) == 5
    assert marks(seen) == {"run 7"}
    assert [notification(one).name for one in seen] == [
        "item_create",
        "collection_create",
        "collection_metadata_modify",
        "access_create",
        "item_trash",
    ]
    start = catalogue.last_change()
    catalogue.set_metadata(item, {"title": ["y"]})
    assert marks(catalogue.changes(start)) == {""}


def test_marks_within_marks_and_in_other_threads(catalogue: Catalogue) -> None:
    def make() -> str:
        start = catalogue.last_change()
        catalogue.create_item({})
        (mark,) = marks(catalogue.changes(start))
        return mark

    with catalogue.marked("outer"):
        with catalogue.marked("inner"):
            assert make() == "inner"
            with catalogue.marked(""):
                assert make() == ""
        assert make() == "outer"
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(make).result() == ""
    with pytest.raises(flowhost.Permanent, match="the mark is"), catalogue.marked("a\0"):
        pass


def test_a_job_inherits_the_mark_of_its_order(catalogue: Catalogue, file: str, finished: Any) -> None:
    start = catalogue.last_change()
    with catalogue.marked("run 7"):
        job = catalogue.copy_file(file, "second")
    finished(catalogue, job)
    seen = catalogue.changes(start)
    assert {one.kind for one in seen} == {"job", "file"}
    assert marks(seen) == {"run 7"}
    finished(catalogue, catalogue.copy_file(file, "second"))
    assert marks(catalogue.changes(seen[-1].sequence)) == {""}


@pytest.mark.slow
def test_a_job_keeps_mark_and_key_when_its_process_dies(
    library: Any, catalogue: Catalogue, run_program: Any, file: str
) -> None:
    catalogue.close()
    assert run_program(DIES, library.url, file).returncode == -signal.SIGKILL

    again = library.open(clock=flowhost.SystemClock())
    start = next(one.sequence for one in again.changes() if marks([one]) == {"run 7"}) - 1
    job = again.copy_file(file, "second", key="run 7")
    ended = again.wait_for_job(job.id, DEADLINE)
    assert (ended.status, ended.attempts) == ("FINISHED", 2)
    seen = again.changes(start)
    assert "file" in {one.kind for one in seen}
    assert marks(seen) == {"run 7"}
    assert len(again.jobs()) == 2  # with the import


def test_who_made_an_item(catalogue: Catalogue) -> None:
    made = catalogue.create_item({}, user="ada").id
    assert catalogue.record(made).user == "ada"
    assert catalogue.variables(made) == {"user": "ada"}
    assert catalogue.variables(catalogue.create_item({}).id) == {}
    with pytest.raises(flowhost.Permanent, match="the user is"):
        catalogue.create_item({}, user="a\0")


def test_the_grace_and_the_link_are_options(library: Any) -> None:
    catalogue = library.open(recycle_bin=3600, link="https://portal.example/i?id={id}")
    item = catalogue.create_item({}, external_id="a b").id
    catalogue.trash_item(item)
    (trashed,) = catalogue.trash()
    assert trashed.purge_at - trashed.trashed == timedelta(hours=1)
    assert catalogue.link(item) == f"https://portal.example/i?id={item}"
    assert catalogue.link("a b&c") == "https://portal.example/i?id=a%20b%26c"
    assert library.made().link(item) == ""


def test_who_is_in_the_bin_stays_as_it_is(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    assert catalogue.trash_item(item, timedelta(hours=1)) is True
    before = catalogue.trash()
    lock = catalogue.lock_deletion(item)
    assert catalogue.trash_item(item, timedelta(days=3)) is False
    assert catalogue.trash() == before
    assert catalogue.unlock_deletion(item, lock.id)
    assert catalogue.put_in_trash(item, timedelta(days=3)).purge_at > before[0].purge_at


def test_a_collection_may_be_called_like_an_id(catalogue: Catalogue) -> None:
    item = catalogue.create_item({}).id
    other = catalogue.create_collection("Boats")
    named = catalogue.create_collection("VX-77")
    assert catalogue.add_to_collection(item, "VX-77") is True
    assert catalogue.collection_ids("VX-77").ids == (item,)
    assert catalogue.collection_ids(named.id).ids == (item,)
    assert catalogue.collection_ids(other.id).ids == ()
    assert catalogue.add_to_collection(item, "x" * 5000) is True
    for nonsense in ("", "a\0"):
        with pytest.raises(flowhost.Permanent, match="the name of the collection"):
            catalogue.add_to_collection(item, nonsense)
