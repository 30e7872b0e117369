"""Searches, as vidispine-adapter asks and as its recorded traffic has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer


@pytest.fixture(scope="module")
def library(adapter: Any) -> dict[str, str]:
    """Name → id of what there is to find."""
    made = {"a collection": adapter.collection.create({"name": "Zebra crossing"})}
    for title in ("Zebra", "Zebra and giraffe", "Giraffe"):
        document = {"timespan": [{"start": "-INF", "end": "+INF", "field": [field("title", title)]}]}
        made[title] = adapter.item.create_placeholder(document)["id"]
    return made


def field(name: str, value: object) -> dict[str, Any]:
    return {"name": name, "value": [{"value": value}]}


def test_items_and_collections(adapter: Any, library: dict[str, str]) -> None:
    found = adapter.search({"field": [field("title", "zebra")]})
    assert {"hits", "entry"} <= set(found)
    assert found["hits"] == 3
    kinds = {(entry["type"], entry["id"]) for entry in found["entry"]}
    assert kinds == {
        ("Collection", library["a collection"]),
        ("Item", library["Zebra"]),
        ("Item", library["Zebra and giraffe"]),
    }


def test_an_entry(adapter: Any, library: dict[str, str]) -> None:
    [entry] = adapter.search({"field": [field("title", "zebra giraffe")]})["entry"]
    assert set(entry) == {"type", "id", "start", "end", "item", "timespan"}
    assert (entry["start"], entry["end"]) == ("-INF", "+INF")
    assert entry["item"]["id"] == entry["id"] == library["Zebra and giraffe"]


def test_content_and_pages(adapter: Any, library: dict[str, str]) -> None:
    page = adapter.search(
        {"field": [field("title", "zebra")]},
        {"content": "metadata", "field": "title"},
        {"first": 1, "number": 2},
    )
    assert (page["hits"], len(page["entry"])) == (3, 2)
    [only] = adapter.search(
        metadata={"field": [field("title", "giraffe")]},
        params={"content": "metadata", "field": "title"},
        matrix_params={"first": 2, "number": 1},
    )["entry"]
    [shown] = only["item"]["metadata"]["timespan"][0]["field"]
    assert shown["name"] == "title"


def test_everything(adapter: Any, library: dict[str, str]) -> None:
    assert {entry["id"] for entry in adapter.search()["entry"]} >= set(library.values())
    assert len(adapter.search(params={"content": "metadata"}, matrix_params={"number": 1})["entry"]) == 1


def test_nothing_found(adapter: Any, library: dict[str, str]) -> None:
    found = adapter.search({"field": [field("title", "okapi")]})
    assert found["hits"] == 0
    assert not found.get("entry")


def test_nothing_is_not_asked(adapter: Any, adapter_package: Any) -> None:
    for search in (adapter.search, adapter.search.shape):
        with pytest.raises(adapter_package.errors.InvalidInput):
            search({})


def test_refused(refused: Callable[..., Any], adapter: Any) -> None:
    assert refused("invalidInput", adapter.search, matrix_params={"number": "many"})["value"] == "many"
    wrong = {"operator": {"operation": "PERHAPS", "field": [field("title", "zebra")]}}
    assert refused("invalidInput", adapter.search, wrong)["value"] == "PERHAPS"


def test_shapes(adapter: Any, module_server: VidispineServer, fields: Any, tmp_path: Path) -> None:
    (tmp_path / "a note.txt").write_text("note")
    item = adapter.item.create_placeholder(fields(title="A note"))["id"]
    job = adapter.item.import_to_placeholder(item, "container", {"uri": (tmp_path / "a note.txt").as_uri()})
    module_server.settle()
    assert adapter.job.get(job["jobId"])["status"] == "FINISHED"
    [shape] = adapter.item_shape.list(item)["uri"]
    assert shape in {one["id"] for one in adapter.search.shape()["shape"]}
    wanted = {"field": [field("shapeTag", "original")]}
    found = adapter.search.shape(wanted, {"content": "metadata"}, {"number": 10})
    assert shape in {one["id"] for one in found["shape"]}
    assert found["hits"] == len(found["shape"])
    assert adapter.search.shape(matrix_params={"number": 1})["shape"][0]["id"] == shape
