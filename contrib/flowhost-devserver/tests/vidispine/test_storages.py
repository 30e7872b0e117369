"""Storages: documents, watermarks, methods, groups."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

NS = "{http://xml.vidispine.com/schema/vidispine}"
KEYS = {
    "id",
    "state",
    "type",
    "capacity",
    "freeCapacity",
    "timestamp",
    "method",
    "metadata",
    "lowWatermark",
    "highWatermark",
    "showImportables",
}
METHOD_KEYS = {"id", "uri", "read", "write", "browse", "lastSuccess", "type"}


def _document(folder: Path, **more: Any) -> dict[str, Any]:
    method = {"uri": f"{folder.as_uri()}/", "read": "true", "write": True, "browse": "true"}
    return {
        "type": "LOCAL",
        "capacity": "1500000",
        "method": [method],
        "metadata": {"field": [{"key": "name", "value": "New one"}]},
        **more,
    }


def test_the_storage_of_a_fresh_server(api: Any) -> None:
    found = api.get("/storage/VX-1").json()
    assert set(found) == KEYS
    assert (found["state"], found["type"]) == ("NONE", "LOCAL")
    assert [set(method) for method in found["method"]] == [METHOD_KEYS]
    method = found["method"][0]
    assert method["uri"].startswith("file:///")
    assert method["uri"].endswith("/")
    assert method["read"] is True
    assert found["lowWatermark"] == found["highWatermark"] == found["capacity"]
    assert {"key": "name", "value": "media"} in found["metadata"]["field"]
    assert "VX-1" in [one["id"] for one in api.get("/storage").json()["storage"]]


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({}, 1_500_000, 1_500_000),
        ({"lowWatermarkPercentage": "90", "highWatermarkPercentage": 75}, 1_350_000, 1_125_000),
        ({"lowWatermark": 1000, "highWatermark": "2000"}, 1000, 2000),
    ],
)
def test_watermarks(api: Any, tmp_path: Path, given: dict[str, Any], low: int, high: int) -> None:
    made = api.post("/storage", json=_document(tmp_path / "one", **given))
    assert made.status_code == 200
    found = made.json()
    assert (found["capacity"], found["freeCapacity"]) == (1_500_000, 1_500_000)
    assert (found["lowWatermark"], found["highWatermark"]) == (low, high)
    percentages = {key: int(value) for key, value in given.items() if key.endswith("Percentage")}
    assert {key: found[key] for key in found if key.endswith("Percentage")} == percentages
    gone = api.delete(f"/storage/{found['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert api.get(f"/storage/{found['id']}").json()["notFound"]["type"] == "Storage"


def test_percentages_follow_a_new_capacity(api: Any, tmp_path: Path) -> None:
    document = _document(tmp_path / "one", highWatermarkPercentage=50)
    storage = api.post("/storage", json=document).json()["id"]
    changed = api.put(f"/storage/{storage}", json={"capacity": 1000, "type": "EXPORT"})
    assert changed.status_code == 200
    assert (changed.json()["highWatermark"], changed.json()["lowWatermark"]) == (500, 1000)
    assert changed.json()["type"] == "EXPORT"
    assert api.get(f"/storage/{storage}").json()["metadata"] == {
        "field": [{"key": "name", "value": "New one"}]
    }
    api.delete(f"/storage/{storage}")


@pytest.mark.parametrize("kind", ["catalogue's own", "posted"])
def test_percentages_of_a_disk(api: Any, tmp_path: Path, kind: str) -> None:
    """A storage whose capacity nobody said has that of its disk."""
    if kind == "posted":
        document = {key: value for key, value in _document(tmp_path / "one").items() if key != "capacity"}
        storage = api.post("/storage", json={**document, "highWatermarkPercentage": 75}).json()["id"]
    else:
        (tmp_path / "one").mkdir()
        storage = api.server.catalogue.add_storage("one", tmp_path / "one").id
        api.put(f"/storage/{storage}", json={"highWatermarkPercentage": 75})
    assert api.put(f"/storage/{storage}", json={"lowWatermarkPercentage": 90}).status_code == 200
    found = api.get(f"/storage/{storage}").json()
    capacity = found["capacity"]
    assert capacity > 0
    assert (found["lowWatermark"], found["highWatermark"]) == (capacity * 90 // 100, capacity * 75 // 100)
    assert api.server.catalogue.storage(storage).high_watermark == capacity * 75 // 100
    api.delete(f"/storage/{storage}")


def test_without_a_method(api: Any) -> None:
    made = api.post("/storage", json={"type": "LOCAL", "capacity": 100}).json()
    assert made["method"] == []
    assert made["metadata"] == {}
    api.delete(f"/storage/{made['id']}")


def test_in_xml(api: Any, tmp_path: Path) -> None:
    body = f"""<StorageDocument xmlns="{NS[1:-1]}"><type>ARCHIVE</type><capacity>1000</capacity>
      <method><uri>{(tmp_path / "x").as_uri()}/</uri><read>true</read></method>
      <metadata><field><key>name</key><value>Tape</value></field></metadata></StorageDocument>"""
    headers = {"Accept": "application/xml", "Content-Type": "application/xml"}
    made = ElementTree.fromstring(api.post("/storage", data=body, headers=headers).content)
    assert made.tag == f"{NS}StorageDocument"
    assert made.findtext(f"{NS}type") == "ARCHIVE"
    assert made.findtext(f"{NS}method/{NS}read") == "true"
    assert made.findtext(f"{NS}metadata/{NS}field/{NS}value") == "Tape"
    api.delete(f"/storage/{made.findtext(f'{NS}id')}")


@pytest.mark.parametrize(
    ("given", "context"),
    [
        ({"type": "CLOUD"}, "type"),
        ({"capacity": -1}, "capacity"),
        ({"highWatermarkPercentage": 101}, "highWatermarkPercentage"),
        ({"lowWatermark": 2_000_000}, "lowWatermark"),
        ({"method": [{"read": True}]}, "method"),
    ],
)
def test_what_no_storage_can_be(api: Any, tmp_path: Path, given: dict[str, Any], context: str) -> None:
    answer = api.post("/storage", json=_document(tmp_path / "one", **given))
    assert answer.status_code == 400
    assert answer.json()["invalidInput"]["context"] == context


def test_a_folder_within_another_storage_is_a_conflict(api: Any, tmp_path: Path) -> None:
    storage = api.post("/storage", json=_document(tmp_path / "one")).json()["id"]
    assert api.post("/storage", json=_document(tmp_path / "one" / "two")).status_code == 409
    api.delete(f"/storage/{storage}")


def test_methods(api: Any, tmp_path: Path) -> None:
    storage = api.post("/storage", json={"type": "LOCAL", "capacity": 100}).json()["id"]
    path = f"/storage/{storage}/method"
    assert api.get(path).json() == {"method": []}
    folder = tmp_path / "with a blank"
    made = api.post(path, json={"uri": f"{folder.as_uri()}/", "write": "false"}).json()
    assert (made["read"], made["write"], made["type"]) == (True, False, "NONE")
    assert folder.is_dir()
    shown = api.get(f"/storage/{storage}").json()["method"][0]
    assert shown["uri"].endswith("/with%20a%20blank/")
    changed = api.put(f"{path}/{made['id']}", json={"write": True}).json()
    assert (changed["id"], changed["write"]) == (made["id"], True)
    [shown] = api.get(f"{path}/{made['id']}").json()["method"]
    assert shown["write"] is True
    assert api.delete(f"{path}/{made['id']}").status_code == 200
    missing = api.get(f"{path}/{made['id']}")
    assert missing.json()["notFound"]["type"] == "storage-method"
    assert api.post(path, json={}).status_code == 400
    by_parameters = api.put(
        path, params={"url": "ftp://somewhere/else/", "bandwidth": "100", "browse": "false"}
    )
    assert (by_parameters.json()["bandwidth"], by_parameters.json()["browse"]) == (100, False)
    api.delete(f"/storage/{storage}")


def test_equal_requests_at_once_make_one_method(api: Any, api_for: Callable[..., Any]) -> None:
    storage = api.post("/storage", json={"type": "LOCAL", "capacity": 100}).json()["id"]
    clients = [api_for(api.server) for _ in range(15)]

    def put(client: Any) -> int:
        answer = client.put(f"/storage/{storage}/method", params={"uri": "ftp://somewhere/else/"})
        return int(answer.status_code)

    with ThreadPoolExecutor(len(clients)) as pool:
        assert list(pool.map(put, clients)) == [200] * len(clients)
    assert len(api.get(f"/storage/{storage}/method").json()["method"]) == 1
    api.delete(f"/storage/{storage}")


def test_metadata_of_a_method_is_that_of_its_document(api: Any, tmp_path: Path) -> None:
    def of(**pairs: str) -> dict[str, Any]:
        return {"field": [{"key": key, "value": value} for key, value in pairs.items()]}

    method = {"uri": "ftp://somewhere/else/", "metadata": of(a="1")}
    made = api.post("/storage", json=_document(tmp_path / "one", method=[method])).json()
    id_, path = made["method"][0]["id"], f"/storage/{made['id']}/method"
    assert made["method"][0]["metadata"] == api.get(f"{path}/{id_}/metadata").json() == of(a="1")
    changed = api.put(path, json={**method, "metadata": of(b="2")}).json()
    assert (changed["id"], changed["metadata"]) == (id_, of(a="1", b="2"))
    assert api.delete(f"{path}/{id_}/metadata/a").status_code == 200
    assert api.delete(f"{path}/{id_}/metadata/a").status_code == 404
    known = {"id": id_, "metadata": of(b="3")}
    api.put(f"/storage/{made['id']}", json={"method": [known]})
    assert api.get(f"{path}/{id_}/metadata").json() == of(b="3")
    assert api.get(f"{path}/{id_}").json()["method"][0]["metadata"] == of(b="3")
    second = api.post(path, json={"uri": "ftp://somewhere/", "metadata": of(c="4")}).json()
    assert api.get(f"{path}/{second['id']}/metadata/c").text == "4"
    api.delete(f"/storage/{made['id']}")


def test_a_method_keeps_a_uri(api: Any) -> None:
    method = {"uri": "ftp://somewhere/else/"}
    made = api.post("/storage", json={"type": "LOCAL", "capacity": 100, "method": [method]}).json()
    broken = {"method": [{"id": made["method"][0]["id"], "uri": ""}]}
    assert api.put(f"/storage/{made['id']}", json=broken).status_code == 400
    api.delete(f"/storage/{made['id']}")


def test_state_and_room(api: Any, tmp_path: Path) -> None:
    storage = api.post("/storage", json=_document(tmp_path / "one")).json()["id"]
    assert api.get(f"/storage/{storage}/freespace").text == "1500000"
    assert api.get(f"/storage/{storage}/status").text == "NONE"
    assert api.put(f"/storage/{storage}/state/DISABLED").json()["state"] == "DISABLED"
    found = api.get("/storage?status=DISABLED").json()["storage"]
    assert [one["id"] for one in found] == [storage]
    (tmp_path / "one").rmdir()
    api.put(f"/storage/{storage}/state/NONE")
    assert api.get(f"/storage/{storage}").json()["state"] == "OFFLINE"
    api.delete(f"/storage/{storage}")


def test_filters(api: Any, tmp_path: Path) -> None:
    storage = api.post("/storage", json=_document(tmp_path / "one")).json()["id"]
    all_ids = [one["id"] for one in api.get("/storage?freebytes=1500000").json()["storage"]]
    assert storage in all_ids
    assert storage not in [one["id"] for one in api.get("/storage?size=1500001").json()["storage"]]
    assert f"{api.server.url}/API/storage/{storage}" in api.get("/storage?url=true").json()["uri"]
    api.delete(f"/storage/{storage}")


def test_groups(api: Any) -> None:
    assert api.put("/storage/storage-group/fast").status_code == 200
    assert api.put("/storage/storage-group/fast/VX-1").status_code == 200
    assert api.put("/storage/storage-group/fast/VX-99").status_code == 404
    group = api.get("/storage/storage-group/fast").json()
    assert (group["name"], [one["id"] for one in group["storage"]]) == ("fast", ["VX-1"])
    assert [one["id"] for one in api.get("/storage?storagegroup=fast").json()["storage"]] == ["VX-1"]
    assert [one["name"] for one in api.get("/storage/storage-group/").json()["group"]] == ["fast"]
    assert api.delete("/storage/storage-group/fast/VX-1").status_code == 200
    assert api.delete("/storage/storage-group/fast").status_code == 200
    assert api.get("/storage/storage-group/fast").json()["notFound"]["type"] == "storage-group"


def test_pairs_of_a_group_end_with_it(api: Any) -> None:
    group = "/storage/storage-group/short"
    api.put(group)
    assert api.put(f"{group}/metadata/colour", data="red").status_code == 200
    assert api.get(f"{group}/metadata/colour").text == "red"
    assert api.delete(group).status_code == 200
    api.put(group)
    assert api.get(f"{group}/metadata").json() == {}
    api.delete(group)


def test_a_storage_need_not_show_what_can_be_imported(api: Any, tmp_path: Path) -> None:
    storage = api.post("/storage", json=_document(tmp_path / "shy", showImportables=False)).json()["id"]
    (tmp_path / "shy" / "shy.txt").write_text("x")
    api.post(f"/storage/{storage}/rescan")

    def found(path: str) -> int:
        return int(api.get(f"/storage/{path}?path=shy.txt").json()["hits"])

    assert (found(f"{storage}/importable"), found("importable")) == (0, 0)
    api.put(f"/storage/{storage}", json={"showImportables": True})
    assert (found(f"{storage}/importable"), found("importable")) == (1, 1)
    api.delete(f"/storage/{storage}")


def test_metadata(api: Any, tmp_path: Path) -> None:
    storage = api.post("/storage", json=_document(tmp_path / "one")).json()["id"]
    path = f"/storage/{storage}/metadata"
    assert api.put(f"{path}/excludefilter", data=".*tmp").status_code == 200
    fields = api.get(f"/storage/{storage}").json()["metadata"]["field"]
    assert {"key": "excludefilter", "value": ".*tmp"} in fields
    assert api.get(f"{path}/name").text == "New one"
    assert api.delete(f"{path}/excludefilter").status_code == 200
    assert api.get(f"{path}/excludefilter").status_code == 404
    api.delete(f"/storage/{storage}")


def test_what_only_the_catalogue_made_has_a_method(api: Any, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    made = api.server.catalogue.add_storage("two", tmp_path / "two", capacity=1000, high_watermark=900)
    found = api.get(f"/storage/{made.id}").json()
    assert found["method"][0]["uri"] == f"{(tmp_path / 'two').as_uri()}/"
    assert (found["capacity"], found["highWatermark"]) == (1000, 900)
    api.delete(f"/storage/{made.id}")
