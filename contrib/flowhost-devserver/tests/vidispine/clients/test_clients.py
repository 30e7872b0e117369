"""Both clients find the server, and the complaints of the schema can be heard."""

from __future__ import annotations

from typing import Any


def test_the_sdk_reads_the_version(sdk: Any) -> None:
    version = sdk.api("SystemApi").get_version()
    assert version.component[0].name == "API"


def test_the_adapter_reads_the_version(adapter: Any) -> None:
    assert adapter.version()["component"][0]["name"] == "API"


def test_the_schema_complains_of_what_is_wrong(sdk: Any) -> None:
    right = {"jobId": "VX-1", "status": "READY", "type": "EXPORT", "priority": "MEDIUM"}
    assert sdk.complaints(right, "JobType") == []
    assert sdk.complaints(right | {"jobId": 1, "colour": "red", "data": {}}, "JobType") == [
        "JobType.colour: JobType has no such key",
        "JobType.jobId: expected str, got 1",
        "JobType.data: expected a list, got {}",
    ]
    del right["priority"]
    assert sdk.complaints(right, "JobType") == ["JobType: Invalid value for `priority`, must not be `None`"]
