"""Collections, as vidispine-adapter uses them and as its recorded traffic has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture
def collection(adapter: Any) -> str:
    return str(adapter.collection.create({"name": "A collection"}))


def test_create_gives_the_id(adapter: Any) -> None:
    assert adapter.collection.create({"name": "Made"}).startswith("VX-")


def test_the_document_of_a_new_one(adapter: Any, module_server: VidispineServer) -> None:
    made = adapter.client.post("collection", params={"name": "Made"})
    address = f"{module_server.url}/API/collection/{made['id']}"
    assert made == {"loc": address, "id": made["id"], "name": "Made"}
    assert adapter.collection.get(made["id"]) == made | {"loc": f"{address}/"}


def test_get_with_metadata(adapter: Any, collection: str) -> None:
    found = adapter.collection.get(collection, {"content": "metadata"})
    assert set(found) == {"loc", "id", "name", "metadata"}
    assert set(found["metadata"]) == {"revision", "group", "timespan"}


def test_get_unknown(refused: Callable[..., Any], adapter: Any) -> None:
    said = refused("notFound", adapter.collection.get, "VX-9999")
    assert said == {"type": "Collection", "id": "VX-9999", "context": None}


def test_the_list_has_the_newest_first(adapter: Any) -> None:
    made = [adapter.collection.create({"name": name}) for name in ("first", "second", "third")]
    found = adapter.collection.list()
    assert set(found) == {"hits", "collection"}
    assert [set(one) for one in found["collection"]] == [{"loc", "id", "name"}] * found["hits"]
    assert [one["id"] for one in found["collection"]][:3] == made[::-1]


def test_the_list_takes_parameters_of_both_kinds(adapter: Any) -> None:
    made = [adapter.collection.create({"name": name}) for name in ("first", "second", "third")]
    page = adapter.collection.list({"content": "metadata"}, {"first": 2, "number": 1})
    [only] = page["collection"]
    assert only["id"] == made[1]
    assert page["hits"] >= len(made)
    assert "metadata" in only
    assert adapter.collection.list({"first": 2, "number": 1})["collection"][0]["id"] == made[1]


def test_update_metadata_answers_with_all_of_it(adapter: Any, collection: str, fields: Any) -> None:
    changed = adapter.collection.update_metadata(collection, fields(title="Another name"))
    assert set(changed) == {"revision", "group", "timespan"}
    [span] = changed["timespan"]
    assert (span["start"], span["end"]) == ("-INF", "+INF")
    [title] = [field for field in span["field"] if field["name"] == "title"]
    assert set(title) == {"name", "value", "uuid", "user", "timestamp", "change"}
    [value] = title["value"]
    assert set(value) == {"value", "uuid", "user", "timestamp", "change"}
    assert value["value"] == "Another name"
    assert adapter.collection.get(collection)["name"] == "Another name"


def test_update_metadata_of_an_unknown_collection(
    refused: Callable[..., Any], adapter: Any, fields: Any
) -> None:
    said = refused("notFound", adapter.collection.update_metadata, "VX-9999", fields(title="x"))
    assert said == {"type": "Collection", "id": "VX-9999", "context": None}


def test_update_metadata_with_an_unknown_field(
    refused: Callable[..., Any], adapter: Any, collection: str, fields: Any
) -> None:
    said = refused("notFound", adapter.collection.update_metadata, collection, fields(field_none="x"))
    assert said == {"type": "metadata-field", "id": "field_none", "context": None}


def test_delete(refused: Callable[..., Any], adapter: Any, collection: str) -> None:
    assert adapter.collection.delete(collection) is None
    refused("notFound", adapter.collection.get, collection)
    assert refused("notFound", adapter.collection.delete, collection)["type"] == "Collection"


def test_a_deletion_answers_with_nothing(adapter: Any, api: Any, collection: str) -> None:
    answer = api.delete(f"/collection/{collection}")
    assert (answer.status_code, answer.content) == (200, b"")


def test_delete_several_even_unknown_ones(refused: Callable[..., Any], adapter: Any) -> None:
    made = [adapter.collection.create({"name": name}) for name in ("one", "two")]
    adapter.collection.delete_multiple([*made, "VX-9999"])
    for gone in made:
        refused("notFound", adapter.collection.get, gone)
    assert adapter.client.delete("collection", params={"id": "VX-9999"}) == ""


def test_delete_nothing_is_not_asked(adapter: Any, adapter_package: Any) -> None:
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.collection.delete_multiple([])
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.collection.update_metadata("VX-1", {})
