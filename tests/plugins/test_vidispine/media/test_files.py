"""Copies, moves, deletions: on a development server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine.media import deleting


def test_an_items_shapes_are_one_request(bed: Any) -> None:
    item = bed.new_item()
    with bed.requests(1):
        assert len(bed.library.shapes(item)) == 1


def test_storages_are_known_for_a_moment(still_bed: Any) -> None:
    bed = still_bed
    with bed.requests(1):
        for _ in range(3):
            assert bed.library.storage("media") in bed.library.storages()


def test_shape_tags_are_known_for_a_moment(bed: Any) -> None:
    tags = bed.library.shape_tags()
    with bed.requests(0):
        assert bed.library.shape_tag("lowres") in tags
        assert bed.library.shape_tags() == tags


def test_what_a_copy_asks(still_bed: Any) -> None:
    bed = still_bed
    (file,) = bed.original(bed.new_item()).files
    bed.library.storages()
    with bed.requests(2):  # whether the place is free, the copy
        job = bed.library.copy_file(file, "second", "there/copy.bin")
    bed.ended(job)
    bed.library.storages()
    with bed.requests(3):  # the job with the key besides
        bed.library.copy_file(file, "second", "there/other.bin", key="run 1")
    with bed.requests(1):
        bed.library.copy_file(file, "second", "there/other.bin", key="run 1")


@pytest.mark.parametrize("path", ["../up.bin", "/etc/passwd", "a/../../b"])
def test_paths_that_lead_out(bed: Any, path: str) -> None:
    (file,) = bed.original(bed.new_item()).files
    with pytest.raises(flowhost.Permanent, match="leads out of the storage"):
        bed.library.copy_file(file, "second", path)


def test_only_a_closed_file_is_moved(bed: Any) -> None:
    (file,) = bed.original(bed.new_item()).files
    bed.rest("PUT", f"file/{file.id}/state/LOST")
    with pytest.raises(flowhost.Permanent, match=r"is LOST; only one that is CLOSED"):
        bed.library.move_file(file.id, "second")


@pytest.mark.parametrize("name", ["b.bin", "b [1]?.bin"])
def test_a_place_that_is_taken(bed: Any, name: str) -> None:
    one, two = (bed.original(bed.new_item(name)).files[0] for name in ("a.bin", name))
    assert bed.ended(bed.library.copy_file(one, "second", two.path)).status == "FINISHED"
    with pytest.raises(flowhost.Permanent, match=r"there is a file .* in the storage 'second' already"):
        bed.library.copy_file(two, "second", two.path)
    assert bed.ended(bed.library.copy_file(two, "second")).status == "FINISHED"
    copy = bed.library.shapes(two.item)[0].files[-1]
    assert (copy.name, copy.hash) == (two.name.replace(".bin", "-1.bin"), two.hash)


def test_a_storage_by_a_wrong_name(bed: Any) -> None:
    with pytest.raises(flowhost.Permanent, match=r"no storage 'secnd'.*second"):
        bed.library.storage("secnd")


def test_two_who_delete_two_copies_leave_one(bed: Any) -> None:
    item = bed.new_item()
    (file,) = bed.original(item).files
    bed.ended(bed.library.copy_file(file, "second"))
    files = bed.original(item).files
    start = threading.Barrier(2)

    def delete(one: str) -> str:
        start.wait(30)
        try:
            return str(bed.library.delete_file(one))
        except flowhost.LastCopy:
            return "last"

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(delete, [file.id for file in files]))
    assert told == ["True", "last"]
    assert len(bed.original(item).files) == 1


def test_a_copy_that_is_lost_does_not_count(bed: Any) -> None:
    item = bed.new_item()
    (file,) = bed.original(item).files
    bed.ended(bed.library.copy_file(file, "second"))
    first, copy = bed.original(item).files
    bed.rest("PUT", f"file/{copy.id}/state/LOST")
    with pytest.raises(flowhost.LastCopy, match=f"the file {first.id} .* is the last copy of the shape"):
        bed.library.delete_file(first.id)


def test_a_copy_in_a_storage_that_is_offline_does_not_count(bed: Any) -> None:
    item = bed.new_item()
    (file,) = bed.original(item).files
    bed.ended(bed.library.copy_file(file, "second"))
    first, copy = bed.original(item).files
    bed.rest("PUT", f"storage/{copy.storage}/state/OFFLINE")
    with pytest.raises(flowhost.LastCopy):
        bed.library.delete_file(first.id)
    assert not bed.library.storage("second").reachable
    bed.rest("PUT", f"storage/{copy.storage}/state/NONE")
    assert bed.library.delete_file(first.id) is True


def test_a_name_that_is_like_others(bed: Any) -> None:
    storage = bed.library.storage("second").id
    for name in ("b1.bin", "b2.bin", "b?.bin"):
        (bed.folder / "second" / name).write_bytes(b"x")
        bed.rest("POST", f"storage/{storage}/file", params={"path": name, "state": "CLOSED"})
    (file,) = bed.original(bed.new_item()).files
    with pytest.raises(flowhost.Permanent, match=r"there is a file 'b\?\.bin'"):
        bed.library.copy_file(file, "second", "b?.bin")


def test_a_file_of_no_item_is_deleted(bed: Any) -> None:
    (bed.folder / "media" / "loose.bin").write_bytes(b"x")
    storage = bed.library.storage("media").id
    file = bed.rest("POST", f"storage/{storage}/file?path=loose.bin&state=CLOSED")
    with bed.requests(4):  # what it is, the deletions that go on, its own, and whether it is gone
        assert bed.library.delete_file(file["id"]) is True
    assert bed.library.delete_file(file["id"]) is False


@pytest.mark.parametrize("busy", [1, 99])
def test_the_job_that_deletes_is_waited_for(bed: Any, monkeypatch: pytest.MonkeyPatch, busy: int) -> None:
    """The disk is busy: for the request only, or for the job, too."""
    (bed.folder / "media" / "loose.bin").write_bytes(b"x")
    storage = bed.library.storage("media").id
    file = bed.rest("POST", f"storage/{storage}/file?path=loose.bin&state=CLOSED")["id"]
    delete, refused = bed.server.catalogue.delete_file, []

    def busy_first(*arguments: Any, **options: Any) -> Any:
        if len(refused) < busy:
            refused.append(arguments)
            raise flowhost.Unavailable("the disk is busy")
        return delete(*arguments, **options)

    monkeypatch.setattr(bed.server.catalogue, "delete_file", busy_first)
    if busy == 1:
        assert bed.library.delete_file(file) is True
        assert not (bed.folder / "media" / "loose.bin").exists()
        return
    with pytest.raises(flowhost.Unavailable, match=f"which deletes the file {file}, failed: .*disk is busy"):
        bed.library.delete_file(file)
    assert (bed.folder / "media" / "loose.bin").exists()


@pytest.fixture
def queue(bed: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Jobs that delete files do nothing until it is set."""
    delete, go_on = bed.server.catalogue.delete_file, threading.Event()

    def later(*arguments: Any, **options: Any) -> Any:
        if not threading.current_thread().name.startswith("vidispine-work"):
            raise flowhost.Unavailable("the request leaves it to the job")
        assert go_on.wait(60)
        return delete(*arguments, **options)

    monkeypatch.setattr(bed.server.catalogue, "delete_file", later)
    monkeypatch.setattr(deleting, "LONGEST", 0.2)
    yield go_on
    go_on.set()


