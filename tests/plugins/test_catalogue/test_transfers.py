"""Files that are copied and moved between storages."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue
from flowhost_plugins.catalogue.machine import copying
from flowhost_plugins.catalogue.processing import exporting, transferring
from flowhost_plugins.catalogue.trash import deletion

DEADLINE = 60.0
CLIP = bytes(range(256)) * 1000


@pytest.fixture
def world(catalogue: Catalogue, library: Any, finished: Any) -> Any:
    """An item with one file in the storage `one`; the storage `two` is empty."""

    class World:
        def __init__(self) -> None:
            self.catalogue = catalogue
            self.one: Path = library.storage(catalogue, "one")
            self.two: Path = library.storage(catalogue, "two")
            source = library.folder / "a.xml"
            source.write_bytes(CLIP)
            self.item = catalogue.create_item({}).id
            finished(catalogue, catalogue.import_file(self.item, source, storage="one"))
            (self.file,) = catalogue.files().files

        def done(self, job: Any) -> Any:
            return finished(catalogue, job)

        def ended(self, job: Any) -> Any:
            return catalogue.wait_for_job(job.id, DEADLINE)

        def copies(self) -> list[tuple[str, str]]:
            (shape,) = catalogue.shapes(self.item)
            assert all(catalogue.path_of(one).read_bytes() == CLIP for one in shape.files)
            return [(catalogue.storage(one.storage).name, one.path) for one in shape.files]

        def paths(self, folder: Path) -> list[str]:
            return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())

        def assert_untouched(self) -> None:
            assert catalogue.files().files == (self.file,)
            assert self.copies() == [("one", f"{self.item}/a.xml")]
            assert self.paths(self.one) == [f"{self.item}/a.xml"]
            assert list(self.two.rglob("*")) == []

    return World()


def test_a_copy_is_one_more_of_its_shape(world: Any) -> None:
    catalogue = world.catalogue
    before = catalogue.record(world.item).revision
    job = world.done(catalogue.copy_file(world.file, "two"))
    assert (job.kind, job.item, job.progress) == ("COPY_FILE", world.item, 100.0)
    world.done(catalogue.copy_file(world.file.id, "two", "hires/b.xml"))
    path = f"{world.item}/a.xml"
    assert world.copies() == [("one", path), ("two", path), ("two", "hires/b.xml")]
    copy = catalogue.file(job.file)
    assert (copy.state, copy.hash, copy.size) == ("CLOSED", world.file.hash, len(CLIP))
    assert catalogue.record(world.item).revision >= before
    assert catalogue.scan("two") == []
    assert {one.kind for one in catalogue.changes() if one.id == copy.id} >= {"file"}


def test_a_name_that_is_taken(world: Any) -> None:
    catalogue = world.catalogue
    world.done(catalogue.copy_file(world.file, "one"))
    assert world.copies()[1] == ("one", f"{world.item}/a-2.xml")
    with pytest.raises(flowhost.Permanent, match=r"there is a file .*a-2\.xml' in the storage 'one' already"):
        catalogue.copy_file(world.file, "one", f"{world.item}/a-2.xml")
    (world.two / "b.xml").write_bytes(b"theirs")
    with pytest.raises(flowhost.Permanent, match=r"there is a file 'b\.xml'"):
        catalogue.copy_file(world.file, "two", "b.xml")


def test_a_move_leaves_nothing_behind(world: Any) -> None:
    job = world.done(world.catalogue.move_file(world.file, "two", "hires/b.xml"))
    assert job.kind == "MOVE_FILE"
    assert world.copies() == [("two", "hires/b.xml")]
    assert list(world.one.rglob("*")) == [], "nor the folder that was made for the item"
    assert world.catalogue.files().files == (world.catalogue.file(job.file),)


@pytest.mark.parametrize("links", [True, False])
def test_a_move_within_a_storage_gives_another_name(
    world: Any, library: Any, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    seen = (world.one / world.file.path).stat().st_ino
    if not links:

        def refusing(*_arguments: Any, **_options: Any) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refusing)
        monkeypatch.setattr(Path, "hardlink_to", refusing)
    world.done(world.catalogue.move_file(world.file, "one", "hires/b.xml"))
    assert world.copies() == [("one", "hires/b.xml")]
    assert world.paths(world.one) == ["hires/b.xml"]
    assert ((world.one / "hires/b.xml").stat().st_ino == seen) == links


def test_a_move_within_a_storage_needs_no_room(world: Any, catalogue: Catalogue, library: Any) -> None:
    full = library.storage(catalogue, "full", capacity=len(CLIP))
    world.done(catalogue.copy_file(world.file, "full", "a.xml"))
    (copy,) = catalogue.files(storage="full").files
    world.done(catalogue.move_file(copy, "full", "b.xml"))
    assert world.paths(full) == ["b.xml"]
    with pytest.raises(flowhost.Permanent, match="'full' has room for 0 bytes"):
        catalogue.copy_file(world.file, "full", "c.xml")


def test_unmanaged_files_are_moved_too(world: Any) -> None:
    (world.one / "loose.xml").write_bytes(b"1")
    world.catalogue.scan("one")
    (loose,) = world.catalogue.files(unmanaged=True).files
    with pytest.raises(flowhost.Permanent, match="is OPEN; scan its storage"):
        world.catalogue.move_file(loose, "two")
    world.catalogue.scan("one")
    world.done(world.catalogue.move_file(loose, "two"))
    (moved,) = world.catalogue.files(unmanaged=True).files
    assert (moved.path, moved.item, world.paths(world.two)) == ("loose.xml", None, ["loose.xml"])


@pytest.mark.parametrize(
    "path",
    [
        "../out.xml",
        "/etc/x",
        "a/../../x",
        "a//b",
        "",
        ".hidden",
        "a/.b/c",
        "a\0b",
        "a\nb",
        "a/",
        "x" * 201,
        "link/x",
    ],
)
def test_no_path_leads_out(world: Any, path: str) -> None:
    (world.two / "link").symlink_to(world.one)
    with pytest.raises(flowhost.Permanent, match=r"the path .* in the storage 'two'"):
        world.catalogue.copy_file(world.file, "two", path)
    (world.two / "link").unlink()
    world.assert_untouched()
    assert [job.kind for job in world.catalogue.jobs()] == ["IMPORT"]


def test_a_link_that_comes_later(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    held = transferring.Transferring._source

    def linking(self: Any, number: int) -> Any:
        (world.two / "a").symlink_to(world.one)
        return held(self, number)

    monkeypatch.setattr(transferring.Transferring, "_source", linking)
    ended = world.ended(world.catalogue.copy_file(world.file, "two", "a/b.xml"))
    assert (ended.status, "has become a link" in ended.error) == ("FAILED_TOTAL", True)
    (world.two / "a").unlink()
    world.assert_untouched()


@pytest.mark.parametrize("move", [True, False])
def test_a_source_that_is_damaged_is_not_spread(world: Any, move: bool) -> None:
    path = world.one / world.file.path
    path.write_bytes(CLIP[:-1] + b"x")
    order = world.catalogue.move_file if move else world.catalogue.copy_file
    for storage in ("two", "one"):
        ended = world.ended(order(world.file, storage, "b.xml"))
        assert (ended.status, "is damaged: its checksum is" in ended.error) == ("FAILED_TOTAL", True)
    path.write_bytes(CLIP)
    world.assert_untouched()


def test_a_damaged_copy_never_has_a_name(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write = copying._write

    def flipping(source: Path, temporary: Path, each: Any) -> Any:
        digest = write(source, temporary, each)
        with temporary.open("r+b") as file:
            file.write(b"xx")
        return digest

    monkeypatch.setattr(copying, "_write", flipping)
    ended = world.ended(world.catalogue.move_file(world.file, "two"))
    assert (ended.status, "is damaged" in ended.error) == ("FAILED_TOTAL", True)
    world.assert_untouched()


def test_what_is_in_the_tables_is_never_undone(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(_self: Any, _numbers: list[int]) -> str:
        raise KeyError("oh")

    monkeypatch.setattr(deletion.Deletion, "finish_all", mistaken)
    ended = world.ended(world.catalogue.move_file(world.file, "two", "b.xml"))
    assert (ended.status, "made a mistake: KeyError" in ended.error) == ("FAILED_TOTAL", True)
    monkeypatch.undo()
    world.catalogue.scan("one")
    assert world.copies() == [("two", "b.xml")]
    assert world.catalogue.scan("two") == []


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Holds jobs while they copy."""

    class Held:
        begun = threading.Event()
        go = threading.Event()

    copy = exporting.copy

    def holding(source: Path, temporary: Path, each: Any) -> Any:
        digest = copy(source, temporary, each)
        Held.begun.set()
        assert Held.go.wait(DEADLINE)
        return digest

    monkeypatch.setattr(exporting, "copy", holding)
    yield Held
    Held.go.set()


