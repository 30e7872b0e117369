"""Files: lists, registering, states, copies and moves, archives."""

from __future__ import annotations

import hashlib
import os
import queue
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flowhost_devserver import VidispineServer

from flowhost_plugins.catalogue import Change

NS = "{http://xml.vidispine.com/schema/vidispine}"


@pytest.fixture
def item(module_server: VidispineServer, tmp_path: Path) -> str:
    """An item with a file of its own."""
    source = tmp_path / "a, b.bin"
    source.write_bytes(b"0123456789")
    made = module_server.catalogue.create_item({}, title="Film", user="admin").id
    module_server.catalogue.import_file(made, source)
    module_server.settle()
    return made


@pytest.fixture
def file(api: Any, item: str) -> dict[str, Any]:
    shape = api.get(f"/item/{item}/shape").json()["uri"][0]
    found: dict[str, Any] = api.get(f"/item/{item}/shape/{shape}/file").json()["file"][0]
    return found


def _storage(api: Any, folder: Path, kind: str = "LOCAL", **more: Any) -> str:
    document = {"type": kind, "capacity": 1_000_000, "method": [{"uri": f"{folder.as_uri()}/"}], **more}
    made: str = api.post("/storage", json=document).json()["id"]
    return made


def test_a_file(api: Any, item: str, file: dict[str, Any]) -> None:
    assert file["hash"] == hashlib.sha1(b"0123456789").hexdigest()
    for path in (f"/file/{file['id']}", f"/storage/file/{file['id']}", f"/storage/VX-1/file/{file['id']}"):
        assert api.get(path).json() == file
    assert api.get(f"/storage/file/{file['id']}/data").content == b"0123456789"
    part = api.get(f"/storage/file/{file['id']}/data", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    shown = api.get(f"/file/{file['id']}?includeItem=true").json()
    assert shown["item"][0]["id"] == item
    xml = ElementTree.fromstring(api.get(f"/file/{file['id']}", headers={"Accept": "*/*"}).content)
    assert (xml.tag, xml.findtext(f"{NS}size")) == (f"{NS}FileDocument", "10")
    missing = api.get("/file/VX-99999")
    assert (missing.status_code, missing.json()["notFound"]["type"]) == (404, "File")


@pytest.fixture(scope="module")
def listed_storage(module_server: VidispineServer) -> str:
    folder = module_server.root / "listed"
    for name in ("b.txt", "a/one.txt", "a/two.txt", "a/deep/three.bin"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    storage = module_server.add_storage("listed", folder).id
    for _ in range(2):
        module_server.catalogue.scan(storage)
    return storage


class TestList:
    """A storage with known files."""

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("sort=filename%20asc", ["a/deep/three.bin", "a/one.txt", "a/two.txt", "b.txt"]),
            ("sort=filename%20desc&number=1", ["b.txt"]),
            ("sort=filename&first=1&number=2", ["a/one.txt", "a/two.txt"]),
            ("path=/&recursive=false", ["b.txt"]),
            ("path=/a&recursive=false&sort=path", ["a/one.txt", "a/two.txt"]),
            ("path=a/&sort=size%20desc", ["a/deep/three.bin", "a/one.txt", "a/two.txt"]),
            ("path=*/t*&wildcard=true&sort=path", ["a/deep/three.bin", "a/two.txt"]),
            ("state=OPEN", []),
            ("state=CLOSED,OPEN&path=b.txt", ["b.txt"]),
            ("filter=item", []),
            ("filter=noitem&path=b.txt", ["b.txt"]),
            (f"hash={hashlib.sha1(b'b.txt').hexdigest()}", ["b.txt"]),
        ],
    )
    def test_filters(self, api: Any, listed_storage: str, query: str, found: list[str]) -> None:
        shown = api.get(f"/storage/{listed_storage}/file?{query}").json()
        assert [one["path"] for one in shown["file"]] == found

    def test_hits_count_all(self, api: Any, listed_storage: str) -> None:
        shown = api.get(f"/storage/{listed_storage}/file;number=1").json()
        assert (shown["hits"], len(shown["file"])) == (4, 1)
        assert "hits" not in api.get(f"/storage/{listed_storage}/file?count=false").json()

    @pytest.mark.parametrize(
        ("query", "context"),
        [("filter=x", "filter"), ("state=x", "state"), ("sort=x", "sort"), ("first=-1", "first")],
    )
    def test_what_cannot_be_asked(self, api: Any, listed_storage: str, query: str, context: str) -> None:
        answer = api.get(f"/storage/{listed_storage}/file?{query}")
        assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, context)

    @pytest.mark.parametrize(
        ("sort", "paths"),
        [
            ("fileId", ["b", "a", "c", "d", "e"]),
            ("filename desc", ["e", "d", "c", "b", "a"]),
            ("size desc,path", ["e", "d", "c", "a", "b"]),
            ("state,timestamp desc", ["b", "a", "c", "d", "e"]),
        ],
    )
    @pytest.mark.parametrize("what", ["file", "importable"])
    def test_a_cursor_holds_when_its_file_goes(
        self, api: Any, tmp_path: Path, sort: str, paths: list[str], what: str
    ) -> None:
        storage, folder = _storage(api, tmp_path / "gone"), tmp_path / "gone"
        for name, size in (("b", 1), ("a", 1), ("c", 2), ("d", 3), ("e", 4)):
            (folder / name).write_bytes(b"x" * size)
            os.utime(folder / name, (1, 1))
            api.post(f"/storage/{storage}/file?path={name}&state=CLOSED")
        api.post(f"/storage/{storage}/rescan")
        seen, cursor = list[str](), "*"
        while cursor:
            query = {"sort": sort, "number": "2", "cursor": cursor}
            page = api.get(f"/storage/{storage}/{what}", params=query).json()
            files = page["file"] if what == "file" else [one["file"] for one in page["element"]]
            seen += [one["path"] for one in files]
            for one in files:
                assert api.delete(f"/file/{one['id']}").status_code == 200
            cursor = page.get("nextCursor", "")
        assert seen == paths

    @pytest.mark.parametrize("cursor", ["nowhere", "1,2", ""])
    def test_what_is_no_cursor(self, api: Any, listed_storage: str, cursor: str) -> None:
        answer = api.get(f"/storage/{listed_storage}/file", params={"sort": "size", "cursor": f"x{cursor}"})
        assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, "cursor")

    def test_ten_when_nobody_says(self, api: Any, tmp_path: Path) -> None:
        storage = _storage(api, tmp_path / "many")
        for number in range(11):
            (tmp_path / "many" / f"{number}.txt").write_text("x")
        api.post(f"/storage/{storage}/rescan")
        shown = api.get(f"/storage/{storage}/file").json()
        assert (shown["hits"], len(shown["file"])) == (11, 10)


