"""Storages of the type ``ARCHIVE``: the site copies by jobs of its own."""

from __future__ import annotations

from typing import Any

import pytest

import flowhost

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
