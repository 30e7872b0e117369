"""Imports that go wrong: nothing half is left under a final name, and nothing is lost or done twice."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, Job
from flowhost_plugins.catalogue.imports import importing
from flowhost_plugins.catalogue.machine import copying

DEADLINE = 60.0
CLIP = bytes(range(256)) * 1000


@pytest.fixture
def world(catalogue: Catalogue, library: Any) -> Any:
    """A catalogue with a storage, a source file and an item without media."""

    class World:
        def __init__(self) -> None:
            self.catalogue = catalogue
            self.media: Path = library.storage(catalogue, "media")
            self.source: Path = library.folder / "a.mov"
            self.source.write_bytes(CLIP)
            self.item = catalogue.create_item({}).id

        def start(self, **options: Any) -> Job:
            return catalogue.import_file(self.item, self.source, **options)

        def ended(self, job: Job) -> Job:
            return catalogue.wait_for_job(job.id, DEADLINE)

        def assert_untouched(self) -> None:
            """The item has no media, the storage holds nothing, and the source is whole."""
            assert list(self.media.rglob("*")) == []
            assert catalogue.files().files == () == catalogue.shapes(self.item)
            assert catalogue.record(self.item).revision == "1"
            assert catalogue.storage("media").used == 0
            assert self.source.read_bytes() == CLIP

    return World()


def replaced(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, instead: Any) -> Any:
    """Put `instead(original, *arguments)` in the place of a function."""
    original = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given, **named: instead(original, *given, **named))
    return original


@pytest.mark.parametrize("mode", ["copy", "move"])
def test_a_damaged_copy_is_found_by_its_checksum(
    world: Any, monkeypatch: pytest.MonkeyPatch, mode: Any
) -> None:
    def flipping(write: Any, source: Path, temporary: Path, each: Any) -> Any:
        digest = write(source, temporary, each)
        with temporary.open("r+b") as file:
            file.seek(100_000)
            file.write(b"\x00\x01")
        return digest

    replaced(monkeypatch, copying, "_write", flipping)
    job = world.ended(world.start(mode=mode))
    assert job.status == "FAILED_TOTAL"
    assert "is damaged: its checksum is" in job.error
    world.assert_untouched()


def test_a_source_that_changes_while_it_is_copied_is_not_imported(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def growing(write: Any, source: Path, temporary: Path, each: Any) -> Any:
        digest = write(source, temporary, each)
        with source.open("ab") as file:
            file.write(b"more")
        return digest

    replaced(monkeypatch, copying, "_write", growing)
    job = world.ended(world.start())
    assert job.status == "FAILED_TOTAL"
    assert "changed while it was copied; import it again when it is complete" in job.error
    assert world.catalogue.files().files == ()
    assert list(world.media.rglob("*")) == []


def test_a_placed_file_that_changes_while_it_is_read_stays_unmanaged(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.source = world.source.rename(world.media / "a.mov")

    def growing(checksum: Any, path: Path, each: Any, **options: Any) -> Any:
        digest = checksum(path, each, **options)
        with path.open("ab") as file:
            file.write(b"more")
        return digest

    replaced(monkeypatch, importing, "checksum", growing)
    job = world.ended(world.start(mode="place"))
    assert "changed while it was read" in job.error
    assert world.source.exists()
    assert [file.item for file in world.catalogue.files().files] == [None]


def test_a_full_disk_fails_the_job_and_leaves_nothing(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(write: Any, descriptor: int, data: Any) -> int:
        if len(data) <= 100_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(write(descriptor, data[:100_000]))

    replaced(monkeypatch, os, "write", full)
    job = world.ended(world.start())
    monkeypatch.undo()
    assert job.status == "FAILED_TOTAL"
    assert "No space left on device" in job.error and "cannot write" in job.error
    world.assert_untouched()


def test_a_storage_that_goes_away_fails_the_job(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    away = world.media.with_name("away")

    def unmounting(copy: Any, *arguments: Any) -> Any:
        world.media.rename(away)
        return copy(*arguments)

    replaced(monkeypatch, importing, "copy", unmounting)
    job = world.ended(world.start())
    assert job.status == "FAILED_TOTAL"
    assert "No such file or directory" in job.error
    away.rename(world.media)
    world.assert_untouched()


def refusing_links(_link: Any, *_arguments: Any) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


@pytest.mark.parametrize("links", [True, False])
def test_a_stranger_who_takes_the_name_keeps_it(
    world: Any, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        replaced(monkeypatch, os, "link", refusing_links)

    def squatting(publish: Any, temporary: Path, target: Path) -> None:
        target.parent.mkdir()
        target.write_bytes(b"mine")
        publish(temporary, target)

    replaced(monkeypatch, importing, "publish", squatting)
    job = world.ended(world.start(mode="move"))
    assert "already" in job.error
    assert [path.read_bytes() for path in world.media.rglob("*") if path.is_file()] == [b"mine"]
    assert world.source.read_bytes() == CLIP
    assert world.catalogue.shapes(world.item) == ()


def test_a_file_system_without_links_is_served_by_a_rename(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced(monkeypatch, os, "link", refusing_links)
    assert world.ended(world.start()).status == "FINISHED"
    assert [path.name for path in world.media.rglob("*") if path.is_file()] == ["a.mov"]


def test_a_source_that_cannot_be_removed_is_a_warning(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(unlink: Any, path: Path, **options: Any) -> None:
        if path == world.source:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path, **options)

    replaced(monkeypatch, Path, "unlink", refusing)
    job = world.ended(world.start(mode="move"))
    assert job.status == "FINISHED_WARNING"
    assert "could not be removed: Permission denied" in job.error
    assert len(world.catalogue.shapes(world.item)) == 1


def test_a_mistake_ends_the_job(
    world: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(_copy: Any, *_arguments: Any) -> None:
        raise KeyError("oh")

    replaced(monkeypatch, importing, "copy", wrong)
    job = world.ended(world.start())
    assert job.status == "FAILED_TOTAL"
    assert "the catalogue made a mistake: KeyError('oh')" in job.error
    world.assert_untouched()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Holds jobs while they copy: `held.begun` is set then, and they go on when `held.go` is."""

    class Held:
        begun = threading.Event()
        go = threading.Event()

    gate = Held()

    def holding(copy: Any, source: Path, temporary: Path, each: Any) -> Any:
        gate.begun.set()
        assert gate.go.wait(DEADLINE)
        return copy(source, temporary, each)

    replaced(monkeypatch, importing, "copy", holding)
    yield gate
    gate.go.set()