def test_register(api: Any, tmp_path: Path) -> None:
    storage = _storage(api, tmp_path / "one")
    made = api.post(f"/storage/{storage}/file?path=to/come.mxf&createOnly=true&state=OPEN")
    assert made.status_code == 200
    assert (made.json()["state"], made.json()["size"], made.json()["path"]) == ("OPEN", -1, "to/come.mxf")
    again = api.post(f"/storage/{storage}/file?path=to/come.mxf&createOnly=true")
    assert again.status_code == 409
    assert again.json()["fileAlreadyExists"]["fileId"] == made.json()["id"]
    assert api.post(f"/storage/{storage}/file?path=to/come.mxf").json()["id"] == made.json()["id"]
    api.post(f"/storage/{storage}/rescan")
    assert api.get(f"/file/{made.json()['id']}").status_code == 200
    (tmp_path / "one" / "to").mkdir()
    (tmp_path / "one" / "to" / "come.mxf").write_bytes(b"12")
    api.post(f"/storage/{storage}/rescan")
    came = api.get(f"/file/{made.json()['id']}").json()
    assert (came["state"], came["size"]) == ("CLOSED", 2)
    assert api.post(f"/storage/{storage}/file?path=../out").status_code == 400
    assert api.post(f"/storage/{storage}/file").status_code == 400


def test_state_path_and_abandon(api: Any, file: dict[str, Any], item: str) -> None:
    assert api.put(f"/file/{file['id']}/state/LOST").json()["state"] == "LOST"
    assert api.put(f"/file/{file['id']}/state/CLOSED").json()["state"] == "CLOSED"
    assert api.put(f"/file/{file['id']}/state/GREEN").status_code == 400
    moved = api.post(f"/file/{file['id']}/path?path=elsewhere.bin").json()
    assert (moved["id"], moved["path"]) == (file["id"], "elsewhere.bin")
    api.post(f"/file/{file['id']}/path?path={file['path']}")
    assert api.put(f"/file/{file['id']}/abandon?item=VX-99999").status_code == 404
    assert api.put(f"/file/{file['id']}/abandon?item={item}").status_code == 200
    assert "item" not in api.get(f"/file/{file['id']}?includeItem=true").json()


@pytest.mark.parametrize("state", ["NONE", "BEING_READ", "AWAITING_SYNC"])
def test_states_that_are_only_said(api: Any, file: dict[str, Any], state: str) -> None:
    path = f"/file/{file['id']}"
    assert api.put(f"{path}/state/{state}").json()["state"] == state
    assert api.get(path).json()["state"] == state
    found = api.get(f"/storage/{file['storage']}/file?state={state}").json()["file"]
    assert [one["id"] for one in found] == [file["id"]]
    assert api.put(f"{path}/state/CLOSED").json()["state"] == "CLOSED"


