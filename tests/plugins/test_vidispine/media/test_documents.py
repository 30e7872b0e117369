"""What documents say in the words of the role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine.documents import File, Shape, ShapeTag, Storage
from flowhost_plugins.vidispine.media.files import file_of
from flowhost_plugins.vidispine.media.shape_tags import media_type
from flowhost_plugins.vidispine.media.shapes import shape_of
from flowhost_plugins.vidispine.media.storages import storage_of


def a_file(number: int = 7, **more: Any) -> dict[str, Any]:
    known = {"id": f"VX-{number}", "path": "a/b.mp4", "state": "CLOSED", "size": 10, "storage": "VX-1"}
    return known | {"hash": "ab", "timestamp": "2021-03-09T15:04:43.603+0000", "uri": []} | more


BASE = {"numerator": 1, "denominator": 25}


def test_a_file_of_several_components_is_one_file() -> None:
    document = {
        "id": "VX-56",
        "tag": ["original"],
        "mimeType": ["video/mp4"],
        "created": "2021-03-09T15:04:43.603+0000",
        "containerComponent": {
            "id": "VX-1",
            "file": [a_file()],
            "format": "mov,mp4",
            "duration": {"samples": 2000000, "timeBase": {"numerator": 1, "denominator": 1000000}},
        },
        "videoComponent": [
            {
                "id": "VX-2",
                "file": [a_file()],
                "codec": "h264",
                "bitrate": "5000",
                "timeBase": BASE,
                "resolution": {"width": 64, "height": 48},
                "pixelFormat": "yuv420p",
                "duration": {"samples": 50, "timeBase": BASE},
            }
        ],
        "audioComponent": [
            {
                "id": "VX-3",
                "file": [a_file(), a_file(8)],
                "codec": "aac",
                "channelCount": 2,
                "timeBase": {"numerator": 1, "denominator": 48000},
            }
        ],
        "somethingNew": {"kept": True},
    }
    shape = shape_of(Shape.from_json(document), "VX-9")
    assert [file.id for file in shape.files] == ["VX-7", "VX-8"]
    assert (shape.files[0].item, shape.files[0].shape, shape.mime_type) == ("VX-9", "VX-56", "video/mp4")
    container, video, audio = shape.components
    assert (container.kind, container.duration, container.codec) == ("container", 2.0, "mov,mp4")
    assert video == flowhost.Component("video", "h264", 2.0, 5000, 64, 48, "25/1", "yuv420p")
    assert (audio.kind, audio.codec, audio.channels, audio.sample_rate) == ("audio", "aac", 2, 48000)


@pytest.mark.parametrize(
    "size",
    [
        {"mediaInfo": {"property": [{"key": "Width", "value": "64"}, {"key": "Height", "value": "48"}]}},
        {"resolution": {"width": 64, "height": 48}},
    ],
)
def test_a_picture(size: dict[str, Any]) -> None:
    component = {"file": [a_file()], "format": "png", **size}
    document = {"id": "VX-1", "tag": "original", "binaryComponent": [component]}
    shape = shape_of(Shape.from_json(document), "VX-9")
    assert shape.components == (flowhost.Component("binary", "png", width=64, height=48),)
    assert (shape.tags, len(shape.files), shape.created) == (("original",), 1, None)


@pytest.mark.parametrize(
    ("state", "known"),
    [
        ("CLOSED", "CLOSED"),
        ("BEING_READ", "CLOSED"),
        ("NONE", "OPEN"),
        ("MISSING", "LOST"),
        ("AWAITING_SYNC", "TO_APPEAR"),
        ("ARCHIVED", "ARCHIVED"),
        ("NEWER", "OPEN"),
    ],
)
def test_states_of_files(state: str, known: str) -> None:
    assert file_of(File.from_json(a_file(state=state))).state == known


def test_what_is_not_known_of_a_file() -> None:
    file = file_of(
        File.from_json({"id": "VX-7", "path": "a", "state": "OPEN", "size": -1, "storage": "VX-1"})
    )
    assert (file.size, file.hash, file.modified) == (0, "", None)


def storage(**more: Any) -> flowhost.Storage:
    return storage_of(
        Storage.from_json(
            {"id": "VX-1", "type": "LOCAL", "capacity": 1500000, "freeCapacity": 500000, **more}
        )
    )


def test_watermarks_in_bytes_and_per_cent() -> None:
    bytes_ = storage(lowWatermark=1350000, highWatermark=1125000)
    assert (bytes_.used, bytes_.low_watermark, bytes_.high_watermark, bytes_.headroom) == (
        1000000,
        1350000,
        1125000,
        125000,
    )
    per_cent = storage(lowWatermarkPercentage=90, highWatermarkPercentage=75)
    assert (per_cent.low_watermark, per_cent.high_watermark) == (1350000, 1125000)
    assert storage(capacity=None, freeCapacity=None).headroom is None


def test_names_and_folders_of_storages(tmp_path: Path) -> None:
    folder = tmp_path / "mé dia"
    folder.mkdir()
    uri = folder.as_uri() + "/"
    named = storage(
        metadata={"field": [{"key": "name", "value": "fast"}]},
        method=[{"uri": "http://elsewhere/"}, {"uri": uri, "read": True}],
    )
    assert (named.name, named.path) == ("fast", str(folder))
    assert storage(method=[{"uri": uri, "read": True}]).name == "mé dia"
    assert storage(method=[{"uri": "file:///not/here/media1/"}]).name == "media1"
    assert storage(method=[{"uri": "file:///not/here/media1/"}]).path == ""
    assert storage(method=[{"uri": uri, "read": False}]).path == ""
    assert storage().name == "VX-1"


@pytest.mark.parametrize(
    ("more", "kind", "reachable"),
    [
        ({}, "LOCAL", True),
        ({"state": "READY", "method": [{"uri": "file:///a/", "write": True}]}, "LOCAL", True),
        ({"method": [{"uri": "file:///a/", "write": False}]}, "EXTERNAL", True),
        ({"method": [{"uri": "a:/a/", "write": False}, {"uri": "file:///a/", "write": True}]}, "LOCAL", True),
        ({"state": "OFFLINE"}, "LOCAL", False),
        ({"state": "FAILED"}, "LOCAL", False),
        ({"state": "EVACUATING"}, "EXTERNAL", True),
        ({"type": "ARCHIVE", "state": "EVACUATING"}, "ARCHIVE", True),
        ({"type": "CLOUD", "state": "DREAMING"}, "EXTERNAL", True),
        ({"type": None}, "LOCAL", True),
    ],
)
def test_what_a_storage_is_for_and_whether_it_is_there(
    more: dict[str, Any], kind: str, reachable: bool
) -> None:
    assert (storage(**more).kind, storage(**more).reachable) == (kind, reachable)


@pytest.mark.parametrize(
    ("preset", "kind"),
    [
        ({"format": "mp4", "video": {"codec": "h264"}, "audio": {"codec": "aac"}}, "video"),
        ({"format": "mp4", "video": {"codec": "h264"}}, "video"),
        ({"format": "wav", "audio": {"codec": "pcm_s16le"}}, "audio"),
        ({"format": "jpeg", "video": {"codec": "mjpeg"}}, "image"),
        ({"format": "png"}, "image"),
        ({}, None),
    ],
)
def test_what_a_shape_tag_is_for(preset: dict[str, Any], kind: str | None) -> None:
    assert media_type(ShapeTag.from_json(preset)) == kind
