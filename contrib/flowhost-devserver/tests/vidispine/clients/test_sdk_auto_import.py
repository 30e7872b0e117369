"""Auto-import rules, as the vendor's SDK sets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture
def storage(sdk: Any, tmp_path: Path) -> Iterator[str]:
    models = sdk.models
    method = models.StorageMethodType(uri=f"{tmp_path.as_uri()}/", read=True, write=True, browse=True)
    made = sdk.api("StorageApi").create_storage(
        models.StorageType(type="LOCAL", capacity=10**6, method=[method])
    )
    yield made.id
    sdk.api("StorageApi").delete_storage(made.id)


def answered(sdk: Any, kind: str) -> None:
    """Nothing in the last answer may be against the schema."""
    assert sdk.complaints(json.loads(sdk.client.last_response.data), kind) == []


def titles(server: VidispineServer) -> list[str]:
    """Of all items, once their jobs have ended."""
    server.settle()
    return sorted(item.title for item in server.catalogue.items(number=100).items)


def test_what_appears_is_imported_once(
    sdk: Any, module_server: VidispineServer, storage: str, tmp_path: Path
) -> None:
    rules, models = sdk.api("AutoImportApi"), sdk.models
    pairs = models.SimpleMetadataType(field=[models.KeyValuePairType(key="a", value="b")])
    rule = models.AutoImportRuleType(
        file_name_as_title=True,
        enabled=False,
        priority="HIGH",
        jobmetadata=pairs,
        exclude_filter=[models.FilenameFilterType(pattern=r".*\.tmp")],
    )
    assert rules.create_or_update_auto_import_rule(storage, rule) is None
    found = rules.get_auto_import_rule(storage)
    answered(sdk, "AutoImportRuleType")
    assert (found.storage, found.enabled, found.user, found.priority) == (storage, False, "admin", "HIGH")
    for name in ("one.bin", "two.bin", "three.tmp"):
        (tmp_path / name).write_text(name)
    sdk.api("StorageApi").rescan_storage(storage)
    assert titles(module_server) == []
    assert rules.enable_auto_import_rule(storage) is None
    for _ in range(2):
        sdk.api("StorageApi").rescan_storage(storage)
    assert titles(module_server) == ["one.bin", "two.bin"]
    jobs = sdk.api("JobApi").get_jobs(type=["AUTO_IMPORT"], jobmetadata=["a=b"], metadata=True).job
    assert [(one.status, one.priority, one.user) for one in jobs] == [("FINISHED", "HIGH", "admin")] * 2
    assert (tmp_path / "one.bin").read_text() == "one.bin"  # where it was
    rules.disable_auto_import_rule(storage)
    assert [one.enabled for one in rules.get_auto_import_rules().rule] == [False]
    answered(sdk, "AutoImportRuleListType")
    assert rules.delete_auto_import_rule(storage) is None
    assert rules.get_auto_import_rules().rule == []


def test_what_no_rule_can_be(sdk: Any, sdk_package: Any, storage: str) -> None:
    rules, models = sdk.api("AutoImportApi"), sdk.models
    wrong = (
        (models.AutoImportRuleType(exclude_filter=[models.FilenameFilterType(pattern="(")]), 400),
        (models.AutoImportRuleType(tag=["unheard"]), 404),
        (models.AutoImportRuleType(settings_id="VX-999"), 404),
    )
    for rule, status in wrong:
        with pytest.raises(sdk_package.ApiException) as caught:
            rules.create_or_update_auto_import_rule(storage, rule)
        assert caught.value.status == status
    with pytest.raises(sdk_package.ApiException) as caught:
        rules.get_auto_import_rule(storage)
    assert json.loads(caught.value.body)["notFound"]["type"] == "auto-import-rule"
