"""Jobs as clients see them: documents, lists, abort, re-run, what the caller gave with them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flowhost_devserver import VidispineServer
from flowhost_devserver.vidispine.jobs import JobRecord, Step
from flowhost_devserver.vidispine.jobs.steps import Kind, add_kind

NAMESPACE = "{http://xml.vidispine.com/schema/vidispine}"
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000"
STARTED_KEYS = {"jobId", "user", "started", "status", "type", "priority"}
MINUTE = 60.0

_held = threading.Event()


def _hold(site: Any, record: JobRecord, orders: Mapping[str, Any], stop: threading.Event) -> dict[str, str]:
    """Go on when the test says so, or when the job is aborted."""
    _held.set()
    stop.wait(MINUTE)
    return {}


add_kind("held by a test", Kind(do=_hold))


@pytest.fixture
def item(module_server: VidispineServer) -> str:
    return module_server.catalogue.create_item({}, title="A clip", user="admin").id


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    file = tmp_path / "notes one.txt"
    file.write_text("some words")
    return file


def _finished(api: Any, path: str) -> dict[str, Any]:
    started = api.post(path).json()
    api.server.settle()
    found: dict[str, Any] = api.get(f"/job/{started['jobId']}?metadata=true").json()
    return found


def test_a_transcode_of_an_item_without_media_is_ordered_and_fails_later(api: Any, item: str) -> None:
    answer = api.post(f"/item/{item}/transcode?tag=lowres")
    assert answer.status_code == 200
    job = answer.json()
    assert set(job) == STARTED_KEYS
    assert (job["status"], job["type"]) == ("READY", "TRANSCODE")
    assert re.fullmatch(STAMP, job["started"])
    assert (job["user"], job["priority"]) == ("admin", "MEDIUM")
    api.server.settle()
    after = api.get(f"/job/{job['jobId']}").json()
    assert after["status"] == "FAILED_TOTAL"
    assert "placeholder" in after["log"]["task"][0]["errorMessage"]


def test_a_finished_job_has_all_keys(api: Any, item: str, text_file: Path) -> None:
    job = _finished(
        api,
        f"/item/{item}/shape?uri={quote(text_file.as_uri())}&jobmetadata=rule%3Dabc&jobmetadata=n%3D1%3D2",
    )
    assert set(job) == STARTED_KEYS | {"finished", "totalSteps", "currentStep", "data", "log"}
    assert job["currentStep"] == {"number": 1, "description": "Transferring file", "status": "FINISHED"}
    task = job["log"]["task"][0]
    assert task["progress"] == {"value": 100.0, "total": 100, "unit": "percent"}
    data = {pair["key"]: pair["value"] for pair in job["data"]}
    file = api.get("/storage/VX-1/file?number=1000&sort=fileId desc").json()["file"][0]
    shape = api.get(f"/item/{item}/shape").json()["uri"][0]
    assert data["item"] == data["itemId"] == item
    assert data["user"] == data["username"] == "admin"
    assert (data["rule"], data["n"]) == ("abc", "1=2")
    assert data["sourceUri"] == text_file.as_uri()
    assert data["fileId"] == data["fileIds"] == file["id"]
    assert data["filePathMap"] == f"{file['id']}={file['path']}"
    assert data["fileShapeMap"] == f"{file['id']}={shape}"
    assert data["shapeIds"] == data["originalShapeId"] == shape
    assert ElementTree.fromstring(data["jobStatusDocument"]).tag == f"{NAMESPACE}JobDocument"
    assert ElementTree.fromstring(data["shapeDocument"]).findtext(f"{NAMESPACE}id") == shape
    assert ElementTree.fromstring(data["jobDocument"]).findtext(f"{NAMESPACE}jobId") == job["jobId"]
    assert ElementTree.fromstring(data["metadata"]).tag == f"{NAMESPACE}MetadataDocument"
    assert (data["createThumbnails"], data["growing"], data["deleteFileOnFailure"]) == ("false",) * 3
    assert data["progress-100-0-0"] == "percent 100.0/100"
    assert data["baseUri"] == f"{api.server.url}/API/"
    assert data["started"].endswith("Z")


def test_without_metadata_the_data_has_the_item_and_what_is_asked_for(
    api: Any, item: str, text_file: Path
) -> None:
    job = _finished(api, f"/item/{item}/shape?uri={quote(text_file.as_uri())}")
    bare = api.get(f"/job/{job['jobId']}").json()
    assert bare["data"] == [{"key": "item", "value": item}]
    some = api.get(f"/job/{job['jobId']}?metadata=true&field=type,user").json()
    assert {pair["key"] for pair in some["data"]} == {"item", "type", "user"}


def test_the_forms_of_a_job(api: Any, item: str, text_file: Path) -> None:
    job = _finished(api, f"/item/{item}/shape?uri={quote(text_file.as_uri())}")
    text = api.get(f"/job/{job['jobId']}", headers={"Accept": "text/plain"})
    assert text.text == "FINISHED"
    xml = ElementTree.fromstring(api.get(f"/job/{job['jobId']}", headers={"Accept": "*/*"}).content)
    assert xml.tag == f"{NAMESPACE}JobDocument"
    assert xml.findtext(f"{NAMESPACE}started", "").endswith("Z")
    assert xml.findtext(f"{NAMESPACE}data/{NAMESPACE}key") == "item"
    task = xml.find(f"{NAMESPACE}log/{NAMESPACE}task")
    assert task is not None
    assert task.get("id") == "1"


def test_an_unknown_job(api: Any) -> None:
    for method, path in (
        ("GET", "/job/VX-999999"),
        ("DELETE", "/job/VX-999999"),
        ("POST", "/job/VX-999999/re-run"),
        ("PUT", "/job/VX-999999?priority=HIGH"),
        ("GET", "/job/VX-999999/problem"),
    ):
        answer = api.ask(method, path)
        assert answer.status_code == 404
        assert answer.json()["notFound"] == {"type": "Job", "id": "VX-999999", "context": None}


@pytest.fixture(scope="module")
def server() -> Any:
    with VidispineServer() as server:
        items = [server.catalogue.create_item({}, title=name, user="admin").id for name in "ab"]
        for number in range(5):
            server.site.jobs.add(
                JobRecord(
                    f"VX-{number + 1}",
                    "EXPORT" if number % 2 else "TRANSCODE",
                    "other" if number == 4 else "admin",
                    f"2020-01-0{number + 1}T00:00:00.000+0000",
                    (Step("nothing", status="FINISHED"),),
                    items[number % 2],
                    metadata={"n": str(number)},
                )
            )
        server.settle()
        yield server


class TestList:
    """The list, on a server with known jobs."""

    @pytest.fixture
    def ids(self, server: VidispineServer, api_for: Callable[..., Any]) -> Callable[[str], list[str]]:
        api = api_for(server)

        def read(path: str) -> list[str]:
            return [job["jobId"] for job in api.get(path).json()["job"]]

        return read

    def test_newest_first_and_only_ones_own(self, ids: Callable[[str], list[str]]) -> None:
        assert ids("/job") == ["VX-4", "VX-3", "VX-2", "VX-1"]
        assert ids("/job;user=false") == ["VX-5", "VX-4", "VX-3", "VX-2", "VX-1"]

    @pytest.mark.parametrize(
        ("path", "found"),
        [
            ("/job;user=false?type=TRANSCODE", ["VX-5", "VX-3", "VX-1"]),
            ("/job?user=false&type=TRANSCODE,EXPORT&number=2", ["VX-5", "VX-4"]),
            ("/job;user=false;first=2;number=2", ["VX-4", "VX-3"]),
            ("/job;user=false;state=FINISHED;sort=jobId%20asc?number=1", ["VX-1"]),
            ("/job;user=false?state=READY,STARTED", []),
            ("/job;user=false?jobmetadata=n%3D2", ["VX-3"]),
            ("/job;user=false;jobmetadata=itemId=VX-2", ["VX-4", "VX-2"]),
            ("/job;user=false?jobmetadata=item%3DVX-2", []),
            ("/job;user=false?jobmetadata=itemId%3DVX-1&jobmetadata=n%3D4", ["VX-5"]),
            ("/job;user=false?starttime-from=2020-01-04T00:00:00Z", ["VX-5", "VX-4"]),
            ("/job;user=false?starttime-to=2020-01-02T00:00:00Z", ["VX-2", "VX-1"]),
            ("/job;user=false?step=100&type=EXPORT", ["VX-4", "VX-2"]),
            ("/job;user=false?step=1", []),
            ("/job;user=false?type=NOT_HERE", []),
        ],
    )
    def test_filters(self, ids: Callable[[str], list[str]], path: str, found: list[str]) -> None:
        assert ids(path) == found

    def test_hits_count_all_pages(self, server: VidispineServer, api_for: Callable[..., Any]) -> None:
        found = api_for(server).get("/job?user=false&number=1&idonly=true").json()
        [bare] = found["job"]
        assert (found["hits"], set(bare), bare["jobId"]) == (
            5,
            {"jobId", "status", "type", "priority"},
            "VX-5",
        )
        uncounted = api_for(server).get("/job?user=false&number=1&idonly=true&count=false").json()
        assert uncounted == {"job": [bare]}

    def test_finished_after(self, server: VidispineServer, ids: Callable[[str], list[str]]) -> None:
        hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
        assert len(ids(f"/job?user=false&finishtime-from={hour_ago}")) == 5
        assert ids(f"/job?user=false&finishtime-to={hour_ago}") == []

    @pytest.mark.parametrize(
        ("path", "context"),
        [
            ("/job?state=DONE", "state"),
            ("/job?sort=colour", "sort"),
            ("/job?first=0", "first"),
            ("/job?number=x", "number"),
            ("/job?jobmetadata=x", "jobmetadata"),
            ("/job?starttime-from=yesterday", "starttime-from"),
        ],
    )
    def test_what_cannot_be_asked(
        self, server: VidispineServer, api_for: Callable[..., Any], path: str, context: str
    ) -> None:
        answer = api_for(server).get(path)
        assert answer.status_code == 400
        assert answer.json()["invalidInput"]["context"] == context


def test_abort_and_run_again(api: Any, item: str) -> None:
    board = api.server.site.jobs
    _held.clear()
    steps = (Step("held by a test"), Step("held by a test"))
    board.add(JobRecord(board.new_id(), "LIST_ITEMS", "admin", board.now(), steps, item))
    assert _held.wait(MINUTE)
    job = api.get("/job").json()["job"][0]
    assert (job["status"], job["totalSteps"], job["currentStep"]["number"]) == ("STARTED", 2, 1)
    answer = api.delete(f"/job/{job['jobId']}?reason=enough")
    assert (answer.status_code, answer.content) == (200, b"")
    assert board.wait(job["jobId"], MINUTE).status == "ABORTED"
    _held.clear()
    again = api.post(f"/job/{job['jobId']}/re-run?priority=HIGH").json()
    assert again["jobId"] != job["jobId"]
    assert (again["type"], again["status"], again["priority"]) == ("LIST_ITEMS", "READY", "HIGH")
    assert _held.wait(MINUTE)
    assert api.delete(f"/job/{again['jobId']}").status_code == 200
    assert board.wait(again["jobId"], MINUTE).status == "ABORTED"


def test_priority(api: Any, item: str) -> None:
    job = api.post(f"/item/{item}/transcode?tag=lowres&priority=LOWEST").json()
    assert job["priority"] == "LOWEST"
    changed = api.put(f"/job/{job['jobId']}?priority=IMMEDIATE")
    assert (changed.status_code, changed.content) == (200, b"")
    assert api.get(f"/job/{job['jobId']}").json()["priority"] == "IMMEDIATE"
    wrong = api.put(f"/job/{job['jobId']}?priority=SOON")
    assert (wrong.status_code, wrong.json()["invalidInput"]["value"]) == (400, "SOON")


def test_no_problems(api: Any, item: str) -> None:
    job = api.post(f"/item/{item}/transcode?tag=lowres").json()
    for path in ("/job/problem", f"/job/{job['jobId']}/problem"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()) == (200, {})


def test_job_types(api: Any) -> None:
    assert {"IMPORT", "TRANSCODE", "LIST_ITEMS", "UPDATE_LIBRARY_ITEM_METADATA"} <= set(
        api.get("/jobtype").json()["uri"]
    )


def test_jobs_of_the_catalogue_are_seen(api: Any, item: str, text_file: Path) -> None:
    job = api.server.catalogue.import_file(item, text_file)
    shown = api.get(f"/job;user=false?jobmetadata=itemId%3D{item}").json()["job"]
    assert [one["type"] for one in shown] == ["IMPORT"]
    api.server.catalogue.wait_for_job(job.id, MINUTE)
    assert api.get(f"/job/{shown[0]['jobId']}").json()["status"] == "FINISHED"


def test_jobs_outlive_a_restart(
    tmp_path: Path, make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any]
) -> None:
    with VidispineServer(tmp_path / "root") as server:
        item = server.catalogue.create_item({}, title="x", user="admin").id
        job = api_for(server).post(f"/item/{item}/transcode?tag=lowres&jobmetadata=a%3Db").json()
        server.settle()
        before = api_for(server).get(f"/job/{job['jobId']}").json()
    server = make_vidispine_server(tmp_path / "root")
    assert api_for(server).get(f"/job/{job['jobId']}").json() == before
    assert api_for(server).get("/job?jobmetadata=a%3Db").json()["hits"] == 1


def test_work_of_the_server_begins_again_after_a_restart(
    tmp_path: Path, make_vidispine_server: Callable[..., VidispineServer]
) -> None:
    with VidispineServer(tmp_path / "root") as server:
        board = server.site.jobs
        _held.clear()
        job = board.new_id()
        board.add(JobRecord(job, "LIST_ITEMS", "admin", board.now(), (Step("held by a test"),)))
        assert _held.wait(MINUTE)
        _held.clear()
    board = make_vidispine_server(tmp_path / "root").site.jobs
    assert _held.wait(MINUTE)
    found = board.find(job)
    assert found is not None
    assert found.status == "STARTED"
    board.abort(job, "enough")
    assert board.wait(job, MINUTE).status == "ABORTED"


def test_listeners_hear_of_each_status(module_server: VidispineServer) -> None:
    board, heard = module_server.site.jobs, list[tuple[str, str]]()
    job, ended = board.new_id(), threading.Event()

    def hear(event: str, record: JobRecord) -> None:
        if record.id != job:  # those of other tests may still go on
            return
        heard.append((event, record.status))
        if event == "STOP":
            ended.set()

    board.listen(hear)
    board.add(JobRecord(job, "LIST_ITEMS", "admin", board.now(), (Step("unheard of"),)))
    assert ended.wait(MINUTE)
    assert heard == [("CREATE", "READY"), ("STOP", "FAILED_TOTAL")]
