"""Imports that go well, and orders that are refused."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, NotFound

CLIP = bytes(range(256)) * 1000


def states(catalogue: Catalogue, storage: str) -> dict[str, str]:
    return {file.path: file.state for file in catalogue.files(storage=storage).files}


@pytest.mark.parametrize("mode", ["copy", "move"])
def test_an_import_makes_a_shape(catalogue: Catalogue, library: Any, finished: Any, mode: Any) -> None:
    source = library.storage(catalogue, "in", kind="EXTERNAL")
    media = library.storage(catalogue, "media")
    (source / "clip.mxf").write_bytes(CLIP)
    (change,) = catalogue.scan("in")
    item = catalogue.create_item({}, title="T")

    job = finished(catalogue, catalogue.import_file(item.id, change.id, mode=mode))

    assert (job.item, job.progress, job.attempts) == (item.id, 100.0, 1)
    (shape,) = catalogue.shapes(item.id)
    (file,) = shape.files
    assert (shape.tags, shape.mime_type) == (("original",), "application/mxf")
    assert (file.path, file.state, file.size) == (f"{item.id}/clip.mxf", "CLOSED", len(CLIP))
    assert file.hash == hashlib.sha256(CLIP).hexdigest()
    assert (file.item, file.shape, job.file) == (item.id, shape.id, file.id)
    assert catalogue.path_of(file).read_bytes() == CLIP
    record = catalogue.record(item.id)
    assert (record.media_type, record.shapes, record.revision) == ("video", (shape,), "2")
    assert (source / "clip.mxf").exists() == (mode == "copy")
    assert len(catalogue.files(unmanaged=True).files) == (mode == "copy")
    assert [path.name for path in media.iterdir()] == [item.id]


def test_a_placed_file_stays_where_it_is(catalogue: Catalogue, library: Any, finished: Any) -> None:
    media = library.storage(catalogue, "media")
    (media / "old.wav").write_bytes(CLIP)
    item = catalogue.create_item({})

    finished(catalogue, catalogue.import_file(item.id, media / "old.wav", mode="place", tag="sound"))

    (shape,) = catalogue.shapes(item.id)
    assert (shape.tags, shape.files[0].path, shape.files[0].state) == (("sound",), "old.wav", "CLOSED")
    assert catalogue.record(item.id).media_type == "audio"
    assert catalogue.scan("media") == []
    other = catalogue.create_item({})
    with pytest.raises(flowhost.Permanent, match=f"belongs to the item {item.id} already"):
        catalogue.import_file(other.id, media / "old.wav", mode="place")


def test_a_managed_file_that_vanishes_is_lost_and_may_come_back(
    catalogue: Catalogue, library: Any, finished: Any
) -> None:
    media = library.storage(catalogue, "media")
    (media / "a.mov").write_bytes(CLIP)
    item = catalogue.create_item({})
    finished(catalogue, catalogue.import_file(item.id, media / "a.mov", mode="place"))
    revision = catalogue.record(item.id).revision

    (media / "a.mov").rename(library.folder / "aside")
    (change,) = catalogue.scan("media")
    assert (change.action, change.item) == ("MODIFY", item.id)
    assert states(catalogue, "media") == {"a.mov": "LOST"}
    assert catalogue.record(item.id).revision > revision
    (library.folder / "aside").rename(media / "a.mov")
    catalogue.scan("media")
    assert states(catalogue, "media") == {"a.mov": "CLOSED"}


def test_import_media_takes_paths_and_file_urls(catalogue: Catalogue, library: Any, finished: Any) -> None:
    library.storage(catalogue, "media")
    path = library.folder / "a b%ü.jpg"
    path.write_bytes(CLIP)
    item = catalogue.create_item({})
    finished(catalogue, catalogue.import_media(item.id, str(path)))
    finished(catalogue, catalogue.import_media(item.id, path.as_uri()))
    first, second = catalogue.shapes(item.id)
    assert first.files[0].name == "a b%ü.jpg"
    assert second.files[0].name == "a b%ü-2.jpg", "no file takes the name of another"
    assert catalogue.record(item.id).media_type == "image"


def test_unusable_imports_are_refused_at_once(catalogue: Catalogue, library: Any) -> None:
    path = library.folder / "a.mov"
    path.write_bytes(CLIP)
    item = catalogue.create_item({})

    def refused(error: type[Exception], message: str, *arguments: Any, **options: Any) -> None:
        with pytest.raises(error, match=message):
            catalogue.import_file(*arguments, **options)

    refused(flowhost.Permanent, "add one, or make room", item.id, path)
    library.storage(catalogue, "small", capacity=len(CLIP), high_watermark=len(CLIP) - 1)
    refused(flowhost.Permanent, "no LOCAL, SHARED or REMOTE storage has room", item.id, path)
    refused(flowhost.Permanent, "'small' has room for", item.id, path, storage="small")
    refused(NotFound, "no storage", item.id, path, storage="big")
    library.storage(catalogue, "big")
    refused(NotFound, "no item", "VX-9", path)
    refused(NotFound, "no file", item.id, "VX-9")
    refused(flowhost.Permanent, "No such file", item.id, library.folder / "missing")
    refused(flowhost.Permanent, "no regular file", item.id, library.folder)
    refused(flowhost.Permanent, "lies in no storage", item.id, path, mode="place")
    refused(flowhost.Permanent, "did you mean 'move'", item.id, path, mode="mvoe")
    refused(flowhost.Permanent, "imports no https: addresses", item.id, "https://one.test/a.mov")
    refused(flowhost.Permanent, "the tag of the shape", item.id, path, tag="")
    assert catalogue.jobs() == []
    assert catalogue.files().files == ()
    assert catalogue.job("VX-1") is None and catalogue.job("x") is None


def test_planned_files_count_against_the_watermark(catalogue: Catalogue, library: Any, finished: Any) -> None:
    size = len(CLIP)
    library.storage(catalogue, "one", capacity=10 * size, high_watermark=2 * size)
    library.storage(catalogue, "two", capacity=10 * size, high_watermark=size)
    library.storage(catalogue, "out", kind="EXPORT")
    path = library.folder / "a.mov"
    path.write_bytes(CLIP)
    item = catalogue.create_item({})

    jobs = [catalogue.import_file(item.id, path) for _ in range(3)]
    with pytest.raises(flowhost.Permanent, match="no LOCAL, SHARED or REMOTE storage has room"):
        catalogue.import_file(item.id, path)
    for job in jobs:
        finished(catalogue, job)

    assert {one.name: one.used for one in catalogue.storages()} == {"one": 2 * size, "two": size, "out": 0}


def test_the_storage_of_the_source_is_no_target_when_there_is_another(
    catalogue: Catalogue, library: Any, finished: Any
) -> None:
    source = library.storage(catalogue, "one")
    (source / "a.mov").write_bytes(CLIP)
    library.storage(catalogue, "two", capacity=len(CLIP))
    item = catalogue.create_item({})
    for expected in ("two", "one"):
        job = finished(catalogue, catalogue.import_file(item.id, source / "a.mov"))
        assert catalogue.file(job.file).storage == catalogue.storage(expected).id


def test_deleting_an_item_deletes_its_files_or_lets_them_be(
    catalogue: Catalogue, library: Any, finished: Any
) -> None:
    media = library.storage(catalogue, "media")
    path = library.folder / "a.mov"
    path.write_bytes(CLIP)
    gone, kept = catalogue.create_item({}), catalogue.create_item({})
    for item in (gone, kept):
        finished(catalogue, catalogue.import_file(item.id, path))

    with pytest.raises(flowhost.Permanent, match="holds 2 files of items"):
        catalogue.remove_storage("media")
    catalogue.delete_item(gone.id)
    catalogue.delete_item(kept.id, keep_files=True)

    assert [path.name for path in media.iterdir()] == [kept.id]
    (file,) = catalogue.files().files
    assert (file.item, file.shape, file.state) == (None, None, "CLOSED")
    assert path.exists()


def test_jobs_are_listed_newest_first(catalogue: Catalogue, library: Any, finished: Any) -> None:
    library.storage(catalogue, "media")
    path = library.folder / "a.mov"
    path.write_bytes(CLIP)
    items = [catalogue.create_item({}) for _ in range(3)]
    jobs = [finished(catalogue, catalogue.import_file(item.id, path)) for item in items]
    assert catalogue.jobs() == jobs[::-1]
    assert catalogue.jobs(item=items[1].id) == [jobs[1]]
    assert catalogue.jobs(before=jobs[2].id, number=1) == [jobs[1]]
    assert catalogue.jobs(ended=False) == []
    assert catalogue.cancel_job(jobs[0].id) == jobs[0], "what has ended stays as it ended"
    with pytest.raises(NotFound):
        catalogue.cancel_job("VX-99")
    with pytest.raises(NotFound):
        catalogue.wait_for_job("nonsense")
    with pytest.raises(NotFound):
        catalogue.jobs(before="nonsense")