def test_a_cancelled_job_leaves_nothing(world: Any, held: Any) -> None:
    job = world.start(mode="move")
    assert held.begun.wait(DEADLINE)
    assert not world.catalogue.cancel_job(job.id).ended
    held.go.set()
    ended = world.ended(job)
    assert (ended.status, ended.error) == ("ABORTED", "")
    world.assert_untouched()


def test_a_job_that_waits_can_be_cancelled(world: Any, held: Any) -> None:
    jobs = [world.start() for _ in range(4)]
    assert held.begun.wait(DEADLINE)
    world.catalogue.cancel_job(jobs[3].id)
    held.go.set()
    assert [world.ended(job).status for job in jobs] == ["FINISHED"] * 3 + ["ABORTED"]
    assert len(world.catalogue.files().files) == 3


def test_deleting_an_item_ends_its_imports(world: Any, held: Any) -> None:
    job = world.start()
    assert held.begun.wait(DEADLINE)
    assert world.catalogue.delete_item(world.item)
    held.go.set()
    assert world.ended(job).status == "ABORTED"
    assert world.catalogue.files().files == ()
    assert list(world.media.rglob("*")) == []


def test_waiting_has_an_end(world: Any, held: Any, library: Any) -> None:
    job = world.start()
    assert held.begun.wait(DEADLINE)
    with pytest.raises(flowhost.TimedOut, match=r"is STARTED \(0 per cent\) after 0 seconds"):
        world.catalogue.wait_for_job(job.id, 0)
    with pytest.raises(flowhost.Permanent, match="being written by a job"):
        world.catalogue.delete_file(job.file)
    with pytest.raises(flowhost.Permanent, match="cannot be removed"):
        world.catalogue.remove_storage("media")


