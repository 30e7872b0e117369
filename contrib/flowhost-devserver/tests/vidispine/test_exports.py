"""Exports and the places they go to."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flowhost_devserver import VidispineServer

NS = "{http://xml.vidispine.com/schema/vidispine}"


@pytest.fixture(scope="module")
def item(module_server: VidispineServer, clip: Path) -> str:
    made = module_server.catalogue.create_item({}, title="Film", user="admin").id
    module_server.catalogue.import_file(made, clip)
    module_server.settle()
    return made


def _export(api: Any, path: str) -> dict[str, Any]:
    started = api.post(path)
    assert (started.status_code, started.json()["type"]) == (200, "EXPORT")
    api.server.settle()
    done: dict[str, Any] = api.get(f"/job/{started.json()['jobId']}").json()
    return done


@pytest.mark.ffmpeg
def test_the_original_with_its_metadata(api: Any, item: str, clip: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    query = f"uri={target.as_uri()}/&useOriginalFilename=true&metadata=true"
    assert _export(api, f"/item/{item}/export?{query}")["status"] == "FINISHED"
    assert sorted(one.name for one in target.iterdir()) == ["a clip.mp4", "a clip.xml"]
    assert (target / "a clip.mp4").read_bytes() == clip.read_bytes()
    sidecar = ElementTree.parse(target / "a clip.xml").getroot()
    assert sidecar.tag == f"{NS}MetadataDocument"
    assert "Film" in [value.text for value in sidecar.iter(f"{NS}value")]


@pytest.mark.ffmpeg
def test_to_a_file_by_a_location(api: Any, item: str, tmp_path: Path) -> None:
    location = {"uri": f"{(tmp_path / 'out').as_uri()}/", "tag": ["lowres"]}
    put = api.put("/export-location/here", json=location)
    assert (put.status_code, put.json()) == (200, {"name": "here", **location})
    job = _export(api, f"/item/{item}/export?locationName=here")
    assert (job["status"], job["totalSteps"]) == (
        "FINISHED",
        2,
    )  # the item has no such shape: it is made for this
    assert [one.suffix for one in (tmp_path / "out").iterdir()] == [".mp4"]
    assert api.get(f"/item/{item}/shape?tag=lowres").json() == {}
    assert len(api.get("/storage").json()["storage"]) == 1
    api.delete("/export-location/here")


@pytest.mark.ffmpeg
def test_what_is_missing(api: Any, item: str, tmp_path: Path) -> None:
    uri = f"uri={(tmp_path / 'out').as_uri()}/"
    assert _export(api, f"/item/{item}/export?{uri}&tag=mp3")["status"] == "FINISHED"
    assert not (tmp_path / "out").exists()
    assert _export(api, f"/item/{item}/export?{uri}&tag=mp3&allowMissing=false")["status"] == "FAILED_TOTAL"


@pytest.mark.ffmpeg
def test_a_shape_and_a_collection(api: Any, item: str, clip: Path, tmp_path: Path) -> None:
    shape = api.get(f"/item/{item}/shape").json()["uri"][0]
    job = _export(api, f"/item/{item}/shape/{shape}/export?uri={(tmp_path / 'one.mp4').as_uri()}")
    assert job["status"] == "FINISHED"
    assert (tmp_path / "one.mp4").read_bytes() == clip.read_bytes()
    collection = api.server.catalogue.create_collection("All").id
    api.server.catalogue.add_to_collection(item, "All")
    uri = f"{(tmp_path / 'all').as_uri()}/"
    assert _export(api, f"/collection/{collection}/export?uri={uri}&all=true")["status"] == "FINISHED"
    assert len(list((tmp_path / "all").iterdir())) == 1


def test_where_nobody_can_go(api: Any) -> None:
    item = api.server.catalogue.create_item({}, title="Empty", user="admin").id
    assert api.post(f"/item/{item}/export").json()["invalidInput"]["context"] == "uri"
    unknown = api.post(f"/item/{item}/export?locationName=nowhere")
    assert unknown.json()["notFound"] == {"type": "export-location", "id": "nowhere", "context": None}
    assert (
        api.post(f"/item/{item}/export?uri=file:///x&tag=unheard").json()["notFound"]["type"] == "shape-tag"
    )


def test_a_location_that_an_older_server_kept(api: Any, item: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    uri = f"{folder.as_uri()}/"
    api.server.site.keeping.put("export-location", "old", {"name": "old", "uriList": {"uri": [uri]}})
    today = {"name": "old", "uriList": [uri]}
    assert api.get("/export-location/old").json() == today
    assert api.get("/export-location").json() == {"exportLocation": [today]}
    assert api.post(f"/item/{item}/export?locationName=old").status_code == 200
    api.server.settle()
    assert len(list(folder.iterdir())) == 1
    assert api.delete("/export-location/old").status_code == 200


def test_locations(api: Any) -> None:
    location = {"uri": "file:///srv/a/", "uriList": ["file:///srv/b/"], "projection": "p"}
    for given in (location, {**location, "uriList": {"uri": ["file:///srv/b/"]}}):
        assert api.put("/export-location/one", json=given).json() == {"name": "one", **location}
    assert api.get("/export-location").json() == {"exportLocation": [{"name": "one", **location}]}
    assert api.put("/export-location/one/script", data="job.log('x')").status_code == 200
    assert api.get("/export-location/one/script").text == "job.log('x')"
    assert api.get("/export-location/one").json()["script"] == "job.log('x')"
    xml = ElementTree.fromstring(api.get("/export-location", headers={"Accept": "*/*"}).content)
    assert xml.tag == f"{NS}ExportLocationListDocument"
    assert xml.findtext(f"{NS}exportLocation/{NS}uriList/{NS}uri") == "file:///srv/b/"
    body = api.get("/export-location/one", headers={"Accept": "application/xml"}).content
    again = api.put("/export-location/one", data=body, headers={"Content-Type": "application/xml"})
    assert again.json()["uriList"] == ["file:///srv/b/"]
    empty = body.replace(b"<uri>file:///srv/b/</uri>", b"")
    again = api.put("/export-location/one", data=empty, headers={"Content-Type": "application/xml"})
    assert again.json()["uriList"] == []
    api.put("/export-location/one", json=location)
    assert api.delete("/export-location/one/script").status_code == 200
    assert api.get("/export-location/one/script").status_code == 404
    assert api.delete("/export-location/one").status_code == 200
    assert api.get("/export-location/one").json()["notFound"]["type"] == "export-location"
    assert api.put("/export-location/two", json={}).status_code == 400
