"""Storages, their methods and groups, as the vendor's SDK asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def storage(sdk: Any, tmp_path: Path) -> Iterator[str]:
    """A storage with a method and a name."""
    models = sdk.models
    method = models.StorageMethodType(uri=f"{tmp_path.as_uri()}/", read=True, write=True, browse=False)
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="name", value="Fast")])
    wanted = models.StorageType(
        type="LOCAL",
        capacity=1_500_000,
        low_watermark_percentage=90,
        high_watermark_percentage=75,
        method=[method],
        metadata=pairs,
        scan_interval=60,
        projection="p",
        sequence=[models.StorageFileSequenceType(regex="x", num_group=1)],
    )
    made = sdk.api("StorageApi").create_storage(wanted)
    sdk.answered("StorageType")
    assert (made.state, made.low_watermark, made.high_watermark) == ("NONE", 1_350_000, 1_125_000)
    assert (made.sequence[0].regex, made.projection, made.scan_interval) == ("x", "p", 60)
    yield made.id
    assert sdk.api("StorageApi").delete_storage(made.id, safe=True) is None


def test_reading(sdk: Any, storage: str) -> None:
    storages = sdk.api("StorageApi")
    assert storages.get_storage(storage).capacity == 1_500_000
    sdk.answered("StorageType")
    listed = storages.get_storages(status=["NONE", "READY"], size=1000, freebytes=10, freeamount=50)
    sdk.answered("StorageListType")
    assert storage in [one.id for one in listed.storage]
    assert storages.get_storage_free_space(storage) == "1500000"
    assert storages.get_storage_status(storage) == "NONE"
    assert storages.rescan_storage(storage) is None


def test_changing(sdk: Any, storage: str) -> None:
    storages, models = sdk.api("StorageApi"), sdk.models
    changed = storages.update_storage(storage, models.StorageType(capacity=3_000_000, auto_detect=True))
    assert (changed.capacity, changed.low_watermark, changed.auto_detect) == (3_000_000, 2_700_000, True)
    assert storages.update_storage_type(storage, "ARCHIVE") is None
    assert storages.get_storage(storage).type == "ARCHIVE"


def test_metadata(sdk: Any, storage: str) -> None:
    storages, models = sdk.api("StorageApi"), sdk.models
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="excludefilter", value=".*tmp")])
    assert storages.update_storage_metadata(storage, pairs) is None
    assert sdk.client.last_response.data == ""
    found = storages.get_storage_metadata(storage).field
    assert {one.key: one.value for one in found} == {"name": "Fast", "excludefilter": ".*tmp"}
    storages.update_storage_metadata_key(storage, "name", "Slow")
    assert storages.get_storage_metadata_key(storage, "name") == "Slow"
    storages.delete_storage_metadata_key(storage, "name")
    storages.delete_storage_metadata(storage)
    assert storages.get_storage_metadata(storage).field is None


class TestMethods:
    def test_reading(self, sdk: Any, storage: str) -> None:
        methods = sdk.api("StorageMethodApi")
        [method] = methods.get_storage_methods(storage, read=True, browse=False).method
        sdk.answered("StorageMethodListType")
        assert methods.get_storage_methods(storage, browse=True).method == []
        [again] = methods.get_storage_method(storage, method.id).method
        sdk.answered("StorageMethodListType")
        assert (again.id, again.uri, again.browse) == (method.id, method.uri, False)

    def test_changing(self, sdk: Any, storage: str, tmp_path: Path) -> None:
        methods, url = sdk.api("StorageMethodApi"), f"{(tmp_path / 'other').as_uri()}/"
        [old] = methods.get_storage_methods(storage).method
        text = methods.update_storage_method(url, storage, old.id, read=True, write=False, bandwidth=5)
        assert text == f"{old.id}\t{url}"
        [changed] = methods.get_storage_method(storage, old.id).method
        assert (changed.uri, changed.write, changed.bandwidth) == (url, False, 5)
        other = "ftp://somewhere/else/"
        made = methods.update_or_create_storage_method(other, storage, type="AUTO").split("\t")
        assert made[1] == other
        again = methods.update_or_create_storage_method(other, storage, browse=False).split("\t")
        assert again == made
        kept = methods.get_storage_method(storage, made[0]).method[0]
        assert (kept.type, kept.browse) == ("AUTO", False)
        assert methods.delete_storage_method(storage, made[0]) is None
        assert [one.id for one in methods.get_storage_methods(storage).method] == [old.id]

    def test_metadata(self, sdk: Any, sdk_package: Any, storage: str) -> None:
        methods, models = sdk.api("StorageMethodApi"), sdk.models
        one = methods.get_storage_methods(storage).method[0].id
        pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a", value="b")])
        assert methods.update_storage_method_metadata(storage, one, pairs) is None
        methods.update_storage_method_metadata_key(storage, one, "c", "d")
        assert methods.get_storage_method_metadata_key(storage, one, "c") == "d"
        shown = methods.get_storage_method(storage, one).method[0].metadata.field
        sdk.answered("StorageMethodListType")
        assert {pair.key: pair.value for pair in shown} == {"a": "b", "c": "d"}
        methods.delete_storage_method_metadata_key(storage, one, "a")
        assert [pair.key for pair in methods.get_storage_method_metadata(storage, one).field] == ["c"]
        methods.delete_storage_method_metadata(storage, one)
        assert methods.get_storage_method_metadata(storage, one).field is None
        with pytest.raises(sdk_package.ApiException) as caught:
            methods.get_storage_method_metadata(storage, "VX-99999")
        assert json.loads(caught.value.body)["notFound"]["type"] == "storage-method"


def test_groups(sdk: Any, sdk_package: Any, storage: str) -> None:
    groups, models = sdk.api("StorageGroupApi"), sdk.models
    assert groups.create_storage_group("fast") is None
    assert sdk.client.last_response.data == ""
    assert groups.add_storage_to_storage_group("fast", storage) is None
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a", value="b")])
    assert groups.update_storage_group_metadata("fast", pairs) is None
    groups.update_storage_group_metadata_key("fast", "c", "d")
    assert groups.get_storage_group_metadata_key("fast", "c") == "d"
    group = groups.get_storage_group("fast")
    sdk.answered("StorageGroupType")
    assert (group.name, [one.id for one in group.storage]) == ("fast", [storage])
    assert [(one.key, one.value) for one in group.data] == [("a", "b"), ("c", "d")]
    assert [one.name for one in groups.get_storage_groups().group] == ["fast"]
    sdk.answered("StorageGroupListType")
    found = sdk.api("StorageApi").get_storages(storagegroup=["fast"]).storage
    assert [one.id for one in found] == [storage]
    groups.delete_storage_group_metadata_key("fast", "a")
    groups.delete_storage_group_metadata("fast")
    assert groups.get_storage_group_metadata("fast").field is None
    assert groups.delete_storage_from_storage_group("fast", storage) is None
    assert groups.delete_storage_group("fast") is None
    with pytest.raises(sdk_package.ApiException) as caught:
        groups.get_storage_group("fast")
    assert caught.value.status == 404