def test_delete(api: Any, file: dict[str, Any]) -> None:
    answer = api.delete(f"/file/{file['id']}")
    assert (answer.status_code, answer.json()["type"]) == (200, "DELETE_FILE")
    assert api.get(f"/file/{file['id']}").status_code == 404


@pytest.mark.parametrize("long_form", [False, True])
@pytest.mark.parametrize(("move", "kind"), [("false", "COPY_FILE"), ("true", "MOVE_FILE")])
def test_copy_and_move(
    api: Any, tmp_path: Path, file: dict[str, Any], item: str, move: str, kind: str, long_form: bool
) -> None:
    target = _storage(api, tmp_path / "target")
    source = f"/storage/VX-1/file/{file['id']}" if long_form else f"/file/{file['id']}"
    job = api.post(
        f"{source}/storage/{target}?move={move}&filename=dir/new%20name.bin&jobmetadata=a%3Db"
    ).json()
    assert set(job) == {"jobId", "user", "started", "status", "type", "priority"}
    assert (job["type"], job["status"]) == (kind, "READY")
    api.server.settle()
    assert (tmp_path / "target" / "dir" / "new name.bin").read_bytes() == b"0123456789"
    done = api.get(f"/job/{job['jobId']}?metadata=true").json()
    data = {pair["key"]: pair["value"] for pair in done["data"]}
    assert (done["status"], data["sourceFileId"], data["itemId"]) == ("FINISHED", file["id"], item)
    held = api.get(f"/storage/{target}/file?state=CLOSED").json()["file"]
    assert [one["path"] for one in held] == ["dir/new name.bin"]
    assert api.get(f"/storage/{target}").json()["freeCapacity"] == 1_000_000 - 10
    left = api.get(f"/file/{file['id']}").status_code
    assert left == (404 if move == "true" else 200)


def test_a_full_storage_fails_the_job(api: Any, tmp_path: Path, file: dict[str, Any]) -> None:
    target = _storage(api, tmp_path / "target", highWatermark=9)
    job = api.post(f"/file/{file['id']}/storage/{target}").json()
    assert job["status"] == "READY"
    api.server.settle()
    done = api.get(f"/job/{job['jobId']}").json()
    assert done["status"] == "FAILED_TOTAL"
    assert "room for 9 bytes" in done["log"]["task"][0]["errorMessage"]


def test_to_an_archive_and_back(api: Any, tmp_path: Path, file: dict[str, Any]) -> None:
    archive, online = _storage(api, tmp_path / "archive", "ARCHIVE"), _storage(api, tmp_path / "online")
    assert api.post(f"/file/{file['id']}/storage/{archive}?filename=a.bin").json()["type"] == "ARCHIVE"
    api.server.settle()
    archived = api.get(f"/storage/{archive}/file?state=ARCHIVED").json()["file"][0]
    assert archived["state"] == "ARCHIVED"
    assert api.put(f"/file/{archived['id']}/restore?expirationInDays=2").status_code == 200
    assert api.get(f"/file/{archived['id']}").json()["state"] == "CLOSED"
    assert api.put(f"/file/{file['id']}/restore?expirationInDays=2").status_code == 400
    assert api.post(f"/file/{archived['id']}/storage/{online}").json()["type"] == "RESTORE"
    api.server.settle()
    assert (tmp_path / "online" / "a.bin").read_bytes() == b"0123456789"


def test_unknown_target(api: Any, file: dict[str, Any]) -> None:
    answer = api.post(f"/file/{file['id']}/storage/VX-99999")
    assert (answer.status_code, answer.json()["notFound"]["type"]) == (404, "Storage")


def test_metadata(api: Any, file: dict[str, Any]) -> None:
    assert api.put(f"/file/{file['id']}/metadata/origin", data="tape").status_code == 200
    assert api.get(f"/file/{file['id']}").json()["metadata"] == {
        "field": [{"key": "origin", "value": "tape"}]
    }


@pytest.mark.slow
def test_what_somebody_puts_there_is_found(api: Any, tmp_path: Path) -> None:
    whole = queue.SimpleQueue[str]()
    storage = _storage(api, tmp_path / "watched")

    def hear(change: Change) -> None:
        if change.kind == "file" and change.details.get("state") == "CLOSED":
            whole.put(change.id)

    listening = api.server.catalogue.listen(hear)
    (tmp_path / "watched" / "new.mxf").write_bytes(b"12")
    while api.get(f"/file/{whole.get(timeout=60)}").json().get("storage") != storage:
        pass  # another test's
    listening.close()
    found = api.get(f"/storage/{storage}/file").json()["file"]
    assert [(one["path"], one["state"]) for one in found] == [("new.mxf", "CLOSED")]