def test_an_interrupted_job_begins_again_when_the_catalogue_is_opened(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(_copy: Any, _source: Path, temporary: Path, each: Any) -> None:
        temporary.write_bytes(CLIP[:10])
        begun.set()
        while True:
            each(0)  # raises as soon as the catalogue closes

    with monkeypatch.context() as patched:
        replaced(patched, importing, "copy", endless)
        job = world.start(mode="move")
        assert begun.wait(DEADLINE)
        world.catalogue.close()
    assert list(world.media.rglob("*")) == []
    world.catalogue.open()
    ended = world.ended(job)
    assert (ended.status, ended.attempts) == ("FINISHED", 1)
    assert [path.name for path in world.media.rglob("*") if path.is_file()] == ["a.mov"]
    assert not world.source.exists()


def test_media_that_is_the_items_already_outlives_a_job_that_cannot_end(library: Any, finished: Any) -> None:
    catalogue = library.open()
    media = library.storage(catalogue, "media")
    source = library.folder / "a.mov"
    source.write_bytes(CLIP)
    item = catalogue.create_item({}).id
    job = finished(catalogue, catalogue.import_file(item, source))
    catalogue.close()
    library.execute("UPDATE catalogue_jobs SET live = true, status = 'STARTED', attempts = 3, owner = '1'")

    catalogue.open()
    finished(catalogue, job)
    assert (media / item / "a.mov").read_bytes() == CLIP
    assert len(catalogue.shapes(item)) == 1


def test_a_source_that_was_replaced_since_it_was_copied_stays(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replacing(remove: Any, *given: Any) -> Any:
        world.source.write_bytes(b"the next clip of this name")
        return remove(*given)

    replaced(monkeypatch, importing.Importing, "_remove_source", replacing)
    job = world.ended(world.start(mode="move"))
    assert job.status == "FINISHED_WARNING"
    assert "was changed since" in job.error
    assert world.source.read_bytes() == b"the next clip of this name"


def test_a_source_that_became_another_items_stays(
    world: Any, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.source = world.source.rename(library.storage(world.catalogue, "in") / "a.mov")
    other = world.catalogue.create_item({}).id

    def placing(remove: Any, *given: Any) -> Any:
        place = world.catalogue.import_file(other, world.source, mode="place")
        assert world.ended(place).status == "FINISHED"
        return remove(*given)

    replaced(monkeypatch, importing.Importing, "_remove_source", placing)
    job = world.ended(world.start(mode="move"))
    assert job.status == "FINISHED_WARNING"
    assert "belongs to an item by now" in job.error
    assert world.source.read_bytes() == CLIP
    (shape,) = world.catalogue.shapes(other)
    assert world.catalogue.path_of(shape.files[0]) == world.source


def test_what_cannot_be_cleaned_up_keeps_no_job_from_its_end(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(publish: Any, temporary: Path, target: Path) -> None:
        publish(temporary, target)
        raise copying.CopyFailed("the disk says no")

    def refusing(unlink: Any, path: Path, **options: Any) -> None:
        if path.name == "a.mov":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path, **options)

    replaced(monkeypatch, importing, "publish", failing)
    replaced(monkeypatch, Path, "unlink", refusing)
    job = world.ended(world.start())
    assert (job.status, job.error) == ("FAILED_TOTAL", "the disk says no")


def test_whoever_lost_its_job_to_another_undoes_nothing(
    world: Any, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a server dropped the connection that says who lives, and another process took the job over."""
    failed = threading.Event()

    def failing(publish: Any, temporary: Path, target: Path) -> None:
        publish(temporary, target)
        library.execute("UPDATE catalogue_jobs SET owner = '7'")
        failed.set()
        raise copying.CopyFailed("the disk says no")

    replaced(monkeypatch, importing, "publish", failing)
    world.start()
    assert failed.wait(DEADLINE)
    world.catalogue.close()  # waits for what runs
    assert [path.read_bytes() for path in world.media.rglob("*.mov")] == [CLIP], "by now it is the other's"
