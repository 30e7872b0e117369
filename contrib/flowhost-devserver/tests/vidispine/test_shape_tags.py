"""Shape tags, their presets, and storage rules."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree

import pytest
from flowhost_devserver import VidispineServer

NS = "{http://xml.vidispine.com/schema/vidispine}"
PRESET = {
    "format": "mp4",
    "audio": {
        "codec": "aac",
        "bitrate": 128000,
        "channel": [0, 1],
        "framerate": {"numerator": 1, "denominator": 48000},
    },
    "video": {
        "scaling": {"width": 640, "height": 360},
        "codec": "h264",
        "bitrate": 700000,
        "profile": ["baseline"],
        "setting": [{"key": "x", "value": "y"}],
    },
    "script": "preset.setX()",
}


def test_those_there_are(api: Any) -> None:
    found = api.get("/shape-tag").json()["uri"]
    assert {"original", "lowres", "mp3"} <= set(found)
    low = api.get("/shape-tag/lowres").json()
    assert (low["name"], low["format"], low["video"]["codec"], low["audio"]["codec"]) == (
        "lowres",
        "mp4",
        "h264",
        "aac",
    )
    assert "video" not in api.get("/shape-tag/mp3").json()
    assert "audio" not in api.get("/shape-tag/png").json()


def test_a_new_one(api: Any) -> None:
    put = api.put("/shape-tag/mine", json=PRESET)
    assert (put.status_code, put.content) == (200, b"")
    assert api.get("/shape-tag/mine").json() == {"name": "mine", **PRESET}
    made = api.server.catalogue.shape_tag("mine")
    assert (made.container, made.suffix, made.video_codec, made.width, made.channels) == (
        "mp4",
        ".mp4",
        "libx264",
        640,
        2,
    )
    xml = api.get("/shape-tag/mine", headers={"Accept": "application/xml"}).content
    root = ElementTree.fromstring(xml)
    assert root.tag == f"{NS}TranscodePresetDocument"
    assert root.findtext(f"{NS}video/{NS}scaling/{NS}width") == "640"
    headers = {"Content-Type": "application/xml"}
    assert api.put("/shape-tag/copy", data=xml, headers=headers).status_code == 200
    assert api.get("/shape-tag/copy").json() == {"name": "copy", **PRESET}
    gone = api.delete("/shape-tag/mine")
    assert (gone.status_code, gone.content) == (200, b"")
    assert api.get("/shape-tag/mine").json()["notFound"] == {
        "type": "shape-tag",
        "id": "mine",
        "context": None,
    }
    api.delete("/shape-tag/copy")


@pytest.mark.parametrize(
    ("preset", "kind", "encoder"),
    [
        ({"format": "wav", "audio": {"codec": "pcm_s16le"}}, "audio", ""),
        ({"format": "jpeg", "video": {"scaling": {"width": 100}}}, "image", "mjpeg"),
        ({"format": "image2", "video": {"codec": "png"}}, "image", "png"),
        ({"format": "mov", "video": {"codec": "prores"}}, "video", "prores_ks"),
    ],
)
def test_kinds_of_media(api: Any, preset: dict[str, Any], kind: str, encoder: str) -> None:
    api.put("/shape-tag/some", json=preset)
    made = api.server.catalogue.shape_tag("some")
    assert (made.media_type, made.video_codec) == (kind, encoder)
    assert api.get("/shape-tag/some").json() == {"name": "some", **preset}
    api.delete("/shape-tag/some")


def test_a_name_without_a_preset(api: Any) -> None:
    assert api.put("/shape-tag/label").status_code == 200
    assert "label" in api.get("/shape-tag").json()["uri"]
    assert api.get("/shape-tag/label").json() == {"name": "label"}
    item = api.server.catalogue.create_item({}, title="x", user="admin").id
    assert api.post(f"/item/{item}/transcode?tag=label").status_code == 200
    api.delete("/shape-tag/label")


def test_one_of_the_catalogue_can_be_removed(api: Any) -> None:
    assert api.delete("/shape-tag/flac").status_code == 200
    assert "flac" not in api.get("/shape-tag").json()["uri"]
    assert api.get("/shape-tag/flac").status_code == 404
    api.put("/shape-tag/flac", json={"format": "flac", "audio": {"codec": "flac"}})
    assert "flac" in api.get("/shape-tag").json()["uri"]
    assert api.delete("/shape-tag/original").status_code == 400


RULE = {
    "storageCount": 2,
    "priority": [{"level": 1, "storagecriteriatype": "capacity"}],
    "storage": ["VX-1"],
    "not": {"group": ["slow"]},
    "precedence": "HIGH",
}


@pytest.fixture
def item(module_server: VidispineServer) -> str:
    return module_server.catalogue.create_item({}, title="Ruled item", user="admin").id


def test_rules_of_an_item(api: Any, item: str) -> None:
    path = f"/item/{item}/storage-rule"
    assert api.get(path).json() == {"tag": []}
    put = api.put(f"{path}/lowres", json=RULE)
    expected = {**RULE, "id": "lowres", "appliesTo": {"id": item, "type": "ITEM"}}
    assert (put.status_code, put.content) == (200, b"")
    assert api.get(f"{path}/lowres").json() == expected
    api.put(path, json={"storageCount": 1})
    listed = api.get(path).json()
    assert listed["default"]["storageCount"] == 1
    assert listed["tag"] == [expected]
    xml = ElementTree.fromstring(api.get(f"{path}/lowres", headers={"Accept": "*/*"}).content)
    assert (xml.tag, xml.get("id")) == (f"{NS}StorageRuleDocument", "lowres")
    priority = xml.find(f"{NS}priority")
    assert priority is not None
    assert (priority.get("level"), priority.text) == ("1", "capacity")
    assert api.delete(f"{path}/lowres").status_code == 200
    assert api.delete(f"{path}/lowres").status_code == 404
    assert api.put(f"{path}/lowres", json={"precedence": "URGENT"}).status_code == 400


def test_a_rule_in_xml(api: Any, item: str) -> None:
    path = f"/item/{item}/storage-rule/lowres"
    body = (
        '<StorageRuleDocument xmlns="http://xml.vidispine.com/schema/vidispine"><storageCount>1</storageCount>'
        '<priority level="2">bandwidth</priority><not><any/></not><pool><storage>VX-1</storage></pool>'
        "</StorageRuleDocument>"
    )
    api.put(path, data=body, headers={"Content-Type": "application/xml"})
    assert api.get(path).json() == {
        "id": "lowres",
        "storageCount": 1,
        "priority": [{"level": 2, "storagecriteriatype": "bandwidth"}],
        "not": {"any": ""},
        "pool": {"storage": ["VX-1"]},
        "precedence": "MEDIUM",
        "appliesTo": {"id": item, "type": "ITEM"},
    }
    xml = ElementTree.fromstring(api.get(path, headers={"Accept": "application/xml"}).content)
    assert [one.tag.removeprefix(NS) for one in xml] == [
        "storageCount",
        "priority",
        "not",
        "pool",
        "appliesTo",
        "precedence",
    ]
    assert xml.find(f"{NS}not/{NS}any") is not None


@pytest.mark.parametrize(("given", "kept"), [(True, {"any": ""}), ("true", {"any": ""}), (False, {})])
def test_how_json_says_any(api: Any, item: str, given: object, kept: object) -> None:
    rule = {"not": {"any": given}, "priority": [{"level": "1", "value": "capacity"}]}
    api.put(f"/item/{item}/storage-rule/lowres", json=rule)
    put = api.get(f"/item/{item}/storage-rule/lowres").json()
    assert put["not"] == kept
    assert put["priority"] == [{"level": 1, "storagecriteriatype": "capacity"}]


def test_which_rule_holds(api: Any, item: str) -> None:
    shape = api.post(f"/item/{item}/shape/create?tag=lowres").json()["id"]
    path = f"/item/{item}/shape/{shape}/storage-rule"
    assert api.get(path).json() == {"tag": []}
    api.put("/shape-tag/storage-rule/lowres", json={"storageCount": 1})
    [rule] = api.get(path).json()["tag"]
    assert (rule["inherited"], rule["storageCount"]) == (True, 1)
    collection = api.server.catalogue.create_collection("Ruled").id
    api.server.catalogue.add_to_collection(item, "Ruled")
    api.put(f"/collection/{collection}/storage-rule/lowres", json={"storageCount": 2})
    assert api.get(path).json()["tag"][0]["storageCount"] == 2
    library = api.put(
        "/item?result=library", json={"field": [{"name": "title", "value": [{"value": "ruled item"}]}]}
    )
    library_rule = f"/library/{library.json()['library']}/storage-rule/lowres"
    assert api.put(library_rule, json={"storageCount": 5}).status_code == 200
    assert api.get(path).json()["tag"][0]["storageCount"] == 2
    api.put(f"/item/{item}/storage-rule/lowres", json={"storageCount": 3})
    assert api.get(path).json()["tag"][0]["storageCount"] == 3
    api.put("/shape-tag/storage-rule/lowres", json={"storageCount": 4, "precedence": "HIGHEST"})
    found = api.get(f"{path}?all=true").json()["tag"]
    assert [rule["storageCount"] for rule in found] == [4, 3, 2, 5]
    every = api.get("/storage-rule?tag=lowres&type=collection,generic").json()["tag"]
    assert sorted(rule["storageCount"] for rule in every) == [2, 4]
    api.delete("/shape-tag/storage-rule/lowres")


def test_keys_that_come_at_once_all_stay(api: Any) -> None:
    api.put("/shape-tag/busy", json={"format": "mp4"})
    keys = [f"key {number}" for number in range(40)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda key: api.put(f"/shape-tag/busy/metadata/{key}", data=b"x"), keys))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(one["key"] for one in api.get("/shape-tag/busy/metadata").json()["field"]) == sorted(keys)
