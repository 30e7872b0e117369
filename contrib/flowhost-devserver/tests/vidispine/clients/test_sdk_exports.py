"""Export locations, shape tags and storage rules, as the vendor's SDK asks for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture
def item(module_server: VidispineServer, tmp_path: Path) -> str:
    source = tmp_path / "notes.txt"
    source.write_text("notes")
    made = module_server.catalogue.create_item({}, title="Notes", user="admin").id
    module_server.catalogue.import_file(made, source)
    module_server.settle()
    return made


def test_export_locations(sdk: Any, sdk_package: Any, module_server: VidispineServer, item: str) -> None:
    places, models = sdk.api("ExportLocationApi"), sdk.models
    folders = [module_server.root / "out" / name for name in ("one", "two")]
    uris = [f"{folder.as_uri()}/" for folder in folders]
    wanted = models.ExportLocationType(uri=uris[0], uri_list=uris[1:], tag=["original"], projection="p")
    made = places.update_or_create_export_location("out", wanted)
    sdk.answered("ExportLocationType")
    assert (made.name, made.uri, made.uri_list, made.tag) == ("out", uris[0], uris[1:], ["original"])
    assert [one.name for one in places.get_export_locations().export_location] == ["out"]
    sdk.answered("ExportLocationListType")
    job = sdk.api("ItemApi").create_item_export_job(item, location_name="out", metadata=True)
    module_server.settle()
    assert sdk.api("JobApi").get_job(job.job_id).status == "FINISHED"
    assert [len(list(folder.glob("*.txt"))) for folder in folders] == [1, 1]
    places.update_export_location_script("out", "job.log('x')")
    assert places.get_export_location_script("out") == "job.log('x')"
    assert places.get_export_location("out").script == "job.log('x')"
    assert places.delete_export_location("out") is None
    with pytest.raises(sdk_package.ApiException) as caught:
        places.get_export_location("out")
    assert json.loads(caught.value.body)["notFound"]["type"] == "export-location"


class TestShapeTags:
    def preset(self, models: Any) -> Any:
        """What says something of everything."""
        pair = models.KeyValuePairType(key="crf", value="20")
        rational = models.RationalType(numerator=16, denominator=9)
        video = models.VideoTranscodePresetType(
            codec="h264",
            bitrate=1_000_000,
            profile=["high", "main"],
            preset=["fast"],
            scaling=models.ScalingType(width=80, height=60, pad_color="#000"),
            framerate=models.TimeBaseType(numerator=1, denominator=25),
            display_width=rational,
            setting=[pair],
            gop_size=12,
        )
        mix = models.AudioTranscodePresetMixType(
            input=[models.AudioTranscodePresetChannelMixType(channel=0, gain=0.5)]
        )
        audio = models.AudioTranscodePresetType(codec="aac", channel=[0, 1], mix=[mix], all_channel=False)
        return models.TranscodePresetType(
            format="mp4",
            description="small",
            audio=audio,
            video=video,
            metadata=models.SimpleMetadataType(field=[pair]),
            muxer_setting=[pair],
            fast_start_setting=models.FastStartSettingType(require_fast_start=True),
        )

    def test_life(self, sdk: Any, sdk_package: Any, api: Any) -> None:
        tags, wanted = sdk.api("ShapeTagApi"), self.preset(sdk.models)
        assert tags.update_or_create_shape_tag("small", wanted) is None
        found = tags.get_shape_tag("small")
        sdk.answered("TranscodePresetType")
        wanted.name = "small"
        assert found.to_dict() == wanted.to_dict()
        kept = api.get("/shape-tag/small").json()
        xml = api.get("/shape-tag/small", headers={"Accept": "application/xml"}).content
        again = api.put("/shape-tag/again", data=xml, headers={"Content-Type": "application/xml"})
        assert again.status_code == 200
        assert api.get("/shape-tag/again").json() == {**kept, "name": "again"}
        assert {"small", "again", "original"} <= set(tags.get_all_shape_tags().uri)
        assert [one for one in tags.get_all_shape_tags(url=True).uri if one.endswith("/API/shape-tag/small")]
        for name in ("small", "again"):
            assert tags.delete_shape_tag(name) is None
        with pytest.raises(sdk_package.ApiException) as caught:
            tags.get_shape_tag("small")
        assert json.loads(caught.value.body)["notFound"]["type"] == "shape-tag"

    def test_parts(self, sdk: Any, sdk_package: Any) -> None:
        tags, models = sdk.api("ShapeTagApi"), sdk.models
        pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a", value="b")])
        assert tags.update_shape_tag_metadata("lowres", pairs) is None
        tags.update_shape_tag_metadata_key("lowres", "c", "d")
        assert tags.get_shape_tag_metadata_key("lowres", "c") == "d"
        found = tags.get_shape_tag_metadata("lowres").field
        assert {one.key: one.value for one in found} == {"a": "b", "c": "d"}
        tags.delete_shape_tag_metadata_key("lowres", "a")
        tags.delete_shape_tag_metadata("lowres")
        assert tags.get_shape_tag_metadata("lowres").field is None
        tags.update_or_create_shape_tag_script("lowres", "preset.setFormat('mov')")
        assert tags.get_shape_tag_script("lowres") == "preset.setFormat('mov')"
        assert tags.get_shape_tag("lowres").script == "preset.setFormat('mov')"
        tags.delete_shape_tag_script("lowres")
        with pytest.raises(sdk_package.ApiException) as caught:
            tags.get_shape_tag_script("lowres")
        assert caught.value.status == 404


class TestStorageRules:
    def rule(self, models: Any, count: int, **more: Any) -> Any:
        """A rule with everything in it."""
        return models.StorageRuleType(
            storage_count=count,
            priority=[models.StorageRuleTypePriority(level=1, storagecriteriatype="capacity")],
            storage=["VX-1"],
            group=["fast"],
            _not=models.StorageRuleTypeNot(storage=["VX-2"], any=""),
            pool=models.StorageRuleTypePool(storage=["VX-1"], group=["g"]),
            **more,
        )

    def test_of_an_item(self, sdk: Any, sdk_package: Any, item: str) -> None:
        rules, models = sdk.api("EntityStorageRuleApi"), sdk.models
        rule = self.rule(models, 2, precedence="HIGH")
        assert rules.update_entity_shape_tag_storage_rule("item", item, "original", rule) is None
        assert sdk.client.last_response.data == ""
        found = rules.get_entity_shape_tag_storage_rule("item", item, "original")
        sdk.answered("StorageRuleType")
        assert (found.id, found.storage_count, found.precedence) == ("original", 2, "HIGH")
        assert (found.pool.group, found._not.any, found.priority[0].level) == (["g"], "", 1)
        assert rules.update_entity_default_storage_rule("item", item, self.rule(models, 1)) is None
        every = rules.get_entity_storage_rules("item", item)
        sdk.answered("StorageRulesType")
        assert (every.default.storage_count, [one.id for one in every.tag]) == (1, ["original"])
        [shape] = sdk.api("ShapeApi").get_shapes(item).uri
        holding = sdk.api("ShapeApi").get_shape_storage_rules(item, shape)
        sdk.answered("StorageRulesType")
        assert [one.storage_count for one in holding.tag] == [2]
        holding = sdk.api("ShapeApi").get_shape_storage_rules(item, shape, all=True)
        assert [one.storage_count for one in holding.tag] == [2, 1]
        assert rules.delete_entity_default_storage_rule("item", item) is None
        assert rules.delete_entity_shape_tag_storage_rule("item", item, "original") is None
        assert sdk.api("ShapeApi").get_shape_storage_rules(item, shape).tag == []

    def test_of_shape_tags(self, sdk: Any) -> None:
        rules, models = sdk.api("StorageRuleApi"), sdk.models
        assert rules.update_shape_tag_default_storage_rule(self.rule(models, 1)) is None
        assert rules.update_shape_tag_storage_rule("lowres", self.rule(models, 2)) is None
        assert rules.get_shape_tag_storage_rule("lowres").storage_count == 2
        sdk.answered("StorageRuleType")
        found = rules.get_shape_tag_storage_rules()
        sdk.answered("StorageRulesType")
        assert (found.default.storage_count, len(found.tag)) == (1, 1)
        assert [
            one.storage_count for one in rules.get_storage_rules(tag=["lowres"], type=["GENERIC"]).tag
        ] == [2]
        sdk.answered("StorageRulesType")
        rules.delete_shape_tag_storage_rule("lowres")
        rules.delete_shape_tag_default_storage_rule()
        assert rules.get_shape_tag_storage_rules().tag == []
