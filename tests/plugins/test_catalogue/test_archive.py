"""The archive: there, back, and deleted."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, Job, NotFound
from flowhost_plugins.catalogue.archive import making, restoring
from flowhost_plugins.catalogue.machine import copying

DEADLINE = 60.0
CLIP = bytes(range(256)) * 1000
SHA1 = hashlib.sha1(CLIP).hexdigest()  # what the archive calls its files by


class Archive:
    """A catalogue with an item, two storages and an archive."""

    def __init__(self, library: Any, catalogue: Catalogue, finished: Any) -> None:
        self.catalogue = catalogue
        self.finished = finished
        self.media: Path = library.storage(catalogue, "media")
        self.tape: Path = library.storage(catalogue, "tape", kind="ARCHIVE")
        self.item = catalogue.create_item({}, title="Clip").id
        self.source = library.folder / "a.xml"
        self.source.write_bytes(CLIP)
        finished(catalogue, catalogue.import_file(self.item, self.source, storage="media"))

    @property
    def online(self) -> Path:
        return self.media / self.item / "a.xml"

    @property
    def copy(self) -> Path:
        return self.tape / self.item / f"a_{self.item}_{SHA1}.xml"

    @property
    def status(self) -> str:
        return self.catalogue.record(self.item).archive_status

    def states(self) -> list[str]:
        return [one.state for one in self.catalogue.files(item=self.item).files]

    def archived(self, **options: Any) -> Job:
        ended: Job = self.finished(self.catalogue, self.catalogue.archive_item(self.item, "tape", **options))
        return ended

    def ended(self, job: Job) -> Job:
        return self.catalogue.wait_for_job(job.id, DEADLINE)


@pytest.fixture
def archive(library: Any, catalogue: Catalogue, finished: Any) -> Archive:
    return Archive(library, catalogue, finished)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_archived_item_stays_online_unless_it_is_purged(archive: Archive) -> None:
    assert archive.status == ""
    job = archive.archived()
    assert (job.kind, job.item) == ("ARCHIVE", archive.item)
    assert archive.copy.read_bytes() == archive.online.read_bytes() == CLIP
    assert archive.status == "ARCHIVED"
    assert archive.states() == ["CLOSED", "CLOSED"]
    (shape,) = archive.catalogue.archived_shapes(archive.item)
    (known,) = archive.catalogue.shapes(archive.item)
    assert (shape.shape, shape.policy, shape.status, shape.sha1) == (known.id, "tape", "ARCHIVED", SHA1)
    assert shape.external_ids == (archive.copy.relative_to(archive.tape).as_posix(),)
    assert shape.online == (str(archive.online),)
    file = archive.catalogue.file(shape.file)
    assert (file.hash, file.shape) == (hashlib.sha256(CLIP).hexdigest(), known.id)


def test_there_and_back(archive: Archive) -> None:
    catalogue = archive.catalogue
    archive.archived(purge=True)
    assert not archive.online.exists()
    assert archive.states() == ["ARCHIVED", "CLOSED"]
    assert catalogue.storage("media").used == 0
    assert catalogue.scan("media") == catalogue.scan("tape") == []

    job = archive.finished(catalogue, catalogue.restore_from_archive(archive.item))
    assert job.kind == "RESTORE"
    assert archive.online.read_bytes() == CLIP
    assert archive.status == "RESTORED"
    assert archive.states() == ["CLOSED", "CLOSED"]
    assert catalogue.storage("media").used == len(CLIP)
    assert catalogue.scan("media") == []
    assert catalogue.archived_shapes(archive.item)[0].restored is not None
    told = [one.details.get("archiveStatus") for one in catalogue.changes() if one.kind == "shape"]
    assert told[-2:] == ["ARCHIVED", "RESTORED"]


def test_purging_what_was_archived_before(archive: Archive) -> None:
    archive.archived()
    archive.archived(purge=True)
    assert not archive.online.exists()
    assert files(archive.tape) == [archive.copy]


def test_only_shapes_with_a_tag(archive: Archive, finished: Any) -> None:
    catalogue = archive.catalogue
    finished(catalogue, catalogue.import_file(archive.item, archive.source, storage="media", tag="lowres"))
    archive.archived(purge=True, tags=["original"])
    assert [path.name for path in files(archive.media)] == ["a-2.xml"]
    archive.archived(purge=True)
    assert files(archive.media) == []
    assert len(files(archive.tape)) == 2, "equal shapes have a copy each"
    finished(catalogue, catalogue.restore_from_archive(archive.item))
    assert [path.name for path in sorted(files(archive.media))] == ["a-2.xml", "a.xml"]


def test_deleting_from_the_archive_needs_a_file_online(archive: Archive) -> None:
    catalogue = archive.catalogue
    assert catalogue.delete_from_archive(archive.item) == 0
    archive.archived(purge=True)
    message = "has no complete file online, so the archive has its last copy; restore the item first"
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.delete_from_archive(archive.item)
    archive.finished(catalogue, catalogue.restore_from_archive(archive.item))
    archive.online.rename(archive.online.with_name("elsewhere"))  # behind the catalogue's back
    with pytest.raises(flowhost.Permanent, match=message):
        catalogue.delete_from_archive(archive.item)
    assert archive.copy.exists()
    assert archive.status == "RESTORED"
    archive.online.with_name("elsewhere").rename(archive.online)

    assert catalogue.delete_from_archive(archive.item) == 1
    assert archive.status == ""
    assert files(archive.tape) == []
    assert archive.states() == ["CLOSED"]


def test_a_damaged_file_is_not_archived(archive: Archive) -> None:
    archive.online.write_bytes(b"x" * len(CLIP))
    job = archive.ended(archive.catalogue.archive_item(archive.item, "tape", purge=True))
    assert job.status == "FAILED_TOTAL"
    assert f"{archive.online} is damaged: its checksum is" in job.error
    assert archive.online.exists()
    assert files(archive.tape) == []
    assert archive.status == ""
    assert archive.states() == ["CLOSED"]


def test_a_file_that_changed_since_is_not_purged(archive: Archive) -> None:
    archive.archived()
    archive.online.write_bytes(b"new")
    job = archive.ended(archive.catalogue.archive_item(archive.item, "tape", purge=True))
    assert job.status == "FINISHED_WARNING"
    assert "a copy stays online" in job.error
    assert archive.online.read_bytes() == b"new"


def test_nothing_is_purged_when_the_copy_is_gone(archive: Archive) -> None:
    archive.archived()
    archive.copy.unlink()
    job = archive.ended(archive.catalogue.archive_item(archive.item, "tape", purge=True))
    assert job.status == "FINISHED_WARNING"
    assert archive.online.read_bytes() == CLIP


def test_nothing_is_purged_when_the_copy_is_damaged(archive: Archive) -> None:
    archive.archived()
    times = archive.copy.stat()
    archive.copy.write_bytes(b"x" * len(CLIP))
    os.utime(archive.copy, ns=(times.st_atime_ns, times.st_mtime_ns))  # as when a disk forgets
    job = archive.ended(archive.catalogue.archive_item(archive.item, "tape", purge=True))
    assert job.status == "FINISHED_WARNING"
    assert f"{archive.copy} is not what was written there" in job.error
    assert archive.online.read_bytes() == CLIP


def test_a_damaged_copy_is_not_restored(archive: Archive) -> None:
    archive.archived(purge=True)
    archive.copy.write_bytes(b"x" * len(CLIP))
    job = archive.ended(archive.catalogue.restore_from_archive(archive.item))
    assert job.status == "FAILED_TOTAL"
    assert "is damaged" in job.error
    assert files(archive.media) == []
    assert archive.states() == ["ARCHIVED", "CLOSED"]


def test_what_lies_in_the_place_of_a_restored_file_stays(archive: Archive) -> None:
    archive.archived(purge=True)
    archive.online.parent.mkdir(exist_ok=True)
    archive.online.write_bytes(b"somebody's")
    job = archive.ended(archive.catalogue.restore_from_archive(archive.item))
    assert job.status == "FAILED_TOTAL"
    assert f"there is another file at {archive.online}" in job.error
    assert archive.online.read_bytes() == b"somebody's"


def test_a_restore_makes_a_place_when_none_is_known(archive: Archive) -> None:
    catalogue = archive.catalogue
    archive.archived()
    (online, _) = catalogue.files(item=archive.item).files
    catalogue.delete_file(online.id)
    archive.finished(catalogue, catalogue.restore_from_archive(archive.item))
    assert archive.online.read_bytes() == CLIP
    assert archive.states() == ["CLOSED", "CLOSED"]


def test_restoring_what_is_online_changes_nothing(archive: Archive) -> None:
    archive.archived()
    before = archive.online.stat()
    job = archive.finished(archive.catalogue, archive.catalogue.restore_from_archive(archive.item))
    assert job.remark == "all files are online, nothing was restored"
    assert archive.online.stat().st_mtime_ns == before.st_mtime_ns


def test_a_full_archive_is_told_and_nothing_is_lost(archive: Archive, library: Any) -> None:
    library.storage(archive.catalogue, "small", kind="ARCHIVE", capacity=10)
    job = archive.ended(archive.catalogue.archive_item(archive.item, "small", purge=True))
    assert job.status == "FAILED_TOTAL"
    assert "the storage 'small' has room for 10 bytes" in job.error
    assert archive.online.read_bytes() == CLIP


def test_restores_at_once_share_the_room(
    archive: Archive, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = archive.catalogue
    other = catalogue.create_item({}).id
    archive.finished(catalogue, catalogue.import_file(other, archive.source, storage="media"))
    for item in (archive.item, other):
        archive.finished(catalogue, catalogue.archive_item(item, "tape", purge=True))
    library.execute("UPDATE catalogue_storages SET capacity = :size WHERE name = 'media'", size=len(CLIP) + 1)
    both, make = threading.Barrier(2), making.make

    def together(*given: Any) -> None:
        both.wait(DEADLINE)  # each has looked whether there is room
        make(*given)

    monkeypatch.setattr(restoring, "make", together)
    jobs = [catalogue.restore_from_archive(item) for item in (archive.item, other)]
    ended = sorted((archive.ended(job) for job in jobs), key=lambda job: job.status)
    assert [job.status for job in ended] == ["FAILED_TOTAL", "FINISHED"]
    assert "has no room" in ended[0].error
    assert len(files(archive.media)) == 1
    assert catalogue.storage("media").used == len(CLIP)


def test_a_cancelled_job_leaves_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = archive.catalogue
    original = copying.publish

    def cancelling(*given: Any) -> None:
        original(*given)
        catalogue.cancel_job(catalogue.jobs()[0].id)

    monkeypatch.setattr(making, "publish", cancelling)
    job = archive.ended(catalogue.archive_item(archive.item, "tape", purge=True))
    assert job.status == "ABORTED"
    assert files(archive.tape) == []
    assert archive.status == ""
    assert archive.states() == ["CLOSED"]
    assert archive.online.read_bytes() == CLIP


def test_a_job_goes_on_when_the_catalogue_is_opened_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = archive.catalogue
    begun = threading.Event()

    def endless(_source: Path, temporary: Path, each: Callable[[int], None]) -> str:
        temporary.write_bytes(CLIP[:10])
        begun.set()
        while True:
            each(0)

    with monkeypatch.context() as patched:
        patched.setattr(making, "copy", endless)
        job = catalogue.archive_item(archive.item, "tape", purge=True)
        assert begun.wait(DEADLINE)
        catalogue.close()
    assert files(archive.tape) == []
    catalogue.open()
    assert archive.ended(job).status == "FINISHED"
    assert files(archive.tape) == [archive.copy]
    assert archive.states() == ["ARCHIVED", "CLOSED"]


def test_one_job_at_a_time(archive: Archive, library: Any) -> None:
    library.execute("UPDATE catalogue_jobs SET live = true, kind = 'ARCHIVE'")
    for method in (archive.catalogue.restore_from_archive, archive.catalogue.delete_from_archive):
        with pytest.raises(flowhost.Conflict, match="the job VX-1 of the archive works on the item"):
            method(archive.item)
    library.execute("UPDATE catalogue_jobs SET live = false")


def test_what_cannot_be_archived(archive: Archive) -> None:
    catalogue = archive.catalogue
    with pytest.raises(flowhost.Permanent, match="the storage 'media' is of the kind LOCAL, expected"):
        catalogue.archive_item(archive.item, "media")
    with pytest.raises(NotFound, match="the catalogue has no storage 'nowhere'"):
        catalogue.archive_item(archive.item, "nowhere")
    empty = catalogue.create_item({}).id
    with pytest.raises(flowhost.Permanent, match="has no complete file that could be archived"):
        catalogue.archive_item(empty, "tape")
    with pytest.raises(flowhost.Permanent, match="is not in the archive, so it cannot be restored"):
        catalogue.restore_from_archive(empty)


def test_an_item_that_is_deleted_leaves_the_archive(archive: Archive) -> None:
    archive.archived(purge=True)
    archive.catalogue.delete_item(archive.item)
    assert files(archive.tape) == files(archive.media) == []
    assert archive.catalogue.files().files == ()


def test_an_item_that_is_deleted_may_stay_in_the_archive(archive: Archive) -> None:
    archive.archived(purge=True)
    archive.catalogue.delete_item(archive.item, keep_storages=["tape"])
    assert files(archive.tape) == [archive.copy]
    (file,) = archive.catalogue.files(unmanaged=True).files
    assert archive.catalogue.path_of(file) == archive.copy
