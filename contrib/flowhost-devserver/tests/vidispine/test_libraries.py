"""Libraries: made by searches and lists, refreshed, changed, their items' metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from flowhost_devserver.vidispine.libraries.pair_pages import PAIRS
from lxml import etree

NS = "http://xml.vidispine.com/schema/vidispine"
SECONDS = 60.0


@pytest.fixture
def server(vidispine_server: VidispineServer) -> VidispineServer:
    for title in ("red fox", "red hen", "blue whale"):
        vidispine_server.catalogue.create_item({}, title=title)
    return vidispine_server


@pytest.fixture
def api(server: VidispineServer, api_for: Any) -> Iterator[Any]:
    yield api_for(server)


RED = {"field": [{"name": "title", "value": [{"value": "red"}]}]}


def made(api: Any, **options: str) -> str:
    answer = api.put("/item", params={"result": "library", **options}, json=RED).json()
    assert answer.keys() == {"hits", "library", "item"}
    return str(answer["library"])


def items(api: Any, library: str) -> list[str]:
    return [one["id"] for one in api.get(f"/library/{library}?number=1000&first=1").json()["item"]]


def test_a_search_makes_a_library(api: Any) -> None:
    library = made(api, number="1")
    assert library == "VX*1"
    answer = api.get(f"/library/{library}?content=metadata&field=title").json()
    assert answer.keys() == {"hits", "library", "item"}
    assert answer["hits"] == 2
    assert answer["item"][0].keys() == {"id", "start", "end", "timespan", "metadata"}
    settings = api.get(f"/library/{library}/settings").json()
    assert settings.keys() == {"id", "username", "updateMode", "autoRefresh", "lastUpdate", "query"}
    assert settings["updateMode"] == "MERGE"
    assert settings["autoRefresh"] is False
    assert settings["query"] == RED


@pytest.mark.parametrize(
    ("mode", "left"), [("REPLACE", ["VX-2", "VX-4"]), ("MERGE", ["VX-1", "VX-2", "VX-4"])]
)
def test_one_refreshes_itself(api: Any, server: VidispineServer, mode: str, left: list[str]) -> None:
    library = made(api, autoRefresh="true", updateMode=mode, updateFrequency="60")
    server.catalogue.create_item({}, title="red ant")
    server.catalogue.update_item("VX-1", title="grey fox")
    assert items(api, library) == left
    assert api.get("/item/VX-4/library").json() == {"uri": [library]}
    assert api.get("/item/VX-1/library").json() == ({"uri": [library]} if mode == "MERGE" else {})
    assert api.get(f"/library/{library}/settings").json()["updateFrequency"] == 60


def test_one_that_does_not_stays_as_it_is(api: Any, server: VidispineServer) -> None:
    library = made(api)
    server.catalogue.create_item({}, title="red ant")
    assert items(api, library) == ["VX-1", "VX-2"]
    blue = {"field": [{"name": "title", "value": [{"value": "blue"}]}]}
    assert api.put(f"/item;libraryId={library}", json=blue).json()["library"] == library
    assert items(api, library) == ["VX-1", "VX-2", "VX-3"]


def test_settings_can_be_changed(api: Any, server: VidispineServer) -> None:
    library = made(api)
    settings = {"autoRefresh": "true", "updateMode": "REPLACE", "updateFrequency": "30", "id": "VX*9"}
    done = api.put(f"/library/{library}/settings", json=settings)
    assert (done.status_code, done.content) == (200, b"")
    answer = api.get(f"/library/{library}/settings").json()
    assert (answer["id"], answer["autoRefresh"], answer["updateFrequency"]) == (library, True, 30)
    body = f"""<LibrarySettingsDocument xmlns="{NS}"><query><field><name>title</name><value>blue</value></field>
        </query></LibrarySettingsDocument>"""
    xml = {"Accept": "application/xml", "Content-Type": "application/xml"}
    api.put(f"/library/{library}/settings", data=body, headers=xml)
    root = etree.fromstring(api.get(f"/library/{library}/settings", headers=xml).content)
    assert root.findtext(f"{{{NS}}}query/{{{NS}}}field/{{{NS}}}value") == "blue"
    assert root.findtext(f"{{{NS}}}lastUpdate", "").endswith("Z")
    assert items(api, library) == ["VX-3"]
    for wrong in (
        {"updateMode": "TWIST"},
        {"query": {"operator": [{"operation": "XOR"}]}},
        {"updateFrequency": -1},
    ):
        assert api.put(f"/library/{library}/settings", json=wrong).status_code == 400


def test_a_list_makes_a_library(api: Any) -> None:
    made = api.post("/library?externalId=shelf-1", json={"item": [{"id": "VX-3"}, {"id": "VX-1"}]})
    assert made.json() == {"uri": ["VX*1"]}
    assert items(api, "shelf-1") == ["VX-3", "VX-1"]
    assert api.post("/library?externalId=shelf-1", json={}).status_code == 409
    assert api.get("/library/VX*1/external-id").json()["id"][0]["externalId"] == "shelf-1"
    assert items(api, "VX*1") == ["VX-3", "VX-1"]
    assert api.post("/library", json={}, headers={"Accept": "text/plain"}).text == "VX*2\r\n"
    assert api.put("/library/VX*2", json={"item": [{"id": "VX-2"}]}).content == b""
    assert items(api, "VX*2") == ["VX-2"]
    assert api.post("/library", json={"item": [{"id": "VX-99"}]}).json()["notFound"]["type"] == "Item"


def test_items_come_and_go(api: Any, server: VidispineServer) -> None:
    library = made(api)
    assert api.put(f"/library/{library}/VX-3").status_code == 200
    assert api.delete(f"/library/{library}/VX-1").status_code == 200
    assert items(api, library) == ["VX-2", "VX-3"]
    server.catalogue.delete_item("VX-2")
    assert items(api, library) == ["VX-3"]
    assert api.put(f"/library/{library}/VX-99").json()["notFound"]["type"] == "Item"


def test_libraries_are_listed_and_deleted(api: Any) -> None:
    first, second = made(api), made(api, autoRefresh="true")
    assert api.get("/library").json() == {"hits": 2, "uri": [first, second]}
    assert api.get("/library;number=1;first=1;autoRefresh=true").json() == {"hits": 1, "uri": [second]}
    assert api.get("/library?updateMode=REPLACE").json() == {"hits": 0}
    api.put(f"/library/{second}/settings", json={"updateFrequency": 60})
    assert api.get("/library?frequencyFrom=59&frequencyTo=61").json()["uri"] == [second]
    assert api.get("/library?frequencyFrom=60").json() == {"hits": 0}
    assert api.delete(f"/library/{first}").content == b""
    answer = api.get(f"/library/{first}")
    assert answer.json()["notFound"] == {"type": "Library", "id": first, "context": None}
    assert api.delete(f"/library?id={second},VX*99").status_code == 200
    assert api.get("/library").json() == {"hits": 0}


def test_a_job_changes_the_metadata_of_all_items(api: Any, server: VidispineServer) -> None:
    library = made(api)
    document = {
        "timespan": [
            {"start": "-INF", "end": "+INF", "field": [{"name": "portal_mf10001", "value": [{"value": "x"}]}]}
        ]
    }
    job = api.put(f"/library/{library}/item-metadata", json=document).json()
    assert job["type"] == "UPDATE_LIBRARY_ITEM_METADATA"
    assert server.site.jobs.wait(job["jobId"], SECONDS).status == "FINISHED"
    wanted = {"field": [{"name": "portal_mf10001", "value": [{"value": "x"}]}]}
    assert [one["id"] for one in api.put("/item", json=wanted).json()["item"]] == ["VX-1", "VX-2"]


def test_libraries_outlive_a_restart(make_vidispine_server: Any, api_for: Any, tmp_path: Any) -> None:
    with VidispineServer(tmp_path / "kept") as server:
        library = api_for(server).post("/library", json={}).json()["uri"][0]
    again = make_vidispine_server(tmp_path / "kept")
    assert api_for(again).get("/library").json()["uri"] == [library]


def test_a_search_in_a_library(api: Any) -> None:
    library = made(api)
    ids = [one["id"] for one in api.get(f"/item;library={library}").json()["item"]]
    assert ids == ["VX-1", "VX-2"]
    empty = api.post("/library", json={}).json()["uri"][0]
    assert api.get(f"/item;library={empty}").json()["hits"] == 0
    assert api.get("/item;library=VX*99").status_code == 404


def test_a_job_deletes_libraries(api: Any, server: VidispineServer) -> None:
    library = made(api)
    job = api.delete(f"/library/{library}?async=true").json()
    assert job["type"] == "DELETE_LIBRARY"
    assert server.site.jobs.wait(job["jobId"], SECONDS).status == "FINISHED"
    assert api.get(f"/library/{library}").status_code == 404


def test_pairs_are_kept_with_a_library(api: Any) -> None:
    path = f"/library/{made(api)}/metadata"
    assert api.put(path, json={"field": [{"key": "rule", "value": "7"}]}).status_code == 204
    assert api.put(f"{path}/colour", data=b"red").status_code == 200
    pairs = [{"key": "rule", "value": "7"}, {"key": "colour", "value": "red"}]
    assert api.get(path).json() == {"field": pairs}
    assert api.delete(f"{path}/rule").status_code == 200
    assert api.get(f"{path}/rule").status_code == 404
    assert api.delete(path).status_code == 200
    assert api.get(path).json() == {}


@pytest.mark.parametrize("how", ["", "?async=true"])
def test_pairs_of_a_library_end_with_it(api: Any, server: VidispineServer, how: str) -> None:
    library = made(api)
    assert api.put(f"/library/{library}/metadata/colour", data=b"red").status_code == 200
    assert library in server.site.keeping.all(PAIRS)
    api.delete(f"/library/{library}{how}")
    server.settle()
    assert library not in server.site.keeping.all(PAIRS)
