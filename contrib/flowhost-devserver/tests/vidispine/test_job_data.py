"""The data of jobs: what was ordered, and what stays as it was when the job ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer

TITLED = {
    "timespan": [
        {"start": "-INF", "end": "+INF", "field": [{"name": "title", "value": [{"value": "Another title"}]}]}
    ]
}
WORDS = (
    "createThumbnails",
    "growing",
    "fastStartRequire",
    "noTranscode",
    "keepOriginalFile",
    "useProxy",
    "useCloudConvert",
    "deleteFileOnFailure",
)


@pytest.fixture
def text_file(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_text("some words")
    return file


def _data(api: Any, job: str) -> dict[str, str]:
    pairs = api.get(f"/job/{job}?metadata=true").json()["data"]
    return {pair["key"]: pair["value"] for pair in pairs}


def _ended(api: Any, answer: Any) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    api.server.settle()
    return _data(api, answer.json()["jobId"])


def test_data_stays_as_it_was_when_the_job_ended(
    tmp_path: Path,
    text_file: Path,
    make_vidispine_server: Callable[..., VidispineServer],
    api_for: Callable[..., Any],
) -> None:
    with VidispineServer(tmp_path / "root") as server:
        api = api_for(server)
        item = api.post("/import/placeholder?container=1", json=TITLED).json()["id"]
        params = {"uri": text_file.as_uri(), "jobmetadata": "rule=abc"}
        started = api.post(f"/import/placeholder/{item}/container", params=params)
        job = started.json()["jobId"]
        before = _ended(api, started)
        assert {"fileId", "filePathMap", "shapeIds", "metadata", "shapeDocument", "rule"} <= before.keys()
        assert "Another title" in before["metadata"]
        changed = {
            "timespan": [TITLED["timespan"][0] | {"field": [{"name": "title", "value": [{"value": "New"}]}]}]
        }
        assert api.put(f"/item/{item}/metadata", json=changed).status_code == 200
        assert _data(api, job) == before
        target = server.add_storage("target", tmp_path / "target")
        moved = api.post(
            f"/file/{before['fileId']}/storage/{target.id}", params={"move": "true", "filename": "x"}
        )
        assert _ended(api, moved)["status"] == "FINISHED"
        assert _data(api, job) == before
        assert api.delete(f"/item/{item}").status_code == 200
        assert _data(api, job) == before
        found = api.get("/job", params={"jobmetadata": f"fileId={before['fileId']}", "user": "false"}).json()
        assert job in [one["jobId"] for one in found["job"]]
    after = api_for(make_vidispine_server(tmp_path / "root"))
    assert _data(after, job) == before
    again = after.post(f"/job/{job}/re-run").json()["jobId"]
    after.server.settle()
    assert _data(after, again)["status"] == "FAILED_TOTAL"  # its own data, not those of the first one


def test_the_data_of_a_job_that_failed_stays_too(api: Any, tmp_path: Path) -> None:
    item = api.server.catalogue.create_item({}, title="x", user="admin").id
    missing = (tmp_path / "missing.txt").as_uri()
    started = api.post(f"/item/{item}/shape", params={"uri": missing})
    before = _ended(api, started)
    assert "errorMessage-100-0-0" in before
    assert "metadata" in before
    assert api.delete(f"/item/{item}").status_code == 200
    assert _data(api, started.json()["jobId"]) == before


ORDERS: list[Callable[[Any, Path, dict[str, str]], Any]] = [
    lambda api, file, said: api.post("/import", params={"uri": file.as_uri(), **said}),
    lambda api, file, said: api.post(
        "/import/raw", params={"filename": file.name, **said}, data=file.read_bytes()
    ),
    lambda api, file, said: api.post(
        f"/import/placeholder/{_placeholder(api)}/container", params={"uri": file.as_uri(), **said}
    ),
    lambda api, file, said: api.post(
        f"/import/placeholder/{_placeholder(api)}/container/raw", params=said, data=file.read_bytes()
    ),
    lambda api, file, said: api.post(
        f"/item/{_placeholder(api)}/shape", params={"uri": file.as_uri(), **said}
    ),
    lambda api, file, said: api.post(
        f"/item/{_placeholder(api)}/shape/raw", params=said, data=file.read_bytes()
    ),
    lambda api, file, said: api.post(
        f"/item/{_placeholder(api)}/transcode", params={"tag": "lowres", **said}
    ),
]
WAYS = ("import", "raw", "placeholder", "placeholder raw", "shape", "shape raw", "transcode")


def _placeholder(api: Any) -> str:
    return str(api.post("/import/placeholder?container=1", json=TITLED).json()["id"])


@pytest.mark.parametrize("order", ORDERS, ids=WAYS)
def test_the_data_say_what_the_order_said(api: Any, text_file: Path, order: Any) -> None:
    silent = _ended(api, order(api, text_file, {}))
    assert {word: silent[word] for word in WORDS} == dict.fromkeys(WORDS, "false")
    said = {word: "true" if number % 2 else "false" for number, word in enumerate(WORDS)}
    told = _ended(api, order(api, text_file, said))
    assert {word: told[word] for word in WORDS} == said
    vendor = {"createThumbnails": "true", "no-transcode": "true", "requireFastStart": "1", "growing": ""}
    told = _ended(api, order(api, text_file, vendor))
    assert {word for word in WORDS if told[word] == "true"} == set(WORDS[:4])


def test_a_setting_that_is_neither_true_nor_false_makes_nothing(api: Any, text_file: Path) -> None:
    items = api.server.catalogue.count_items()
    for order in ORDERS[:2]:
        answer = order(api, text_file, {"growing": "slowly"})
        assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, "growing")
    assert api.server.catalogue.count_items() == items


def test_without_transcode_in_either_word(api: Any, text_file: Path) -> None:
    for word in ("no-transcode", "noTranscode"):
        params = {"uri": text_file.as_uri(), "tag": "mp3", word: "true"}
        told = _ended(api, api.post("/import", params=params))
        assert (told["totalSteps"], told["noTranscode"]) == ("1", "true")


def test_a_job_of_no_item_has_no_pair_for_it(api: Any, tmp_path: Path) -> None:
    storage = api.server.add_storage("loose", tmp_path / "loose")
    (tmp_path / "loose" / "a.txt").write_text("a")
    api.server.catalogue.scan(storage)
    file = api.server.catalogue.file_at(storage, "a.txt")
    started = api.delete(f"/file/{file.id}").json()
    api.server.settle()
    shown = api.get(f"/job/{started['jobId']}").json()
    assert shown["status"] == "FINISHED"
    assert shown.get("data", []) == []
    assert {"item", "itemId"}.isdisjoint(_data(api, started["jobId"]))
