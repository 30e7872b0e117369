"""What is known of media once it is imported."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.catalogue import Catalogue, Component
from flowhost_plugins.catalogue.media import probing

pytestmark = pytest.mark.ffmpeg


@pytest.fixture
def imported(catalogue: Catalogue, library: Any, clips: Path, finished: Any) -> Any:
    """Imports a clip under a name and returns the item's record and the job."""
    library.storage(catalogue, "media")

    def importing(clip: str | bytes, name: str, **options: Any) -> Any:
        source = library.folder / name
        if isinstance(clip, bytes):
            source.write_bytes(clip)
        else:
            shutil.copy(clips / clip, source)
        item = catalogue.create_item({}, title="T")
        job = finished(catalogue, catalogue.import_file(item.id, source, **options))
        return catalogue.record(item.id), job

    return importing


def test_a_film_tells_its_streams(imported: Any) -> None:
    record, job = imported("clip.mp4", "film.mp4")
    assert (record.media_type, job.remark, record.revision) == ("video", "", "2")
    (shape,) = record.shapes
    container, video, audio = shape.components
    assert (container.kind, container.codec, container.duration) == ("container", "mov", 2.0)
    assert container.bit_rate and container.bit_rate > 10_000
    assert (video.kind, video.codec, video.width, video.height) == ("video", "h264", 320, 240)
    assert (video.frame_rate, video.pixel_format) == ("25/1", "yuv420p")
    assert (audio.kind, audio.codec, audio.channels, audio.sample_rate) == ("audio", "aac", 1, 44_100)
    assert {name: values[0] for name, values in record.fields.items()} == {
        "title": "T",
        "originalFilename": "film.mp4",
        "mimeType": "video/mp4",
        "originalFormat": "mov",
        "originalVideoCodec": "h264",
        "originalAudioCodec": "aac",
        "originalWidth": "320",
        "originalHeight": "240",
        "durationSeconds": "2",
        "durationTimeCode": "50@25",
    }


@pytest.mark.parametrize(
    ("clip", "name", "media_type", "mime_type"),
    [
        ("clip.mp4", "film.wav", "video", "video/mp4"),
        ("clip.mp4", "film", "video", "video/mp4"),
        ("sound.wav", "sound.mp4", "audio", "audio/x-wav"),
        ("cover.mp3", "song.mp3", "audio", "audio/mpeg"),
        ("picture.png", "picture.mxf", "image", "image/png"),
        ("picture.png", "100%d 50%.png", "image", "image/png"),
    ],
)
def test_the_content_counts_not_the_name(
    imported: Any, clip: str, name: str, media_type: str, mime_type: str
) -> None:
    record, job = imported(clip, name)
    assert (record.media_type, record.shapes[0].mime_type, job.remark) == (media_type, mime_type, "")


def test_a_picture_has_no_duration(imported: Any) -> None:
    record, _ = imported("picture.png", "a.png")
    container, picture = record.shapes[0].components
    assert container == Component("container", "png_pipe")
    assert (picture.kind, picture.width, picture.height) == ("binary", 321, 241)
    assert "durationSeconds" not in record.fields
    assert record.fields["originalWidth"] == ("321",)


def test_the_length_of_sound_is_told_in_samples(imported: Any) -> None:
    record, _ = imported("sound.wav", "a.wav")
    assert record.fields["durationTimeCode"] == ("48000@48000",)
    assert "originalVideoCodec" not in record.fields


@pytest.mark.parametrize(
    ("data", "name", "media_type", "reason"),
    [
        (bytes(range(256)) * 1000, "a.mov", "video", "moov atom not found"),
        (bytes(range(256)) * 1000, "a.jpg", "image", "neither a picture nor sound"),
        (b"", "a.wav", "audio", "Invalid data found"),
        (b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "a.mp4", "video", "nothing is known of its media"),
        (b"words\n" * 100, "a.bin", "data", "nothing is known of its media"),
    ],
    # not the bytes: pytest passes the name of a test to the programs that it starts
    ids=["video", "image", "audio", "playlist", "words"],
)
def test_what_cannot_be_read_is_what_its_name_says(
    imported: Any, data: bytes, name: str, media_type: str, reason: str
) -> None:
    record, job = imported(data, name)
    assert record.media_type == media_type
    assert record.shapes[0].components == ()
    assert reason in job.remark
    assert "durationSeconds" not in record.fields
    assert record.fields["originalFilename"] == (name,)


def test_documents_are_not_looked_into(imported: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_asked", None)
    record, job = imported(b"<a/>", "a.xml")
    assert (record.media_type, job.remark) == ("data", "")


def test_another_rendition_says_nothing_of_the_original(imported: Any) -> None:
    record, _ = imported("clip.mp4", "film.mp4", tag="lowres")
    assert len(record.shapes[0].components) == 3
    assert list(record.fields) == ["title"]


def test_media_is_looked_into_again(
    catalogue: Catalogue, imported: Any, finished: Any, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setenv("PATH", "/nowhere")
        away.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
        record, job = imported("sound.wav", "film.mp4")
        assert "there is no ffmpeg in PATH" in job.remark
        assert record.media_type == "video"
        with pytest.raises(flowhost.Unavailable, match="apt install ffmpeg"):
            catalogue.analyze(record.id)
    finished(catalogue, catalogue.analyze(record.id))
    after = catalogue.record(record.id)
    assert after.media_type == "audio"
    assert after.fields["originalFilename"] == ("film.mp4",)
    assert after.fields["durationSeconds"] == ("1",)
    assert [one.kind for one in after.shapes[0].components] == ["container", "audio"]
    assert "shape" in {one.kind for one in catalogue.changes() if one.action == "MODIFY"}
    broken, _ = imported(b"1" * 1000, "broken.mov")
    failed = catalogue.wait_for_job(catalogue.analyze(broken.id).id, 60)
    assert failed.status == "FAILED_TOTAL"
    assert "Invalid data found" in failed.error


def test_without_ffprobe_ffmpeg_is_asked(imported: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from flowhost_plugins.catalogue.media.ffmpeg import Ffmpeg

    asked, _ = imported("clip.mp4", "film.mp4")
    monkeypatch.setattr(Ffmpeg, "prober", lambda _self: None)
    read, job = imported("clip.mp4", "film.mp4")
    assert job.remark == ""
    assert read.fields == asked.fields
    for one, other in zip(asked.shapes[0].components, read.shapes[0].components, strict=True):
        assert (one.kind, one.codec, one.width, one.height) == (
            other.kind,
            other.codec,
            other.width,
            other.height,
        )
        assert (one.frame_rate, one.pixel_format) == (other.frame_rate, other.pixel_format)
        assert (one.channels, one.sample_rate) == (other.channels, other.sample_rate)
    picture, _ = imported("picture.png", "a.png")
    assert (picture.media_type, picture.fields["originalWidth"]) == ("image", ("321",))
    song, _ = imported("cover.mp3", "a.mp3")
    assert song.media_type == "audio"
    broken, job = imported(b"1" * 1000, "broken.mov")
    assert (broken.media_type, "Invalid data found" in job.remark) == ("video", True)