def two_copies(bed: Any) -> tuple[str, str]:
    item = bed.new_item()
    bed.ended(bed.library.copy_file(bed.original(item).files[0], "second"))
    one, two = bed.original(item).files
    return one.id, two.id


def deletions(bed: Any) -> list[Any]:
    found: list[Any] = bed.rest("GET", "job?user=false&type=DELETE_FILE&metadata=true").get("job", [])
    return found


def test_a_file_that_is_being_deleted_is_no_other_copy(
    bed: Any, make_bed: Any, queue: threading.Event
) -> None:
    one, two = two_copies(bed)
    restarted = make_bed(bed.server).library
    for library in (bed.library, restarted):  # whoever asks again waits for the same job
        with pytest.raises(flowhost.Retry, match=f"the site still deletes the file {one} in the job"):
            library.delete_file(one)
        with pytest.raises(flowhost.LastCopy, match=f"the file {two} "):
            library.delete_file(two)
    (job,) = deletions(bed)
    assert {"key": "flowhost_deletes", "value": one} in job["data"]
    queue.set()
    assert bed.ended(bed.library.job(job["jobId"])).status == "FINISHED"
    assert bed.library.delete_file(one) is False
    with pytest.raises(flowhost.LastCopy):
        bed.library.delete_file(two)


def test_what_others_delete_is_no_other_copy(bed: Any, queue: threading.Event) -> None:
    one, two = two_copies(bed)
    bed.rest("DELETE", f"file/{one}")
    with pytest.raises(flowhost.LastCopy, match=f"the file {two} "):
        bed.library.delete_file(two)
    assert len(deletions(bed)) == 1


def test_a_file_whose_deletion_failed_is_a_copy_again(bed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = two_copies(bed)

    def busy(*_: Any, **__: Any) -> None:
        raise flowhost.Unavailable("the disk is busy")

    with monkeypatch.context() as patched:
        patched.setattr(bed.server.catalogue, "delete_file", busy)
        with pytest.raises(flowhost.Unavailable, match="the disk is busy"):
            bed.library.delete_file(one)
    assert bed.library.delete_file(two) is True
    with pytest.raises(flowhost.LastCopy):
        bed.library.delete_file(one)
