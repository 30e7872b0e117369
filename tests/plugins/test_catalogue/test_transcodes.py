"""Shapes, pictures and deliveries that ffmpeg makes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import (
    Catalogue,
    MediaTypeMismatch,
    NotFound,
    ShapeExists,
    ShapeTag,
)

pytestmark = pytest.mark.ffmpeg


@pytest.fixture
def world(catalogue: Catalogue, library: Any, clips: Path, finished: Any) -> Any:
    """A catalogue with a storage, a place to deliver to, and a film; more items by `new`."""

    class World:
        def __init__(self) -> None:
            self.catalogue = catalogue
            self.media: Path = library.storage(catalogue, "media")
            self.out: Path = library.storage(catalogue, "out", kind="EXPORT")
            self.film = self.new("clip.mp4")

        def new(self, clip: str) -> str:
            item = catalogue.create_item({}).id
            finished(catalogue, catalogue.import_file(item, clips / clip))
            return item

        def shape(self, item: str, tag: str) -> Any:
            (shape,) = (one for one in catalogue.shapes(item) if tag in one.tags)
            return shape

        def done(self, job: flowhost.AssetJob) -> Any:
            return finished(catalogue, job)

        def left(self) -> list[str]:
            return sorted(path.name for path in self.media.rglob("*") if path.is_file())

    return World()


@pytest.mark.parametrize(
    ("clip", "tag", "name", "mime_type", "components"),
    [
        ("clip.mp4", "lowres", "clip-lowres.mp4", "video/mp4", [("video", "h264"), ("audio", "aac")]),
        (
            "clip.mp4",
            "prores",
            "clip-prores.mov",
            "video/quicktime",
            [("video", "prores"), ("audio", "pcm_s24le")],
        ),
        ("sound.wav", "lowaudio", "sound-lowaudio.m4a", None, [("audio", "aac")]),
        ("sound.wav", "mp3", "sound-mp3.mp3", "audio/mpeg", [("audio", "mp3")]),
        ("cover.mp3", "wav", "cover-wav.wav", "audio/x-wav", [("audio", "pcm_s16le")]),
        ("picture.png", "jpg", "picture-jpg.jpg", "image/jpeg", [("binary", "mjpeg")]),
    ],
)
def test_stock_tags(
    world: Any, clip: str, tag: str, name: str, mime_type: str | None, components: list[Any]
) -> None:
    item = world.new(clip)
    fields = world.catalogue.record(item).fields
    job = world.done(world.catalogue.transcode(item, tag))
    assert (job.kind, job.item, job.progress) == ("TRANSCODE", item, 100.0)
    shape = world.shape(item, tag)
    assert mime_type in (None, shape.mime_type)
    assert [(one.kind, one.codec) for one in shape.components[1:]] == components
    (file,) = shape.files
    assert (file.name, file.state, file.id) == (name, "CLOSED", job.file)
    data = world.catalogue.path_of(file).read_bytes()
    assert (file.size, file.hash) == (len(data), hashlib.sha256(data).hexdigest())
    assert world.catalogue.record(item).fields == fields, "the original's are the item's"
    assert world.catalogue.scan("media") == []


def test_pictures_fit_into_their_box_and_are_never_enlarged(world: Any) -> None:
    catalogue = world.catalogue
    catalogue.set_shape_tag(ShapeTag("tiny", "video", "mp4", ".mp4", "libx264", "aac", 100, 100))
    catalogue.set_shape_tag(ShapeTag("huge", "video", "mp4", ".mp4", "libx264", "aac", 4000, 4000))
    catalogue.set_shape_tag(ShapeTag("narrow", "video", "mp4", ".mp4", "libx264", "", 101))
    sizes = {}
    for tag in ("tiny", "huge", "narrow"):
        world.done(catalogue.transcode(world.film, tag))
        video = world.shape(world.film, tag).components[1]
        sizes[tag] = (video.width, video.height)
    assert sizes["tiny"] in ((100, 74), (100, 76))
    assert sizes["huge"] == (320, 240)
    assert sizes["narrow"] == (100, 76)


def test_what_cannot_be_transcoded_is_refused_at_once(world: Any) -> None:
    catalogue = world.catalogue
    jobs = catalogue.jobs()

    def refused(error: type[Exception], message: str, *arguments: Any, **options: Any) -> None:
        with pytest.raises(error, match=message):
            catalogue.transcode(*arguments, **options)

    sound, document = world.new("sound.wav"), catalogue.create_item({}).id
    jobs = catalogue.jobs()
    refused(
        MediaTypeMismatch,
        f"the item {world.film} is video, the shape tag 'lowimage' is for image",
        world.film,
        "lowimage",
    )
    refused(MediaTypeMismatch, "is audio, the shape tag 'lowres' is for video", sound, "lowres")
    refused(NotFound, "no shape-tag 'lowrse'", world.film, "lowrse")
    refused(NotFound, "no item", "VX-99", "lowres")
    refused(flowhost.Permanent, "is a placeholder", document, "lowres")
    refused(
        flowhost.Permanent,
        "no complete file of the shape 'mezzanine'",
        world.film,
        "lowres",
        source_tag="mezzanine",
    )
    refused(flowhost.Permanent, "the time-out is 0", world.film, "lowres", timeout=0)
    refused(NotFound, "no storage", world.film, "lowres", storage="nowhere")
    assert issubclass(MediaTypeMismatch, flowhost.Permanent)
    assert catalogue.jobs() == jobs


def test_a_shape_is_replaced_only_when_that_is_wanted(world: Any) -> None:
    catalogue = world.catalogue
    world.done(catalogue.transcode(world.film, "lowres"))
    first = world.shape(world.film, "lowres")
    with pytest.raises(ShapeExists, match="has a shape 'lowres' already"):
        catalogue.transcode(world.film, "lowres")
    world.done(catalogue.transcode(world.film, "lowres", replace=True))
    second = world.shape(world.film, "lowres")
    assert second.id != first.id
    assert world.left() == ["clip-lowres-2.mp4", "clip.mp4"]
    assert {one.shape for one in catalogue.files(storage="media").files} == {
        second.id,
        world.shape(world.film, "original").id,
    }
    assert catalogue.delete_shape(second.id) is True
    assert catalogue.delete_shape(second.id) is False
    assert world.left() == ["clip.mp4"]


def test_jobs_for_one_tag_do_not_meet(world: Any) -> None:
    slow = ShapeTag("slow", "video", "mp4", ".mp4", "libx264", arguments=("-vf", "loop=2000:50"))
    world.catalogue.set_shape_tag(slow)
    job = world.catalogue.transcode(world.film, "slow")
    with pytest.raises(ShapeExists, match=f"the job {job.id} makes a shape 'slow'"):
        world.catalogue.transcode(world.film, "slow", replace=True)
    world.catalogue.cancel_job(job.id)
    assert world.catalogue.wait_for_job(job.id, 60).status == "ABORTED"


def test_pictures_of_films(world: Any) -> None:
    catalogue = world.catalogue
    world.done(catalogue.thumbnail(world.film))
    first = world.shape(world.film, "thumbnail")
    assert (first.mime_type, first.components[1].width) == ("image/jpeg", 320)
    world.done(catalogue.thumbnail(world.film, at=1.5))
    second = world.shape(world.film, "thumbnail")
    assert second.files[0].hash != first.files[0].hash, "it is another moment"
    with pytest.raises(ShapeExists):
        catalogue.thumbnail(world.film, replace=False)
    late = catalogue.wait_for_job(catalogue.thumbnail(world.film, at=2).id, 60)
    assert (late.status, "no picture at 2 seconds" in late.error) == ("FAILED_TOTAL", True)
    assert world.shape(world.film, "thumbnail") == second, "a failure replaces nothing"
    picture = world.new("picture.png")
    world.done(catalogue.thumbnail(picture, tag="lowimage"))
    assert world.shape(picture, "lowimage").components[1].width == 320
    with pytest.raises(MediaTypeMismatch):
        catalogue.thumbnail(world.new("sound.wav"))
    with pytest.raises(MediaTypeMismatch, match="expected one for image"):
        catalogue.thumbnail(picture, tag="mp3")
    with pytest.raises(flowhost.Permanent, match="expected seconds from 0"):
        catalogue.thumbnail(picture, at=-1)


def test_deliveries(world: Any, clips: Path) -> None:
    catalogue = world.catalogue
    job = world.done(catalogue.export(world.film, "original", "out", "today/a film.mp4"))
    assert (job.kind, job.item) == ("EXPORT", world.film)
    assert (world.out / "today/a film.mp4").read_bytes() == (clips / "clip.mp4").read_bytes()
    file = catalogue.file(job.file)
    assert (file.item, file.state, file.path) == (None, "CLOSED", "today/a film.mp4")
    world.done(catalogue.export(world.film, "lowres", "out", "made.mp4"))
    assert [one.tags for one in catalogue.shapes(world.film)] == [("original",)], "it is for others"
    world.done(catalogue.transcode(world.film, "lowres"))
    world.done(catalogue.export(world.film, "lowres", "out", "copied.mp4"))
    lowres = world.shape(world.film, "lowres")
    assert hashlib.sha256((world.out / "copied.mp4").read_bytes()).hexdigest() == lowres.files[0].hash
    assert sorted(path.name for path in world.out.rglob("*")) == [
        "a film.mp4",
        "copied.mp4",
        "made.mp4",
        "today",
    ]

    def refused(error: type[Exception], message: str, *arguments: Any) -> None:
        with pytest.raises(error, match=message):
            catalogue.export(*arguments)

    refused(
        flowhost.Permanent,
        "there is a file 'copied.mp4' in the storage 'out' already",
        world.film,
        "lowres",
        "out",
        "copied.mp4",
    )
    refused(flowhost.Permanent, "expected one of the kind EXPORT", world.film, "lowres", "media", "a.mp4")
    refused(flowhost.Permanent, "is not one within it", world.film, "", "out", "../a.mp4")
    refused(MediaTypeMismatch, "is for audio", world.film, "wav", "out", "a.wav")
    refused(NotFound, "no shape-tag", world.film, "nothing", "out", "a.wav")


def test_room_is_kept_from_the_order_on(world: Any, library: Any) -> None:
    catalogue = world.catalogue
    size = catalogue.files(item=world.film).files[0].size
    library.storage(catalogue, "small", capacity=10 * size, high_watermark=size)
    exact = ShapeTag("exact", "video", "mp4", ".mp4", "libx264", "aac", video_bit_rate=8 * size)
    catalogue.set_shape_tag(exact)
    with pytest.raises(flowhost.Permanent, match="'small' has room for"):
        catalogue.transcode(world.film, "exact", storage="small")
    catalogue.set_shape_tag(ShapeTag("raw", "video", "avi", ".avi", "rawvideo"))
    job = catalogue.transcode(world.film, "raw", storage="small")
    assert catalogue.storage("small").used in (0, size)
    ended = catalogue.wait_for_job(job.id, 60)
    assert ended.status == "FAILED_TOTAL"
    assert "the storage 'small' has no room for it: the file has" in ended.error
    assert list((library.folder / "small").rglob("*")) == []
    assert catalogue.storage("small").used == 0


def test_progress_is_told_while_it_runs(file_library: Any, clips: Path, finished: Any) -> None:
    catalogue = file_library.open(clock=flowhost.SystemClock())
    file_library.storage(catalogue, "media")
    item = catalogue.create_item({}).id
    finished(catalogue, catalogue.import_file(item, clips / "clip.mp4"))
    slowly = ("-vf", "loop=1:50,realtime", "-an", "-preset", "ultrafast", "-tune", "zerolatency")
    catalogue.set_shape_tag(ShapeTag("slow", "video", "mp4", ".mp4", "libx264", arguments=slowly))
    seen: list[float] = []
    listening = catalogue.listen(lambda _change: None)
    job = catalogue.transcode(item, "slow")
    while not (now := catalogue.job(job.id)).ended:  # type: ignore[union-attr]  # it is there
        seen.append(now.progress)  # type: ignore[union-attr]  # it is there
    listening.close()
    assert seen == sorted(seen)
    assert any(0 < one < 100 for one in seen)
    assert now and (now.status, now.progress) == ("FINISHED", 100.0)
