"""Storages and their methods, as vidispine-adapter uses them and as its recorded traffic has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    """Numbers and flags as texts, as they were recorded."""
    return {
        "type": "LOCAL",
        "capacity": "1500000",
        "lowWatermarkPercentage": "90",
        "highWatermarkPercentage": "75",
        "autoDetect": "true",
        "showImportables": "true",
        "method": [{"uri": f"{tmp_path.as_uri()}/", "read": "true", "write": "true", "browse": "true"}],
        "metadata": {"field": [{"key": "name", "value": "A storage"}]},
    }


@pytest.fixture
def storage(adapter: Any, document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    made = adapter.storage.create(document)
    yield made
    adapter.storage.delete(made["id"])


def test_create(storage: dict[str, Any], tmp_path: Path) -> None:
    assert {
        "id",
        "state",
        "type",
        "capacity",
        "freeCapacity",
        "method",
        "metadata",
        "lowWatermark",
        "highWatermark",
        "showImportables",
    } <= set(storage)
    assert (storage["state"], storage["type"]) == ("NONE", "LOCAL")
    assert (storage["capacity"], storage["lowWatermark"], storage["highWatermark"]) == (
        1500000,
        1350000,
        1125000,
    )
    assert (storage["autoDetect"], storage["showImportables"]) == (True, True)
    assert {"key": "name", "value": "A storage"} in storage["metadata"]["field"]
    [method] = storage["method"]
    assert {"id", "uri", "read", "write", "browse", "type"} <= set(method)
    assert (method["uri"], method["type"]) == (f"{tmp_path.as_uri()}/", "NONE")
    assert (method["read"], method["write"], method["browse"]) == (True, True, True)


def test_get_and_list(adapter: Any, storage: dict[str, Any]) -> None:
    still = ("id", "state", "type", "capacity", "freeCapacity", "metadata", "lowWatermark", "highWatermark")
    found = adapter.storage.get(storage["id"])
    assert [found[key] for key in still] == [storage[key] for key in still]
    for parameters in (None, {"status": "NONE"}, {"size": 1000, "freebytes": "10"}):
        listed = adapter.storage.list(parameters)
        assert list(listed) == ["storage"]
        assert storage["id"] in {one["id"] for one in listed["storage"]}
    assert storage["id"] not in {one["id"] for one in adapter.storage.list({"size": 1500001})["storage"]}


def test_update(adapter: Any, storage: dict[str, Any], document: dict[str, Any]) -> None:
    changed = adapter.storage.update(storage["id"], document | {"capacity": "3000000"})
    assert (changed["id"], changed["capacity"], changed["lowWatermark"]) == (storage["id"], 3000000, 2700000)
    assert adapter.storage.get(storage["id"])["capacity"] == 3000000


def test_unknown_ones(refused: Callable[..., Any], adapter: Any, document: dict[str, Any]) -> None:
    missing = {"type": "Storage", "id": "VX-9999", "context": None}
    assert refused("notFound", adapter.storage.get, "VX-9999") == missing
    assert refused("notFound", adapter.storage.update, "VX-9999", document) == missing
    assert refused("notFound", adapter.storage.delete, "VX-9999") == missing
    assert refused("notFound", adapter.storage.get_storage_method, "VX-9999", "VX-1") == missing


def test_an_unknown_type(refused: Callable[..., Any], adapter: Any, document: dict[str, Any]) -> None:
    said = refused("invalidInput", adapter.storage.create, document | {"type": "ROUND"})
    assert said["value"] == "ROUND"


def test_delete(
    refused: Callable[..., Any], adapter: Any, api: Any, document: dict[str, Any], tmp_path: Path
) -> None:
    made = adapter.storage.create(document)
    answer = api.delete(f"/storage/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    refused("notFound", adapter.storage.get, made["id"])
    other = adapter.storage.create(document)
    assert adapter.storage.delete(other["id"], {"safe": True}) is None


def test_nothing_is_not_asked(adapter: Any, adapter_package: Any) -> None:
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.storage.create({})
    with pytest.raises(adapter_package.errors.InvalidInput):
        adapter.storage.update("VX-1", {})


class TestMethods:
    def test_get(self, adapter: Any, storage: dict[str, Any]) -> None:
        [method] = storage["method"]
        [found] = adapter.storage.get_storage_method(storage["id"], method["id"], {"read": True})["method"]
        assert (found["id"], found["uri"]) == (method["id"], method["uri"])

    @pytest.mark.parametrize("call", ["add_storage_method", "update_storage_method"])
    def test_the_text_begins_with_the_id_and_has_the_address(
        self, adapter: Any, storage: dict[str, Any], tmp_path: Path, call: str
    ) -> None:
        [method] = storage["method"]
        url = f"{(tmp_path / 'other').as_uri()}/"
        wanted = {"url": url, "read": True, "write": "false", "browse": True, "bandwidth": 1000}
        changed = getattr(adapter.storage, call)(storage["id"], method["id"], wanted)
        assert changed == {"method_id": method["id"], "storage_url": url}
        [found] = adapter.storage.get_storage_method(storage["id"], method["id"])["method"]
        assert (found["uri"], found["read"], found["write"]) == (url, True, False)

    def test_the_list_as_text(self, adapter: Any, storage: dict[str, Any]) -> None:
        [method] = storage["method"]
        wanted = {"Accept": "text/plain"}
        text = adapter.client.request("GET", f"storage/{storage['id']}/method", headers=wanted)
        assert text == f"{method['id']}\t{method['uri']}\r\n"

    def test_unknown_ones(self, refused: Callable[..., Any], adapter: Any, storage: dict[str, Any]) -> None:
        said = refused("notFound", adapter.storage.get_storage_method, storage["id"], "VX-9999")
        assert said == {"type": "storage-method", "id": "VX-9999", "context": None}

    def test_what_is_wrong_is_said_in_text(
        self, adapter: Any, adapter_package: Any, storage: dict[str, Any]
    ) -> None:
        errors, [method] = adapter_package.errors, storage["method"]
        with pytest.raises(errors.NotFound) as missing:
            adapter.storage.update_storage_method(storage["id"], "VX-9999", {"url": method["uri"]})
        assert str(missing.value).split(" - ", 2)[2].splitlines() == [
            "404 A resource could not be found",
            "Type: storage-method",
            "ID: VX-9999",
        ]
        for url in ("nothing to go by", ""):
            with pytest.raises(errors.APIError) as wrong:
                adapter.storage.update_storage_method(storage["id"], method["id"], {"url": url})
            first, *lines = str(wrong.value).split(" - ", 2)[2].splitlines()
            assert first == "400 An invalid parameter was entered"
            assert [line.split(":")[0] for line in lines] == ["Context", "ID", "Reason"]