def test_a_cancel_leaves_nothing(world: Any, held: Any) -> None:
    job = world.catalogue.move_file(world.file, "two")
    assert held.begun.wait(DEADLINE)
    assert world.catalogue.storage("two").used == len(CLIP), "what is planned counts"
    world.catalogue.cancel_job(job.id)
    held.go.set()
    assert world.ended(job).status == "ABORTED"
    world.assert_untouched()
    assert world.catalogue.storage("two").used == 0


def test_a_source_that_goes_while_it_is_copied(world: Any, held: Any) -> None:
    job = world.catalogue.copy_file(world.file, "two")
    assert held.begun.wait(DEADLINE)
    assert world.catalogue.delete_file(world.file.id, last_copy=True)
    held.go.set()
    ended = world.ended(job)
    assert (ended.status, "was removed or given to another item" in ended.error) == ("FAILED_TOTAL", True)
    assert list(world.two.rglob("*")) == []
    assert world.catalogue.files().files == ()


def test_an_interrupted_move_begins_again(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def endless(_source: Path, temporary: Path, each: Any) -> None:
        temporary.write_bytes(CLIP[:10])
        begun.set()
        while True:
            each(0)  # raises as soon as the catalogue closes

    with monkeypatch.context() as patched:
        patched.setattr(exporting, "copy", endless)
        job = world.catalogue.move_file(world.file, "two")
        assert begun.wait(DEADLINE)
        world.catalogue.close()
    assert (world.paths(world.one), world.paths(world.two)) == ([f"{world.item}/a.xml"], [])
    world.catalogue.open()
    assert world.ended(job).status == "FINISHED"
    assert world.copies() == [("two", f"{world.item}/a.xml")]
    assert world.paths(world.one) == []


def test_a_source_that_cannot_be_removed_is_a_warning(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def refusing(path: Path, **options: Any) -> None:
        if path == world.one / world.file.path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refusing)
        ended = world.ended(world.catalogue.move_file(world.file, "two"))
    assert (ended.status, "cannot be deleted" in ended.error) == ("FINISHED_WARNING", True)
    assert world.catalogue.file(world.file.id).state == "TO_BE_DELETED"
    world.catalogue.scan("one")
    assert world.copies() == [("two", f"{world.item}/a.xml")]
    assert world.paths(world.one) == []
