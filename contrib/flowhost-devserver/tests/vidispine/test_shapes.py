"""Shapes of items: lists, documents, imports, tags, metadata, deletion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flowhost_devserver import VidispineServer

NS = "{http://xml.vidispine.com/schema/vidispine}"
FILE_KEYS = {"id", "path", "uri", "state", "size", "hash", "timestamp", "refreshFlag", "storage", "metadata"}


@pytest.fixture(scope="module")
def original(module_server: VidispineServer, clip: Path) -> tuple[str, str]:
    """An item with a film, and the id of its shape."""
    item = module_server.catalogue.create_item({}, title="Film", user="admin").id
    module_server.catalogue.import_file(item, clip)
    module_server.settle()
    return item, module_server.catalogue.shapes(item)[0].id


@pytest.fixture
def item(module_server: VidispineServer) -> str:
    return module_server.catalogue.create_item({}, title="Placeholder", user="admin").id


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_text("some words")
    return file


def _import(api: Any, item: str, file: Path, tag: str = "original") -> str:
    api.post(f"/item/{item}/shape?uri={quote(file.as_uri())}&tag={tag}")
    api.server.settle()
    found: list[str] = api.get(f"/item/{item}/shape?tag={tag}").json()["uri"]
    return found[0]


@pytest.mark.ffmpeg
def test_the_document_of_a_film(api: Any, original: tuple[str, str], clip: Path) -> None:
    item, shape = original
    found = api.get(f"/item/{item}/shape/{shape}").json()
    assert set(found) == {
        "id",
        "essenceVersion",
        "tag",
        "mimeType",
        "created",
        "containerComponent",
        "videoComponent",
        "audioComponent",
        "metadata",
    }
    assert (found["id"], found["essenceVersion"]) == (shape, 0)
    assert (found["tag"], found["mimeType"]) == (["original"], ["video/mp4"])
    container, video, audio = (
        found["containerComponent"],
        found["videoComponent"][0],
        found["audioComponent"][0],
    )
    assert container["duration"] == {
        "samples": 1_000_000,
        "timeBase": {"numerator": 1, "denominator": 1_000_000},
    }
    assert video["resolution"] == {"width": 160, "height": 120}
    assert video["duration"] == {"samples": 25, "timeBase": {"numerator": 1, "denominator": 25}}
    assert (video["codec"], audio["codec"]) == ("h264", "aac")
    assert len({container["id"], video["id"], audio["id"]}) == 3
    for component in (container, video, audio):
        assert [set(file) for file in component["file"]] == [FILE_KEYS]
    file = container["file"][0]
    assert file == video["file"][0] == audio["file"][0]
    assert (file["state"], file["size"], file["refreshFlag"]) == ("CLOSED", clip.stat().st_size, 1)
    assert len(file["hash"]) == 40
    assert file["uri"][0].startswith("file:///")
    assert file["uri"][0].endswith("a%20clip.mp4")


@pytest.mark.ffmpeg
def test_the_document_in_xml(api: Any, original: tuple[str, str]) -> None:
    item, shape = original
    answer = api.get(f"/item/{item}/shape/{shape}", headers={"Accept": "application/xml"})
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{NS}ShapeDocument"
    assert root.findtext(f"{NS}tag") == "original"
    assert root.findtext(f"{NS}created", "").endswith("Z")
    assert root.findtext(f"{NS}videoComponent/{NS}file/{NS}state") == "CLOSED"
    assert root.findtext(f"{NS}videoComponent/{NS}resolution/{NS}width") == "160"


@pytest.mark.ffmpeg
def test_lists(api: Any, original: tuple[str, str]) -> None:
    item, shape = original
    assert api.get(f"/item/{item}/shape").json() == {"uri": [shape]}
    assert api.get(f"/item/{item}/shape?tag=original,x&version=all").json() == {"uri": [shape]}
    assert api.get(f"/item/{item}/shape?tag=lowres").json() == {}
    assert api.get(f"/item/{item}/shape?version=1").json() == {}
    assert api.get(f"/item/{item}/shape?url=true").json() == {
        "uri": [f"{api.server.url}/API/item/{item}/shape/{shape}"]
    }
    text = api.get(f"/item/{item}/shape", headers={"Accept": "text/plain"}).text
    assert text == f"{shape}\r\n"
    assert api.get(f"/item/{item}/shape?version=newest").status_code == 400


@pytest.mark.ffmpeg
def test_files_of_a_shape(api: Any, original: tuple[str, str]) -> None:
    item, shape = original
    path = f"/item/{item}/shape/{shape}/file?includeItem=true"
    in_xml = ElementTree.fromstring(api.get(path, headers={"Accept": "application/xml"}).content)
    names = [one.tag.removeprefix(NS) for one in in_xml.findall(f"{NS}file/*")]
    assert names[-3:] == ["storage", "metadata", "item"]
    found = api.get(path).json()
    assert found["hits"] == 1
    owner = found["file"][0]["item"][0]
    assert (owner["id"], owner["shape"][0]["id"]) == (item, shape)
    assert len(owner["shape"][0]["component"]) == 3


def test_data_is_a_binary_component(api: Any, item: str, text_file: Path) -> None:
    shape = _import(api, item, text_file)
    found = api.get(f"/item/{item}/shape/{shape}").json()
    assert "containerComponent" not in found
    assert found["binaryComponent"][0]["file"][0]["size"] == len("some words")


def test_what_is_not_there(api: Any, item: str) -> None:
    for method, path, kind, id_ in (
        ("GET", "/item/VX-99999/shape", "Item", "VX-99999"),
        ("POST", "/item/VX-99999/transcode?tag=lowres", "Item", "VX-99999"),
        ("POST", f"/item/{item}/transcode?tag=unheard", "shape-tag", "unheard"),
        ("GET", f"/item/{item}/shape/VX-99999", "shape", "VX-99999"),
        ("DELETE", f"/item/{item}/shape/VX-99999", "shape", "VX-99999"),
        ("POST", f"/item/{item}/shape?fileId=VX-99999", "File", "VX-99999"),
    ):
        answer = api.ask(method, path)
        assert answer.status_code == 404
        assert answer.json()["notFound"] == {"type": kind, "id": id_, "context": None}


def test_create_and_delete(api: Any, item: str) -> None:
    made = api.post(f"/item/{item}/shape/create", json={"id": "VX"})
    assert made.status_code == 200
    shape = made.json()["id"]
    assert made.json() == {"id": shape, "essenceVersion": 0, "tag": []}
    second = api.post(f"/item/{item}/shape/create", json={"id": "VX"}).json()["id"]
    assert api.get(f"/item/{item}/shape").json() == {"uri": [shape, second]}
    one = api.delete(f"/item/{item}/shape/{shape}")
    assert (one.status_code, one.json()) == (200, {"uri": [second]})
    last = api.delete(f"/item/{item}/shape/{second}")
    assert (last.status_code, last.json()) == (200, {})
    api.post(f"/item/{item}/shape/create")
    all_ = api.delete(f"/item/{item}/shape")
    assert (all_.status_code, all_.content) == (204, b"")
    assert api.get(f"/item/{item}/shape").json() == {}


def test_placeholders_are_listed_only_when_asked_for(api: Any, item: str) -> None:
    shape = api.post(f"/item/{item}/shape/placeholder?tag=lowres").json()["id"]
    assert api.get(f"/item/{item}/shape").json() == {}
    assert api.get(f"/item/{item}/shape?placeholder=true").json() == {"uri": [shape]}
    assert api.get(f"/item/{item}/shape?placeholder=all").json() == {"uri": [shape]}
    assert api.get(f"/item/{item}/shape/version/0").json() == {"shape": []}


def test_tags(api: Any, item: str) -> None:
    shape = api.post(f"/item/{item}/shape/create").json()["id"]
    added = api.put(f"/item/{item}/shape/{shape}/tag/web")
    assert (added.status_code, added.content) == (200, b"")
    assert api.get(f"/item/{item}/shape?tag=web").json() == {"uri": [shape]}
    assert api.get(f"/item/{item}/shape/{shape}").json()["tag"] == ["web"]
    assert api.delete(f"/item/{item}/shape/{shape}/tag/web").status_code == 200
    assert api.delete(f"/item/{item}/shape/{shape}/tag/web").status_code == 404
    assert api.get(f"/item/{item}/shape/{shape}").json()["tag"] == []


def test_metadata_of_a_shape(api: Any, item: str) -> None:
    shape = api.post(f"/item/{item}/shape/create").json()["id"]
    path = f"/item/{item}/shape/{shape}/metadata"
    assert api.get(path).json() == {}
    put = api.put(path, json={"field": [{"key": "colour", "value": "red"}, {"key": "n", "value": 3}]})
    assert (put.status_code, put.content) == (204, b"")
    expected = {"field": [{"key": "colour", "value": "red"}, {"key": "n", "value": "3"}]}
    assert api.get(path).json() == expected
    assert api.put(f"{path}/colour", data="blue").status_code == 200
    assert api.get(f"{path}/colour").text == "blue"
    assert api.delete(f"{path}/n").status_code == 200
    assert api.get(f"{path}/n").status_code == 404
    xml = ElementTree.fromstring(api.get(path, headers={"Accept": "application/xml"}).content)
    assert xml.findtext(f"{NS}field/{NS}value") == "blue"


def test_metadata_of_a_component(api: Any, item: str, text_file: Path) -> None:
    shape = _import(api, item, text_file)
    component = api.get(f"/item/{item}/shape/{shape}").json()["binaryComponent"][0]["id"]
    path = f"/item/{item}/shape/{shape}/component/{component}/metadata"
    put = api.put(f"{path}/portal_archive_status", data="ARCHIVED", headers={"Content-Type": "text/plain"})
    assert put.status_code == 200
    assert api.get(f"{path}/portal_archive_status").text == "ARCHIVED"
    shown = api.get(f"/item/{item}/shape/{shape}").json()["binaryComponent"][0]["metadata"]
    assert shown == [{"key": "portal_archive_status", "value": "ARCHIVED"}]
    wrong = api.get(f"/item/{item}/shape/{shape}/component/VX-1/metadata")
    assert wrong.json()["notFound"]["type"] == "component"


def test_importing_a_file_of_a_storage_leaves_it_where_it_is(api: Any, item: str) -> None:
    folder = Path(api.server.catalogue.storage("VX-1").path)
    (folder / "there.bin").write_bytes(b"12345")
    api.post("/storage/VX-1/rescan")
    file = api.get("/storage/VX-1/file?path=there.bin").json()["file"][0]
    assert (file["state"], file["size"]) == ("CLOSED", 5)
    job = api.post(f"/item/{item}/shape?fileId={file['id']}&tag=original,extra").json()
    assert job["type"] == "SHAPE_IMPORT"
    api.server.settle()
    shape = api.get(f"/item/{item}/shape?tag=extra").json()["uri"][0]
    found = api.get(f"/item/{item}/shape/{shape}").json()
    assert found["tag"] == ["extra", "original"]
    assert found["binaryComponent"][0]["file"][0]["id"] == file["id"]


def test_of_sent_media_no_pictures_can_be_ordered(api: Any) -> None:
    described = api.session.get(f"{api.server.url}/openapi.json").json()["paths"]
    path = described["/API/item/{item_id}/shape/raw"]["post"]
    offered = {one["name"] for one in path["parameters"]}
    assert {"tag", "priority"} <= offered
    assert not {"createPosters", "time"} & offered


def test_files_can_be_kept(api: Any, item: str, text_file: Path) -> None:
    shape = _import(api, item, text_file)
    file = api.get(f"/item/{item}/shape/{shape}/file").json()["file"][0]
    assert api.delete(f"/item/{item}/shape/{shape}?keepFiles=true").status_code == 200
    assert api.get(f"/file/{file['id']}").json()["state"] == "CLOSED"


def test_the_name_of_a_file_in_a_storage(api: Any, item: str, text_file: Path) -> None:
    shape = _import(api, item, text_file)
    file = api.get(f"/item/{item}/shape/{shape}/file").json()["file"][0]
    other = api.server.add_storage("named files").id
    assert api.put(f"/item/{item}/shape/{shape}/filename/{other}", data="by/rule.txt").status_code == 200
    api.post(f"/file/{file['id']}/storage/{other}")
    api.server.settle()
    assert api.get(f"/storage/{other}/file").json()["file"][0]["path"] == "by/rule.txt"
    path = f"/item/{item}/shape/{shape}/filename/{other}"
    assert api.put(f"{path}?filename=by/parameter.txt").status_code == 200
    assert api.get(path).text == "by/parameter.txt"


@pytest.mark.ffmpeg
def test_transcode_to_several_tags_is_one_job(api: Any, original: tuple[str, str]) -> None:
    item, _ = original
    job = api.post(f"/item/{item}/transcode?tag=lowres,small&jobmetadata=rule%3D1")
    assert job.status_code == 404  # there is no such tag yet
    preset = {
        "format": "mp4",
        "video": {"codec": "h264", "scaling": {"width": 80}},
        "audio": {"codec": "aac"},
    }
    assert api.put("/shape-tag/small", json=preset).status_code == 200
    job = api.post(f"/item/{item}/transcode?tag=lowres,small").json()
    api.server.settle()
    done = api.get(f"/job/{job['jobId']}?metadata=true").json()
    assert (done["status"], done["totalSteps"]) == ("FINISHED", 2)
    data = {pair["key"]: pair["value"] for pair in done["data"]}
    assert (data["tags"], data["transcodeDone"]) == ("lowres,small", "true")
    assert data["sourceFileId"] == api.get(f"/item/{item}/shape/{original[1]}/file").json()["file"][0]["id"]
    assert data["closeProxyURI0"].count("file:///") == len(data["closeProxyURI0"].split("\n")) == 2
    assert float(data["transcodeWallTime"]) > 0 == float(data["transcodeEstimatedTimeLeft"])
    shapes = [api.get(f"/item/{item}/shape?tag={tag}").json()["uri"] for tag in ("lowres", "small")]
    assert data["shapeIds"].split(",") == [one[0] for one in shapes]
    small = api.get(f"/item/{item}/shape/{shapes[1][0]}").json()
    assert small["videoComponent"][0]["resolution"]["width"] == 80
    for shape in shapes:
        api.delete(f"/item/{item}/shape/{shape[0]}")


def test_only_those_who_may(api: Any, item: str, api_for: Callable[..., Any]) -> None:
    api.post("/user", json={"userName": "guest", "password": "secret"})
    guest = api_for(api.server, "guest", "secret")
    assert guest.get(f"/item/{item}/shape").status_code == 403
    api.post(f"/item/{item}/access", json={"user": "guest", "permission": "READ"})
    assert guest.get(f"/item/{item}/shape").status_code == 200
    assert guest.post(f"/item/{item}/shape/create").status_code == 403
    api.post(f"/item/{item}/access", json={"user": "guest", "permission": "WRITE", "priority": 9})
    assert guest.post(f"/item/{item}/shape/create").status_code == 200


@pytest.mark.ffmpeg
def test_components_in_xml(api: Any, original: tuple[str, str]) -> None:
    item, shape = original
    path = f"/item/{item}/shape/{shape}/component"
    headers = {"Accept": "application/xml"}
    root = ElementTree.fromstring(api.get(path, headers=headers).content)
    assert root.tag == f"{NS}ComponentListDocument"
    first = root.findtext(f"{NS}component/{NS}id")
    assert root.findtext(f"{NS}component/{NS}format") is None
    whole = ElementTree.fromstring(api.get(f"{path}/{first}?full=true", headers=headers).content)
    assert (whole.tag, whole.findtext(f"{NS}id")) == (f"{NS}ComponentDocument", first)
    assert whole.findtext(f"{NS}format")
    missing = api.get(f"{path}/VX-999999")
    assert missing.json()["notFound"] == {"type": "component", "id": "VX-999999", "context": None}
