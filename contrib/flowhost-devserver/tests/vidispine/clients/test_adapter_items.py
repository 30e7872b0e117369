"""Items and their metadata, as vidispine-adapter uses them and as its recorded traffic has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

JSON_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000"


@pytest.fixture
def item(adapter: Any, fields: Any) -> str:
    return str(adapter.item.create_placeholder(fields(title="An item"))["id"])


@pytest.fixture
def source(tmp_path: Path) -> str:
    file = tmp_path / "a note.txt"
    file.write_text("note")
    return file.as_uri()


def named(document: dict[str, Any]) -> dict[str, Any]:
    [span] = document["timespan"]
    return {field["name"]: field for field in span["field"]}


def test_a_placeholder_is_its_id(adapter: Any, fields: Any) -> None:
    made = adapter.item.create_placeholder(fields(title="Made"))
    assert list(made) == ["id"]
    assert re.fullmatch(r"VX-\d+", made["id"])


def test_a_placeholder_for_several_components(adapter: Any, fields: Any) -> None:
    assert list(adapter.item.create_placeholder(fields(title="Made"), {"container": 1, "video": 1})) == ["id"]


def test_a_placeholder_with_an_unknown_field(refused: Callable[..., Any], adapter: Any, fields: Any) -> None:
    said = refused("notFound", adapter.item.create_placeholder, fields(field_none="x"))
    assert said == {"type": "metadata-field", "id": "field_none", "context": None}


def test_get_has_the_metadata(adapter: Any, item: str) -> None:
    found = adapter.item.get(item)
    assert set(found) == {"id", "metadata"}
    assert found["id"] == item
    assert set(found["metadata"]) == {"revision", "group", "timespan"}
    assert all(re.fullmatch(r"VX-\d+", change) for change in found["metadata"]["revision"].split(","))


def test_what_a_placeholder_has(adapter: Any, item: str, system_fields: Any) -> None:
    found = named(adapter.item.get(item)["metadata"])
    assert set(found) == system_fields | {"title"}
    values = {name: field["value"][0]["value"] for name, field in found.items()}
    assert (values["title"], values["mediaType"], values["itemId"]) == ("An item", "none", item)
    assert values["created"].endswith("Z")
    assert (found["created"]["user"], found["title"]["user"]) == ("system", "admin")
    assert re.fullmatch(JSON_STAMP, found["title"]["timestamp"])
    assert {type(value) for value in values.values()} == {str}


def test_get_without_metadata_is_the_id(adapter: Any, item: str) -> None:
    assert adapter.item.get(item, metadata=False) == {"id": item}


def test_get_what_is_asked_for(adapter: Any, item: str) -> None:
    wanted = {
        "content": "metadata,shape,uri,thumbnail,poster,access,merged-access",
        "field": "title",
        "include": "type,extradata",
        "noauth-url": True,
        "methodType": "AUTO",
    }
    found = adapter.item.get(item, wanted)
    assert list(named(found["metadata"])) == ["title"]
    assert found["access"][0] == {"type": "GENERIC", "permission": "ALL"}


def test_get_terse(adapter: Any, item: str) -> None:
    found = adapter.item.get(item, {"terse": True, "field": "title"})
    [value] = found["terse"]["title"]
    assert set(value) == {"value", "start", "end", "uuid"}
    assert value["value"] == "An item"


def test_get_unknown(refused: Callable[..., Any], adapter: Any) -> None:
    said = refused("notFound", adapter.item.get, "VX-9999")
    assert said == {"type": "item", "id": "VX-9999", "context": None}
    assert refused("notFound", adapter.item.get, "VX-9999", metadata=False)["type"] == "item"


@pytest.mark.parametrize(("given", "kept"), [("Another", "Another"), (123, "123"), ("å ∀ 🎬", "å ∀ 🎬")])
def test_update_metadata(adapter: Any, item: str, fields: Any, given: object, kept: str) -> None:
    changed = adapter.item.update_metadata(item, fields(title=given))
    [entry] = changed["item"]
    assert set(entry) == {"id", "metadata"}
    assert entry["id"] == item
    for document in (entry["metadata"], adapter.item.get(item)["metadata"]):
        assert [value["value"] for value in named(document)["title"]["value"]] == [kept]


def test_each_update_is_a_change_of_its_own(adapter: Any, item: str, fields: Any) -> None:
    before = adapter.item.get(item)["metadata"]["revision"]
    changed = adapter.item.update_metadata(item, fields(title="Another"))["item"][0]["metadata"]
    assert changed["revision"] != before
    assert named(changed)["title"]["change"] in changed["revision"].split(",")


def test_update_metadata_of_an_unknown_item(refused: Callable[..., Any], adapter: Any, fields: Any) -> None:
    said = refused("notFound", adapter.item.update_metadata, "VX-9999", fields(title="x"))
    assert said == {"type": "Item", "id": "VX-9999", "context": None}


def test_update_metadata_with_an_unknown_field(
    refused: Callable[..., Any], adapter: Any, item: str, fields: Any
) -> None:
    said = refused("notFound", adapter.item.update_metadata, item, fields(field_none="x"))
    assert said == {"type": "metadata-field", "id": "field_none", "context": None}


def test_update_metadata_with_nothing_is_not_asked(adapter: Any, adapter_package: Any, item: str) -> None:
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.item.update_metadata(item, {})
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.item.import_to_placeholder(item, "container", {})


def test_import_to_a_placeholder(adapter: Any, item: str, source: str) -> None:
    job = adapter.item.import_to_placeholder(item, "container", {"uri": source})
    assert set(job) == {"jobId", "user", "started", "status", "type", "priority"}
    assert (job["user"], job["status"], job["priority"]) == ("admin", "READY", "MEDIUM")
    assert job["type"] == "PLACEHOLDER_IMPORT"
    assert re.fullmatch(JSON_STAMP, job["started"])


def test_import_of_a_component_that_it_does_not_wait_for(
    refused: Callable[..., Any], adapter: Any, item: str, source: str
) -> None:
    adapter.item.import_to_placeholder(item, "container", {"uri": source})
    said = refused("invalidInput", adapter.item.import_to_placeholder, item, "video", {"uri": source})
    assert set(said) == {"context", "id", "explanation", "value"}
    assert (said["context"], said["value"]) == ("job", "VIDEO_COMPONENT")


def test_import_to_an_unknown_item(refused: Callable[..., Any], adapter: Any, source: str) -> None:
    said = refused("notFound", adapter.item.import_to_placeholder, "VX-9999", "container", {"uri": source})
    assert said == {"type": "Item", "id": "VX-9999", "context": None}


def test_import_of_an_unknown_file(refused: Callable[..., Any], adapter: Any, item: str) -> None:
    refused("notFound", adapter.item.import_to_placeholder, item, "container", {"fileId": "VX-9999"})


def test_delete(refused: Callable[..., Any], adapter: Any, item: str) -> None:
    assert adapter.item.delete(item) is None
    said = refused("notFound", adapter.item.get, item)
    assert said == {"type": "item", "id": item, "context": None}
    said = refused("notFound", adapter.item.delete, item)
    assert said == {"type": "Item", "id": item, "context": None}


def test_a_deletion_answers_with_nothing(adapter: Any, api: Any, item: str) -> None:
    answer = api.delete(f"/item/{item}")
    assert (answer.status_code, answer.content) == (200, b"")
