"""Shapes, their parts and what is made of them, as the vendor's SDK asks for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer

pytestmark = pytest.mark.ffmpeg


@pytest.fixture(scope="module")
def item(module_server: VidispineServer, clip: Path) -> str:
    """An item with a film."""
    made = module_server.catalogue.create_item({}, title="Film", user="admin").id
    module_server.catalogue.import_file(made, clip)
    module_server.settle()
    return made


@pytest.fixture
def empty_item(module_server: VidispineServer) -> str:
    return module_server.catalogue.create_item({}, title="Empty", user="admin").id


@pytest.fixture
def shape(sdk: Any, item: str) -> str:
    """The original."""
    found: str = sdk.api("ShapeApi").get_shapes(item, tag=["original"]).uri[0]
    return found


def test_a_shape(sdk: Any, item: str, shape: str) -> None:
    found = sdk.api("ShapeApi").get_shape(item, shape, include_placeholder=True, method_type="AUTO")
    sdk.answered("ShapeType")
    assert (found.id, found.essence_version, found.tag) == (shape, 0, ["original"])
    [video], [audio] = found.video_component, found.audio_component
    assert (video.codec, video.resolution.width) == ("h264", 160)
    assert (audio.channel_count, audio.time_base.denominator) == (1, 48000)
    assert found.container_component.file[0].state == "CLOSED"
    assert sdk.api("ShapeApi").get_shape_mime_types(item, shape).uri == found.mime_type
    base = "/shape-tag/original"
    assert [one.endswith(base) for one in sdk.api("ShapeApi").get_shape_tags(item, shape, url=True).uri] == [
        True
    ]


def test_components(sdk: Any, item: str, shape: str) -> None:
    shapes = sdk.api("ShapeApi")
    found = shapes.get_components(item, shape).component
    sdk.answered("ComponentListType")
    assert len(found) == 3
    one = shapes.get_component(item, shape, found[0].id)
    sdk.answered("ComponentType")
    assert one.file[0].id == found[1].file[0].id
    shapes.get_component(item, shape, found[0].id, full=True)
    assert json.loads(sdk.client.last_response.data)["format"]


def test_versions(sdk: Any, sdk_package: Any, item: str, shape: str) -> None:
    shapes = sdk.api("ShapeApi")
    assert [one.id for one in shapes.get_shape_versions(item).version] == [0]
    sdk.answered("EssenceVersionListType")
    assert shape in [one.id for one in shapes.get_shape_essence_version(item, 0).shape]
    sdk.answered("EssenceVersionType")
    with pytest.raises(sdk_package.ApiException) as caught:
        shapes.get_shape_essence_version(item, 1)
    assert caught.value.status == 404


def test_metadata(sdk: Any, item: str, shape: str) -> None:
    shapes, models = sdk.api("ShapeApi"), sdk.models
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a/b c", value="ä")])
    component = shapes.get_components(item, shape).component[0].id
    for path, part in ((f"{item} {shape}".split(), "shape"), ((item, shape, component), "component")):
        assert getattr(shapes, f"update_{part}_metadata")(*path, pairs) is None
        found = getattr(shapes, f"get_{part}_metadata")(*path)
        assert [(one.key, one.value) for one in found.field] == [("a/b c", "ä")]
        assert getattr(shapes, f"get_{part}_metadata_key")(*path, "a/b c") == "ä"
        getattr(shapes, f"update_{part}_metadata_key")(*path, "more", "text")
        getattr(shapes, f"delete_{part}_metadata_key")(*path, "a/b c")
        assert [one.key for one in getattr(shapes, f"get_{part}_metadata")(*path).field] == ["more"]
        getattr(shapes, f"delete_{part}_metadata")(*path)
        assert getattr(shapes, f"get_{part}_metadata")(*path).field is None


def test_files(sdk: Any, item: str, shape: str) -> None:
    found = sdk.api("ShapeApi").get_shape_files(item, shape, closed_files=True, include_item=True)
    sdk.answered("FileListType")
    assert found.file[0].item[0].shape[0].id == shape


def test_tags(sdk: Any, item: str, shape: str) -> None:
    shapes = sdk.api("ShapeApi")
    assert shapes.add_shape_tag(item, shape, "lowres") is None
    assert set(shapes.get_shape_tags(item, shape).uri) == {"original", "lowres"}
    assert shapes.remove_shape_tag(item, shape, "lowres") is None


def test_new_ones(sdk: Any, empty_item: str) -> None:
    shapes, models = sdk.api("ShapeApi"), sdk.models
    made = shapes.import_shape_create(empty_item, models.ShapeType(), tag="lowres")
    assert sdk.answered("ShapeType") == {"id": made.id, "essenceVersion": 0, "tag": ["lowres"]}
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a", value="b")])
    awaited = shapes.create_shape_placeholder(empty_item, pairs, container=1, tag="mp3")
    assert shapes.get_shapes(empty_item).uri == [made.id]
    assert shapes.get_shapes(empty_item, placeholder="true").uri == [awaited]
    assert shapes.get_shape(empty_item, awaited).metadata.field[0].value == "b"
    rest = shapes.delete_shape(empty_item, made.id, keep_files=True, url=True)
    assert rest.uri is None
    assert shapes.delete_shapes(empty_item) is None
    assert shapes.get_shapes(empty_item, placeholder="all", version="all").uri is None


def test_media_for_more(sdk: Any, module_server: VidispineServer, empty_item: str, clip: Path) -> None:
    shapes = sdk.api("ShapeApi")
    named = shapes.import_shape(empty_item, uri=clip.as_uri(), tag="original", priority="HIGH")
    sdk.answered("JobType")
    assert (named.type, named.priority) == ("SHAPE_IMPORT", "HIGH")
    module_server.settle()
    sent = shapes.import_shape_raw(empty_item, clip.read_bytes(), tag="lowres,web", filename="x.mp4")
    assert sent.type == "SHAPE_IMPORT"
    module_server.settle()
    assert sdk.api("JobApi").get_job(sent.job_id).status == "FINISHED"
    [made] = shapes.get_shapes(empty_item, tag=["web"]).uri
    assert shapes.get_shape(empty_item, made).container_component.file[0].size == clip.stat().st_size


def test_what_is_made_of_a_shape(
    sdk: Any, module_server: VidispineServer, item: str, shape: str, tmp_path: Path
) -> None:
    shapes = sdk.api("ShapeApi")
    uri = f"{tmp_path.as_uri()}/out.mp4"
    jobs = (
        shapes.create_shape_transcode_job(item, shape, tag=["lowres"], create_posters="2@PAL"),
        shapes.create_shape_export_job(item, shape, uri=uri, allow_missing=False, metadata=False),
        shapes.create_shape_thumbnail_job(item, shape, create_thumbnails=True, create_posters="5@25"),
        shapes.create_shape_deduction_job(item, shape),
    )
    module_server.settle()
    assert [one.type for one in jobs] == ["TRANSCODE", "EXPORT", "THUMBNAIL", "SHAPE_UPDATE"]
    for one in jobs:
        found = sdk.api("JobApi").get_job(one.job_id, metadata=True)
        assert (found.status, one.type) == ("FINISHED", one.type)
    assert (tmp_path / "out.mp4").is_file()
    resource = sdk.api("PosterResourceApi")
    assert resource.get_posters("VX-1", item).uri == ["2@25", "5@25"]


def test_pictures(sdk: Any, item: str) -> None:
    resource, picture = sdk.api("ThumbnailResourceApi"), b"\x89PNG and so on"
    where = resource.update_or_create_thumbnail("VX-1", item, "7@25", picture)
    assert where in resource.get_thumbnails("VX-1", item, url=True).uri
    assert where not in resource.get_thumbnails("VX-1", item, noauth_url=True).uri
    shown = resource.get_thumbnail("VX-1", item, "7@25", _preload_content=False)
    assert (shown.data, shown.headers["Content-Type"]) == (picture, "image/png")
    assert resource.delete_thumbnail("VX-1", item, "7@25") is None
    resource.update_or_create_thumbnail("VX-1", item, "8@25", b"\xff\xd8 and so on")
    assert resource.delete_thumbnails("VX-1", item) is None
    assert resource.get_thumbnails("VX-1", item).uri is None


@pytest.mark.parametrize(("code", "picture"), [("soon", b"\xff\xd8"), ("1@25", b"GIF89a")])
def test_what_is_no_picture(sdk: Any, sdk_package: Any, item: str, code: str, picture: bytes) -> None:
    with pytest.raises(sdk_package.ApiException) as caught:
        sdk.api("ThumbnailResourceApi").update_or_create_thumbnail("VX-1", item, code, picture)
    assert caught.value.status == 400


def test_names_in_storages(sdk: Any, item: str, shape: str) -> None:
    names = sdk.api("StorageNameRuleApi")
    assert names.create_shape_storage_name_rule("a/b.mp4", item, shape, "VX-1") is None
    assert names.get_shape_storage_name_rules(item, shape).uri == ["VX-1"]
    names.delete_shape_storage_name_rule("a/b.mp4", item, shape, "VX-1")
    assert names.get_shape_storage_name_rules(item, shape).uri is None
