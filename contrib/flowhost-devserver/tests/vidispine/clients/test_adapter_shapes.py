"""Shapes and the jobs that make them, as vidispine-adapter uses them and as its recorded traffic has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

JOB = {"jobId", "user", "started", "status", "type", "priority"}


@pytest.fixture
def item(adapter: Any, fields: Any) -> str:
    return str(adapter.item.create_placeholder(fields(title="With shapes"))["id"])


@pytest.fixture
def shape(adapter: Any, item: str) -> str:
    return str(adapter.item_shape.create({"id": "VX"}, item)["id"])


def test_create(adapter: Any, item: str) -> None:
    made = adapter.item_shape.create({"id": "VX"}, item)
    assert made == {"id": made["id"], "essenceVersion": 0, "tag": []}
    assert adapter.item_shape.get(item, made["id"]) == made


def test_create_with_parameters_and_a_tag(adapter: Any, item: str) -> None:
    made = adapter.item_shape.create({"id": "VX", "tag": ["lowres"]}, item, {"updateMetadata": True})
    assert made["tag"] == ["lowres"]
    assert adapter.item_shape.list(item, {"tag": "lowres"}) == {"uri": [made["id"]]}


def test_create_for_an_unknown_item(refused: Callable[..., Any], adapter: Any) -> None:
    said = refused("notFound", adapter.item_shape.create, {"id": "VX"}, "VX-9999")
    assert said == {"type": "Item", "id": "VX-9999", "context": None}


def test_nothing_is_not_asked(adapter: Any, adapter_package: Any, item: str) -> None:
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.item_shape.create({}, item)
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.item_shape.import_shape(item, {})


@pytest.mark.parametrize("parameters", [None, {"methodType": "AUTO", "scheme": "file"}])
def test_get(adapter: Any, item: str, shape: str, parameters: Any) -> None:
    found = adapter.item_shape.get(item, shape, parameters)
    assert found == {"id": shape, "essenceVersion": 0, "tag": []}


def test_get_unknown(refused: Callable[..., Any], adapter: Any, item: str, shape: str) -> None:
    said = refused("notFound", adapter.item_shape.get, item, "VX-9999")
    assert said == {"type": "shape", "id": "VX-9999", "context": None}
    said = refused("notFound", adapter.item_shape.get, "VX-9999", shape)
    assert said == {"type": "Item", "id": "VX-9999", "context": None}


def test_list(adapter: Any, item: str, shape: str) -> None:
    assert adapter.item_shape.list(item) == {"uri": [shape]}
    [address] = adapter.item_shape.list(item, {"url": True})["uri"]
    assert address.endswith(f"/API/item/{item}/shape/{shape}")


def test_list_of_an_item_without(adapter: Any, item: str) -> None:
    assert adapter.item_shape.list(item) == {}


def test_list_of_an_unknown_item(refused: Callable[..., Any], adapter: Any) -> None:
    assert refused("notFound", adapter.item_shape.list, "VX-9999")["type"] == "Item"


def test_delete_one(refused: Callable[..., Any], adapter: Any, api: Any, item: str, shape: str) -> None:
    other = adapter.item_shape.create({"id": "VX"}, item)["id"]
    answer = api.delete(f"/item/{item}/shape/{other}")
    assert (answer.status_code, answer.json()) == (200, {"uri": [shape]})
    adapter.item_shape.delete(item, shape, {"keepFiles": False})
    said = refused("notFound", adapter.item_shape.get, item, shape)
    assert said == {"type": "shape", "id": shape, "context": None}
    assert refused("notFound", adapter.item_shape.delete, item, shape)["type"] == "shape"


def test_delete_the_last_one(adapter: Any, api: Any, item: str, shape: str) -> None:
    answer = api.delete(f"/item/{item}/shape/{shape}")
    assert (answer.status_code, answer.text) == (200, "{}")


def test_delete_all(adapter: Any, api: Any, item: str, shape: str) -> None:
    adapter.item_shape.create({"id": "VX"}, item)
    assert adapter.item_shape.delete_all(item, {"keepFiles": True}) is None
    assert adapter.item_shape.list(item) == {}
    answer = api.delete(f"/item/{item}/shape")
    assert (answer.status_code, answer.content) == (204, b"")


def test_delete_of_an_unknown_item(refused: Callable[..., Any], adapter: Any, shape: str) -> None:
    assert refused("notFound", adapter.item_shape.delete, "VX-9999", shape)["type"] == "Item"
    assert refused("notFound", adapter.item_shape.delete_all, "VX-9999")["type"] == "Item"


def test_import(adapter: Any, item: str, tmp_path: Path) -> None:
    (tmp_path / "a note.txt").write_text("note")
    uri = (tmp_path / "a note.txt").as_uri()
    job = adapter.item_shape.import_shape(item, {"uri": uri, "tag": "original"})
    assert set(job) == JOB
    assert (job["type"], job["status"]) == ("SHAPE_IMPORT", "READY")


def test_import_refused(refused: Callable[..., Any], adapter: Any, item: str) -> None:
    said = refused("notFound", adapter.item_shape.import_shape, "VX-9999", {"uri": "file:///x"})
    assert said == {"type": "Item", "id": "VX-9999", "context": None}
    refused("notFound", adapter.item_shape.import_shape, item, {"fileId": "VX-9999"})
    refused("invalidInput", adapter.item_shape.import_shape, item, {"tag": "original"})


def test_a_transcoding_is_ready_even_without_media(adapter: Any, item: str) -> None:
    job = adapter.client.request("POST", f"/item/{item}/transcode", params={"tag": "lowres"})
    assert set(job) == JOB
    assert (job["type"], job["status"], job["priority"]) == ("TRANSCODE", "READY", "MEDIUM")
    found = adapter.job.get(job["jobId"])
    assert found.keys() >= JOB
    assert {"key": "item", "value": item} in found["data"]


def test_a_transcoding_of_an_unknown_item(refused: Callable[..., Any], adapter: Any) -> None:
    said = refused("notFound", adapter.client.post, "item/VX-9999/transcode", params={"tag": "lowres"})
    assert said == {"type": "Item", "id": "VX-9999", "context": None}


def test_an_unknown_job(refused: Callable[..., Any], adapter: Any) -> None:
    said = refused("notFound", adapter.job.get, "VX-9999")
    assert said == {"type": "Job", "id": "VX-9999", "context": None}


def test_no_problems(adapter: Any) -> None:
    assert adapter.job.list_problems() == {}
