"""Storages of the type ``ARCHIVE``: the site copies by jobs of its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine.archive.native import _doubt
from flowhost_plugins.vidispine.documents import File

CONTENT = b"media" * 1000


@pytest.fixture
def bed(bed: Any) -> Any:
    (bed.folder / "tape").mkdir()
    bed.server.catalogue.add_storage("tape", bed.folder / "tape", kind="ARCHIVE")
    return bed


def online(bed: Any, item: str) -> list[flowhost.File]:
    tape = bed.library.storage("tape").id
    return [file for file in bed.original(item).files if file.storage != tape]


def test_there_and_back(bed: Any) -> None:
    item = bed.new_item()
    (file,) = online(bed, item)
    job = bed.library.archive_item(item, "tape", purge=True, key="run 1")
    assert bed.ended(job).status == "FINISHED"
    assert online(bed, item) == []
    assert not bed.path(file).exists()
    assert (bed.folder / "tape" / file.path).read_bytes() == CONTENT
    assert bed.library.item(item).fields["portal_archive_status"] == ("Archived",)
    with pytest.raises(flowhost.LastCopy):
        bed.library.delete_from_archive(item)
    assert bed.ended(bed.library.restore_from_archive(item)).status == "FINISHED"
    (back,) = online(bed, item)
    assert (back.storage, back.path, back.state, back.hash) == (file.storage, file.path, "CLOSED", file.hash)
    assert bed.path(back).read_bytes() == CONTENT
    assert bed.library.item(item).fields["portal_archive_status"] == ("Archived/Restored",)
    assert bed.library.delete_from_archive(item) == 1
    assert not (bed.folder / "tape" / file.path).exists()
    assert [one.state for one in bed.original(item).files] == ["CLOSED"]


def test_archiving_again_copies_nothing_again(bed: Any) -> None:
    item = bed.new_item()
    for key in ("run 1", "run 2"):
        assert bed.ended(bed.library.archive_item(item, "tape", key=key)).status == "FINISHED"
    assert len(bed.rest("GET", "job?user=false&type=ARCHIVE")["job"]) == 1


def test_a_copy_that_cannot_be_made_is_told(bed: Any) -> None:
    item = bed.new_item()
    (file,) = online(bed, item)
    (bed.folder / "tape" / file.path).parent.mkdir()
    (bed.folder / "tape" / file.path).write_bytes(b"another")
    job = bed.ended(bed.library.archive_item(item, "tape", purge=True))
    assert job.status == "FAILED_TOTAL"
    assert "could not be archived" in job.error
    assert bed.path(file).read_bytes() == CONTENT


def test_the_copy_online_and_the_one_in_the_archive_are_not_both_deleted(bed: Any) -> None:
    """Each may go only while the other is there."""
    for number in range(5):
        item = bed.new_item(f"clip-{number}.bin")
        assert bed.ended(bed.library.archive_item(item, "tape")).status == "FINISHED"
        (file,) = online(bed, item)
        start = threading.Barrier(2)

        def delete(what: Any, which: str, start: threading.Barrier = start) -> str:
            start.wait(30)
            try:
                return str(what(which))
            except flowhost.LastCopy:
                return "last"

        with ThreadPoolExecutor(2) as threads:
            one = threads.submit(delete, bed.library.delete_file, file.id)
            other = threads.submit(delete, bed.library.delete_from_archive, item)
        assert sorted([one.result(), other.result()])[1] == "last"
        assert [copy.state for copy in bed.original(item).files] == ["CLOSED"]


def test_nothing_is_purged_while_the_archive_is_offline(bed: Any) -> None:
    item = bed.new_item()
    assert bed.ended(bed.library.archive_item(item, "tape")).status == "FINISHED"
    bed.rest("PUT", f"storage/{bed.library.storage('tape').id}/state/OFFLINE")
    (file,) = online(bed, item)
    job = bed.ended(bed.library.archive_item(item, "tape", purge=True))
    assert job.status == "FINISHED_WARNING"
    assert f"the file {file.id} ({file.path}) stays online: its copy" in job.error
    assert bed.path(file).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("copy", "doubt"),
    [
        (None, "its copy in the archive is gone, or cannot be reached now"),
        ({"size": 5, "hash": "b"}, "it is not what was archived"),
        ({"size": 6}, "its copy in the archive has another size"),
        ({"size": 5}, ""),
        ({"size": 5, "hash": "a"}, ""),
    ],
)
def test_what_keeps_a_file_online(copy: dict[str, Any] | None, doubt: str) -> None:
    there = File.from_json({"id": "VX-2", **copy}) if copy else None
    assert _doubt(File.from_json({"id": "VX-1", "size": 5, "hash": "a"}), there) == doubt


def test_sizes_that_nobody_knows_keep_a_file_online() -> None:
    one, other = (File.from_json({"id": name, "size": -1}) for name in ("VX-1", "VX-2"))
    assert _doubt(one, other) == "the size of its copy in the archive is not known"
