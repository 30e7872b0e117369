"""What the vendor's SDK asks about the server itself."""

from __future__ import annotations

import json
from typing import Any


def unread(sdk: Any, kind: str) -> list[str]:
    """What the schema says against the last answer."""
    complaints: list[str] = sdk.complaints(json.loads(sdk.client.last_response.data), kind)
    return complaints


def test_the_version(sdk: Any) -> None:
    found = sdk.api("SystemApi").get_version()
    assert unread(sdk, "VersionType") == []
    assert found.license_info.storage_number.current == "1"


def test_the_selftest(sdk: Any) -> None:
    found = sdk.api("SelftestApi").execute_self_tests(exclude=["dbstats", "search"])
    assert unread(sdk, "SelfTestType") == []
    assert [one.name for one in found.test] == ["database", "storage", "transcoder"]
    assert sdk.api("SelftestApi").execute_self_test("storage").status == "ok"
    assert unread(sdk, "SelfTestType") == []


def test_the_audit_log(sdk: Any, api: Any) -> None:
    api.get("/group;first=1/_import_read?role=true")
    logs = sdk.api("AuditLogApi")
    found = logs.get_logs(path="/group", wildcard=True, rows=1, perform_count=True, method="GET")
    assert unread(sdk, "AuditLogType") == []
    (entry,) = found.entry
    assert (found.count, entry.username, entry.path) == (1, "admin", "/group/_import_read")
    assert (entry.matrix_parameters, entry.query_parameters) == ("first=1", "role=true")
    assert logs.get_logs(path="/group", wildcard=False).entry == []
    whole = logs.get_full_logs(rows=1, path="/group", _preload_content=False)
    assert b"<path>/group/_import_read</path>" in whole.data


def test_an_index(sdk: Any) -> None:
    index = sdk.api("ReindexApi")
    asked = index.reindex("thumbnail", priority=5)
    assert unread(sdk, "ReindexRequestType") == []
    assert (asked.index, asked.priority, asked.status) == ("thumbnail", 5, "IN_QUEUE")
    assert index.get_reindex_status("thumbnail").finish is not None


def test_properties(sdk: Any) -> None:
    configuration, models = sdk.api("ConfigurationApi"), sdk.models
    configuration.update_configuration_property(models.ConfigurationPropertyType(key="a", value="1"))
    several = [models.ConfigurationPropertyType(key=key, value="2") for key in "bc"]
    configuration.update_configuration_properties(models.ConfigurationPropertyListType(_property=several))
    found = configuration.get_configuration_properties()._property  # what the SDK calls it
    assert unread(sdk, "ConfigurationPropertyListType") == []
    assert [(one.key, one.value) for one in found] == [("a", "1"), ("b", "2"), ("c", "2")]
    assert configuration.get_configuration_property("a") == found[0]
    configuration.delete_configuration_property("a")
    assert len(configuration.get_configuration_properties()._property) == 2  # as above
    assert configuration.get_configuration().uri == ["properties"]
