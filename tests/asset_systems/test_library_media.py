"""What holds for every media library: shapes, files, the archive, access that a rule gives, the recycle bin."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost import AccessEntry, AssetJob, MediaLibrary
from flowhost.testing.services import missing

Ended = Callable[[flowhost.AssetSystem, str], AssetJob]


@pytest.fixture
def item(library: Any, media: MediaLibrary, ended: Ended) -> str:
    """An item with a file that is no film."""
    made = media.create_item({}, title="Harbour")
    job = media.import_media(made.id, library.new_file("clip.bin", b"media" * 1000))
    assert ended(media, job.id).status == "FINISHED"
    return made.id


@pytest.fixture
def film(library: Any, media: MediaLibrary, ended: Ended, tmp_path: Path) -> str:
    """An item with a film."""
    if not shutil.which("ffmpeg"):
        missing("ffmpeg is not installed (Debian: apt install ffmpeg)")
    words = "-f lavfi -i testsrc=size=64x48:rate=5:duration=1 -pix_fmt yuv420p"
    clip = tmp_path / "made.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *words.split(), str(clip)], check=True, timeout=60)
    made = media.create_item({}, title="Film")
    job = media.import_media(made.id, library.new_file("film.mp4", clip.read_bytes()))
    assert ended(media, job.id).status == "FINISHED"
    return made.id


def original(media: MediaLibrary, item: str) -> flowhost.Shape:
    (shape,) = (one for one in media.shapes(item) if "original" in one.tags)
    return shape


def test_the_original(media: MediaLibrary, item: str) -> None:
    shape = original(media, item)
    assert shape.item == item
    (file,) = shape.files
    assert (file.state, file.size, file.item, file.shape) == ("CLOSED", 5000, item, shape.id)
    storage = media.storage(file.storage)
    assert storage in media.storages()
    assert media.storage(storage.name) == storage
    assert media.variables(item)["originalFilename"] == "clip.bin"


def test_what_is_not_there(library: Any, media: MediaLibrary, item: str) -> None:
    (file,) = original(media, item).files
    for refused in (
        lambda: media.shapes("nobody"),
        lambda: media.transcode("nobody", library.tag, key="k"),
        lambda: media.shape_tag("nobody"),
        lambda: media.storage("nobody"),
        lambda: media.export("nobody", "original", library.export, "a.bin"),
        lambda: media.copy_file("nobody", "second"),
        lambda: media.copy_file(file, "nobody"),
        lambda: media.archive_item("nobody", library.policy),
        lambda: media.archive_item(item, "nobody"),
        lambda: media.restore_from_archive("nobody"),
        lambda: media.trash_item("nobody"),
        lambda: media.grant_access("nobody", AccessEntry("Desk"), origin="rule:R"),
        lambda: media.live_jobs("nobody"),
        lambda: media.stop_job("nobody"),
        lambda: media.variables("nobody"),
    ):
        with pytest.raises(flowhost.Permanent, match="nobody"):
            refused()
    assert media.delete_file("nobody") is False


def test_tags(library: Any, media: MediaLibrary) -> None:
    tag = media.shape_tag(library.tag)
    assert tag in media.shape_tags()
    assert (tag.name, tag.media_type) == (library.tag, "video")


# -- jobs


def test_an_order_with_a_key_is_one_order(media: MediaLibrary, item: str, ended: Ended) -> None:
    (file,) = original(media, item).files

    def copy(key: str) -> str:
        return media.copy_file(file, "second", key=key).id

    with ThreadPoolExecutor(4) as threads:
        (job,) = set(threads.map(copy, ["run 1"] * 8))
    assert ended(media, job).status == "FINISHED"
    assert copy("run 1") == job
    assert len(original(media, item).files) == 2
    other = copy("run 2")
    assert other != job
    assert ended(media, other).status == "FINISHED"


def test_an_order_that_was_refused_may_be_given_again(
    media: MediaLibrary, library: Any, ended: Ended
) -> None:
    made = media.create_item({})
    with pytest.raises(flowhost.Permanent):  # it has no media yet
        media.export(made.id, "original", library.export, "a.bin", key="run 1")
    job = media.import_media(made.id, library.new_file("a.bin", b"media"))
    assert ended(media, job.id).status == "FINISHED"
    job = media.export(made.id, "original", library.export, "a.bin", key="run 1")
    assert ended(media, job.id).status == "FINISHED"


def test_copies_and_the_last_of_them(media: MediaLibrary, item: str, ended: Ended) -> None:
    (file,) = original(media, item).files
    assert ended(media, media.copy_file(file, "second", "there/copy.bin").id).status == "FINISHED"
    first, copy = original(media, item).files
    assert (copy.path, copy.hash, copy.size) == ("there/copy.bin", first.hash, first.size)
    assert media.delete_file(first.id) is True
    with pytest.raises(flowhost.LastCopy):
        media.delete_file(copy.id)
    assert [one.id for one in original(media, item).files] == [copy.id]


def test_moves(media: MediaLibrary, item: str, ended: Ended) -> None:
    (file,) = original(media, item).files
    job = media.move_file(file.id, "second", key="run 1")
    assert ended(media, job.id).status == "FINISHED"
    (moved,) = original(media, item).files
    assert media.storage(moved.storage).name == "second"
    assert media.move_file(file.id, "second", key="run 1").id == job.id  # though the source is gone
    assert media.live_jobs(item) == []


def test_the_archive(library: Any, media: MediaLibrary, item: str, ended: Ended) -> None:
    with pytest.raises(flowhost.Permanent):
        media.restore_from_archive(item)
    job = media.archive_item(item, library.policy, purge=True, key="run 1")
    assert ended(media, job.id).status == "FINISHED"
    assert media.archive_item(item, library.policy, purge=True, key="run 1").id == job.id
    online = {storage.id for storage in media.storages() if storage.kind != "ARCHIVE"}
    files = original(media, item).files  # a library need not have those in the archive among them
    assert {file.state for file in files if file.storage in online} == {"ARCHIVED"}
    assert {file.state for file in files if file.storage not in online} <= {"CLOSED"}
    with pytest.raises(flowhost.LastCopy):
        media.delete_from_archive(item)
    job = media.restore_from_archive(item, key="run 2")
    assert ended(media, job.id).status == "FINISHED"
    assert media.delete_from_archive(item) == 1
    assert [file.state for file in original(media, item).files] == ["CLOSED"]


@pytest.mark.ffmpeg
def test_a_shape_is_made_once(library: Any, media: MediaLibrary, film: str, ended: Ended) -> None:
    job = media.transcode(film, library.tag, key="run 1")
    assert media.transcode(film, library.tag, key="run 1").id == job.id
    assert ended(media, job.id).status == "FINISHED"
    assert [shape.tags for shape in media.shapes(film)] == [("original",), (library.tag,)]
    with pytest.raises(flowhost.ShapeExists):
        media.transcode(film, library.tag, key="run 2")
    again = media.transcode(film, library.tag, replace=True, key="run 3")
    assert ended(media, again.id).status == "FINISHED"
    assert len(media.shapes(film)) == 2


@pytest.mark.ffmpeg
def test_media_of_another_kind(library: Any, media: MediaLibrary, film: str) -> None:
    other = next(tag.name for tag in media.shape_tags() if tag.media_type == "audio")
    with pytest.raises(flowhost.MediaTypeMismatch):
        media.transcode(film, other)
    with pytest.raises(flowhost.MediaTypeMismatch):
        media.export(film, other, library.export, "a.wav")


@pytest.mark.ffmpeg
def test_jobs_that_go_on_and_that_are_stopped(
    library: Any, media: MediaLibrary, film: str, ended: Ended
) -> None:
    job = media.transcode(film, library.tag)
    assert [one.id for one in media.live_jobs(film)] in ([job.id], [])
    media.stop_job(job.id)
    assert ended(media, job.id).status in ("ABORTED", "FINISHED")
    assert media.live_jobs(film) == []
    media.stop_job(job.id)  # one that has ended


# -- access and the end


def test_access_is_granted_and_withdrawn_by_its_origin(media: MediaLibrary) -> None:
    one, two = (media.create_item({}).id for _ in range(2))
    desk, kept = AccessEntry("Desk", permission="WRITE"), AccessEntry("Archive", permission="ALL")
    media.set_access(one, [kept])
    assert media.grant_access(one, desk, origin="rule:R") is True
    assert media.grant_access(one, desk, origin="rule:R") is False
    media.grant_access(two, desk, origin="rule:R")
    media.grant_access(two, desk, origin="rule:S")
    assert desk in media.access(one)
    assert media.items_with_access_from("rule:R") == [one, two]
    assert media.withdraw_access("rule:R", one) == 1
    assert media.access(one) == (kept,)
    assert media.withdraw_access("rule:R") == 1
    assert media.items_with_access_from("rule:R") == []
    assert media.items_with_access_from("rule:S") == [two]
    with pytest.raises(flowhost.Permanent):
        media.grant_access(one, desk, origin="")


def test_the_recycle_bin(media: MediaLibrary) -> None:
    item = media.create_item({}, title="Harbour").id
    assert media.trash_item(item) is True
    assert media.trash_item(item, timedelta(days=3)) is False
    assert item not in {one.id for one in media.items().items}


def test_a_link_names_the_item(media: MediaLibrary) -> None:
    item = media.create_item({}).id
    assert item in media.link(item)


def test_what_is_marked_is_changed_all_the_same(media: MediaLibrary, names: Any) -> None:
    with media.marked("run 7"):
        item = media.create_item({}, title="Harbour")
        assert media.set_metadata(item.id, {names.owner: ["Ada"]}).fields[names.owner] == ("Ada",)
