"""Imports, as the vendor's SDK orders them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Media of which nothing is known, so that no ffmpeg is needed."""
    file = tmp_path / "some notes.txt"
    file.write_text("notes")
    return file


@pytest.fixture
def titled(sdk: Any) -> Any:
    """A metadata document."""
    models = sdk.models
    value = models.MetadataValueType(value="Imported")
    field = models.MetadataFieldValueType(name="title", value=[value])
    span = models.MetadataTypeTimespan(start="-INF", end="+INF", field=[field])
    return models.MetadataType(timespan=[span])


def ended(sdk: Any, server: VidispineServer, job: Any) -> Any:
    """The job once it has ended."""
    assert sdk.complaints(json.loads(sdk.client.last_response.data), "JobType") == []
    server.settle()
    found = sdk.api("JobApi").get_job(job.job_id, metadata=True)
    assert (found.status, found.type) == ("FINISHED", job.type), found.log
    return {one.key: one.value for one in found.data}


def test_from_a_uri(sdk: Any, module_server: VidispineServer, notes: Path, titled: Any) -> None:
    job = sdk.api("ImportApi").import_item(
        notes.as_uri(), titled, no_transcode=True, tag=["mp3"], create_thumbnails=False
    )
    assert job.type == "IMPORT"
    item = ended(sdk, module_server, job)["itemId"]
    assert module_server.catalogue.record(item).fields["title"] == ("Imported",)


def test_from_the_body(sdk: Any, module_server: VidispineServer) -> None:
    job = sdk.api("ImportApi").import_item_raw(b"sent", filename="sent.bin")
    assert job.type == "RAW_IMPORT"
    item = ended(sdk, module_server, job)["itemId"]
    [shape] = module_server.catalogue.shapes(item)
    assert module_server.catalogue.path_of(shape.files[0]).read_bytes() == b"sent"


class TestPlaceholders:
    def test_media_for_one(
        self, sdk: Any, sdk_package: Any, module_server: VidispineServer, notes: Path, titled: Any
    ) -> None:
        imports = sdk.api("ImportApi")
        item = imports.create_placeholder(titled, container=1).id
        job = imports.import_to_placeholder(item, "container", uri=notes.as_uri())
        assert job.type == "PLACEHOLDER_IMPORT"
        assert ended(sdk, module_server, job)["itemId"] == item
        with pytest.raises(sdk_package.ApiException) as caught:
            imports.import_to_placeholder(item, "video", uri=notes.as_uri())
        assert json.loads(caught.value.body)["invalidInput"]["value"] == "VIDEO_COMPONENT"

    def test_sent(self, sdk: Any, module_server: VidispineServer) -> None:
        imports = sdk.api("ImportApi")
        item = imports.create_placeholder(sdk.models.MetadataType(), container=1).id
        job = imports.import_placeholder_raw(item, "container", b"sent", filename="x.bin")
        ended(sdk, module_server, job)

    def test_all_at_once(
        self, sdk: Any, sdk_package: Any, module_server: VidispineServer, notes: Path
    ) -> None:
        imports, models = sdk.api("ImportApi"), sdk.models
        item = imports.create_placeholder(models.MetadataType(), container=1, video=1).id
        both = models.PlaceholderImportRequestType(container=notes.as_uri(), video=[notes.as_uri()])
        with pytest.raises(sdk_package.ApiException) as caught:
            imports.import_placeholder_bulk(item, both)
        assert caught.value.status == 501
        with pytest.raises(sdk_package.ApiException) as caught:
            imports.import_placeholder_bulk(item, models.PlaceholderImportRequestType())
        assert caught.value.status == 400
        one = models.PlaceholderImportRequestType(container=notes.as_uri())
        job = imports.import_placeholder_bulk(item, one)
        ended(sdk, module_server, job)


def test_a_file_that_nobody_imported(sdk: Any, module_server: VidispineServer, titled: Any) -> None:
    imports, files = sdk.api("ImportApi"), sdk.api("FileApi")
    left = module_server.root / "media" / "left" / "behind.txt"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"left")
    file = files.create_file_entity_on_storage(
        "VX-1", sdk.models.FileType(path="left/behind.txt", state="CLOSED")
    )
    found = imports.get_storage_importables("VX-1", number=100)
    assert sdk.complaints(json.loads(sdk.client.last_response.data), "ImportableFileListType") == []
    assert file.id in [one.file.id for one in found.element]
    assert file.id in [one.file.id for one in imports.get_importables(path="left").element]
    item = ended(sdk, module_server, imports.import_file(file.id, titled))["itemId"]
    assert sdk.api("FileApi").get_file(file.id, include_item=True).item[0].id == item
    assert imports.get_importables(path="left").hits == 0


class TestSettings:
    def test_who_gets_access(self, sdk: Any, titled: Any) -> None:
        settings, models = sdk.api("ImportSettingsApi"), sdk.models
        entry = models.AccessControlType(permission="READ", group="_special_all", priority=3)
        made = settings.create_import_setting(models.ImportSettingsType(access=[entry]))
        assert sdk.complaints(json.loads(sdk.client.last_response.data), "ImportSettingsType") == []
        assert made.id in settings.get_import_settings().uri
        assert settings.get_import_setting(made.id).access[0].group == "_special_all"
        item = sdk.api("ImportApi").create_placeholder(titled, settings=made.id).id
        held = sdk.api("AccessApi").get_access_controls("item", item).access
        assert [(one.group, one.permission) for one in held if one.group] == [("_special_all", "READ")]
        collection = (
            sdk.api("CollectionApi")
            .create_collection(models.CollectionType(), name="Set", settings=made.id)
            .id
        )
        held = sdk.api("AccessApi").get_access_controls("collection", collection).access
        assert [(one.group, one.permission) for one in held if one.group] == [("_special_all", "READ")]
        changed = models.ImportSettingsType(access=[])
        assert settings.update_import_setting(made.id, changed) is None
        assert settings.get_import_setting(made.id).access == []
        assert settings.delete_import_setting(made.id) is None

    def test_unknown_ones(self, sdk: Any, sdk_package: Any) -> None:
        for ask in (
            lambda: sdk.api("ImportSettingsApi").get_import_setting("VX-99999"),
            lambda: sdk.api("ImportApi").create_placeholder(sdk.models.MetadataType(), settings="VX-99999"),
        ):
            with pytest.raises(sdk_package.ApiException) as caught:
                ask()
            assert json.loads(caught.value.body)["notFound"]["type"] == "import-settings"

    def test_what_groups_get_anyway(self, sdk: Any, sdk_package: Any) -> None:
        imports = sdk.api("ImportApi")
        imports.update_default_access_control_for_group("WRITE", "_special_all")
        held = imports.get_default_access_controls()
        assert [(one.name, one.permission) for one in held.group] == [("_special_all", "WRITE")]
        item = imports.create_placeholder(sdk.models.MetadataType()).id
        shown = sdk.api("AccessApi").get_access_controls("item", item).access
        assert ("_special_all", "WRITE") in [(one.group, one.permission) for one in shown]
        imports.delete_default_access_control_for_group("_special_all")
        assert imports.get_default_access_controls().group == []
        with pytest.raises(sdk_package.ApiException) as caught:
            imports.update_default_access_control_for_group("READ", "nobody")
        assert caught.value.status == 404
