"""Imports: placeholders and their media, items of media that lies somewhere or is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NS = {"v": "http://xml.vidispine.com/schema/vidispine"}
TITLED = {"timespan": [{"field": [{"name": "title", "value": [{"value": "Titled"}]}]}]}
ENDED = ("FINISHED", "FINISHED_WARNING", "FAILED_TOTAL", "ABORTED")
SECONDS = 60.0  # that a small import may take on a busy machine
PATIENCE = 0.05  # seconds between two looks at a job


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file to import, whose name wants escapes in a URI."""
    file = tmp_path / "my notes å%41.txt"
    file.write_text("notes")
    return file


@pytest.fixture
def end_of(api: Any) -> Callable[[Any], dict[str, Any]]:
    """Waits for the end of the job that an answer is about."""

    def wait(answer: Any) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        pause, looks = threading.Event(), int(SECONDS / PATIENCE)
        for _ in range(looks):
            job: dict[str, Any] = api.get(f"/job/{answer.json()['jobId']}").json()
            if job["status"] in ENDED:
                return job
            pause.wait(PATIENCE)
        raise AssertionError(f"still {job['status']} after {SECONDS} seconds")

    return wait


def placeholder(api: Any, **components: int) -> str:
    answer = api.post("/import/placeholder", params={"container": 1} | components, json=TITLED)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def item_of(job: dict[str, Any]) -> str:
    return next(one["value"] for one in job["data"] if one["key"] in ("item", "itemId"))


class TestPlaceholders:
    def test_json(self, api: Any) -> None:
        answer = api.post("/import/placeholder?container=1&video=1", json=TITLED)
        assert set(answer.json()) == {"id"}
        [span] = api.get(f"/item/{answer.json()['id']}/metadata;field=title").json()["item"][0]["metadata"][
            "timespan"
        ]
        assert span["field"][0]["value"][0]["value"] == "Titled"

    def test_xml(self, api: Any) -> None:
        body = (
            f'<MetadataDocument xmlns="{NS["v"]}"><group>Film</group><timespan start="-INF" end="+INF"><field>'
            "<name>title</name><value>In XML</value></field></timespan></MetadataDocument>"
        )
        headers = {"Accept": "application/xml", "Content-Type": "application/xml"}
        root = etree.fromstring(
            api.post("/import/placeholder?container=1", data=body, headers=headers).content
        )
        assert root.tag == f"{{{NS['v']}}}ItemDocument"
        found = api.get(f"/item/{root.get('id')}", params={"content": "metadata"}).json()["metadata"]
        assert found["group"] == ["Film"]

    def test_text_is_the_id(self, api: Any) -> None:
        text = api.post("/import/placeholder", json={}, headers={"Accept": "text/plain"}).text
        assert api.get(f"/item/{text}").json() == {"id": text}

    def test_a_shape_stands_for_the_media(self, api: Any, source: Path, end_of: Any) -> None:
        item = placeholder(api)
        assert api.get(f"/item/{item}/shape").json() == {}
        [awaited] = api.get(f"/item/{item}/shape?placeholder=true").json()["uri"]
        told = api.get(f"/item/{item}/shape/{awaited}").json()
        assert told == {"id": awaited, "essenceVersion": 0, "tag": ["original"]}
        terse = api.get(f"/item/{item}/metadata;terse=yes").json()["item"][0]["terse"]
        assert [one["value"] for one in terse["__shape"]] == [awaited]
        end_of(api.post(f"/import/placeholder/{item}/container", params={"uri": source.as_uri()}))
        [there] = api.get(f"/item/{item}/shape?placeholder=all").json()["uri"]
        assert there != awaited
        assert api.get(f"/item/{item}/shape?placeholder=true").json() == {}
        assert api.get(f"/item/{item}/shape/{awaited}").status_code == 404

    def test_that_shape_goes_when_it_is_deleted(self, api: Any) -> None:
        item = placeholder(api)
        [awaited] = api.get(f"/item/{item}/shape?placeholder=true").json()["uri"]
        answer = api.delete(f"/item/{item}/shape/{awaited}")
        assert (answer.status_code, answer.json()) == (200, {})
        assert api.get(f"/item/{item}/shape?placeholder=all").json() == {}

    def test_no_body_is_no_metadata(self, api: Any) -> None:
        answer = api.post("/import/placeholder?container=1", headers={"Content-Type": "application/json"})
        assert answer.status_code == 200

    def test_nothing_is_made_of_what_cannot_be_taken(self, api: Any, module_server: VidispineServer) -> None:
        before = module_server.catalogue.count_items()
        given = {"timespan": [{"field": [{"name": "no_such", "value": [{"value": "x"}]}]}]}
        assert api.post("/import/placeholder?container=1", json=given).status_code == 404
        assert module_server.catalogue.count_items() == before

    def test_its_media_is_imported(self, api: Any, source: Path, end_of: Any) -> None:
        item = placeholder(api)
        answer = api.post(f"/import/placeholder/{item}/container", params={"uri": source.as_uri()})
        started = answer.json()
        assert (started["type"], started["status"], started["user"]) == (
            "PLACEHOLDER_IMPORT",
            "READY",
            "admin",
        )
        assert end_of(answer)["status"] == "FINISHED"
        terse = api.get(f"/item/{item}", params={"content": "metadata", "terse": "yes"}).json()["terse"]
        assert terse["originalFilename"][0]["value"] == source.name
        assert terse["title"][0]["value"] == "Titled"
        assert source.exists()

    def test_a_component_it_does_not_wait_for(self, api: Any, source: Path) -> None:
        item = placeholder(api)
        answer = api.post(f"/import/placeholder/{item}/video", params={"uri": source.as_uri()})
        assert answer.status_code == 400
        refused = answer.json()["invalidInput"]
        assert set(refused) == {"context", "id", "explanation", "value"}
        assert (refused["context"], refused["value"]) == ("job", "VIDEO_COMPONENT")

    def test_media_it_has_already(self, api: Any, source: Path, end_of: Any) -> None:
        item = placeholder(api)
        path = f"/import/placeholder/{item}/container"
        end_of(api.post(path, params={"uri": source.as_uri()}))
        answer = api.post(path, params={"uri": source.as_uri()})
        assert answer.status_code == 400
        assert answer.json()["invalidInput"]["value"] == "CONTAINER_COMPONENT"

    def test_a_file_that_is_not_there_fails_the_job(self, api: Any, tmp_path: Path, end_of: Any) -> None:
        item = placeholder(api)
        uri = (tmp_path / "missing.mxf").as_uri()
        job = end_of(api.post(f"/import/placeholder/{item}/container", params={"uri": uri}))
        assert job["status"] == "FAILED_TOTAL"

    @pytest.mark.parametrize(
        ("path", "parameters", "status", "fault"),
        [
            ("VX-99999/container", {"uri": "file:///x"}, 404, "notFound"),
            ("{item}/container", {}, 400, "invalidInput"),
            ("{item}/container", {"uri": "file:///x", "fileId": "VX-1"}, 400, "invalidInput"),
            ("{item}/container", {"fileId": "VX-99999"}, 404, "notFound"),
            ("{item}/soul", {"uri": "file:///x"}, 400, "invalidInput"),
        ],
    )
    def test_refusals(self, api: Any, path: str, parameters: dict[str, str], status: int, fault: str) -> None:
        item = placeholder(api)
        answer = api.post(f"/import/placeholder/{path.format(item=item)}", params=parameters)
        assert answer.status_code == status
        assert answer.json()[fault] is not None


class TestImports:
    def test_an_item_of_media_that_lies_somewhere(self, api: Any, source: Path, end_of: Any) -> None:
        asked = {"uri": source.as_uri(), "jobmetadata": "rule=one"}
        answer = api.post("/import", params=asked, json=TITLED)
        assert answer.json()["type"] == "IMPORT"
        job = end_of(answer)
        assert job["status"] == "FINISHED"
        found = api.get(f"/item/{item_of(job)}", params={"content": "metadata,shape", "terse": "yes"}).json()
        assert found["terse"]["title"][0]["value"] == "Titled"
        assert [one["tag"] for one in found["shape"]] == [["original"]]

    def test_a_file_that_is_known(
        self, api: Any, tmp_path: Path, module_server: VidispineServer, end_of: Any
    ) -> None:
        catalogue = module_server.catalogue
        drop = tmp_path / "drop"
        drop.mkdir()
        (drop / "known.txt").write_text("known")
        storage = catalogue.add_storage("drop", drop)
        catalogue.scan(storage)
        [file] = catalogue.files(storage=storage).files
        job = end_of(api.post("/import", params={"fileId": file.id}, json=TITLED))
        assert job["status"] == "FINISHED"
        [shape] = catalogue.record(item_of(job)).shapes
        assert [one.id for one in shape.files] == [file.id]

    def test_media_that_is_sent(self, api: Any, module_server: VidispineServer, end_of: Any) -> None:
        sent = b"0123456789" * 1000
        answer = api.post("/import/raw", params={"filename": "../sent one.txt"}, data=sent)
        assert answer.json()["type"] == "RAW_IMPORT"
        job = end_of(answer)
        assert job["status"] == "FINISHED"
        catalogue = module_server.catalogue
        [shape] = catalogue.record(item_of(job)).shapes
        [file] = shape.files
        assert file.name == "sent one.txt"
        assert Path(catalogue.storage(file.storage).path, file.path).read_bytes() == sent
        assert list((module_server.root / "uploads").iterdir()) == []

    def test_media_that_is_sent_in_parts_in_any_order(
        self, api: Any, module_server: VidispineServer, end_of: Any
    ) -> None:
        sent = b"abcdefghij"
        asked = {"filename": "parts.txt", "transferId": "t-1"}
        answers = []
        for begin, end in ((4, 10), (0, 2), (2, 4)):
            headers = {"index": str(begin), "size": str(len(sent))}
            answers.append(api.post("/import/raw", params=asked, data=sent[begin:end], headers=headers))
        assert [one.content for one in answers[:2]] == [b"", b""]
        job = end_of(answers[2])
        catalogue = module_server.catalogue
        [file] = catalogue.record(item_of(job)).shapes[0].files
        assert Path(catalogue.storage(file.storage).path, file.path).read_bytes() == sent

    def test_a_part_beyond_the_end(self, api: Any) -> None:
        headers = {"index": "9", "size": "10"}
        asked = {"transferId": "t-2"}
        assert api.post("/import/raw", params=asked, data=b"12", headers=headers).status_code == 400

    def test_media_for_a_placeholder_is_sent(self, api: Any, end_of: Any) -> None:
        item = placeholder(api)
        asked = {"filename": "sent.txt"}
        answer = api.post(f"/import/placeholder/{item}/container/raw", params=asked, data=b"media")
        assert answer.json()["type"] == "PLACEHOLDER_IMPORT"
        job = end_of(answer)
        assert (job["status"], item_of(job)) == ("FINISHED", item)

    @pytest.mark.parametrize("asked", [{"externalId": "twice"}, {"priority": "SOON"}, {"jobmetadata": "odd"}])
    def test_of_what_is_refused_nothing_stays(
        self, api: Any, module_server: VidispineServer, asked: dict[str, str], source: Path
    ) -> None:
        if "externalId" in asked:
            api.post("/import/placeholder", params=asked, json={})
        uploads, items = module_server.root / "uploads", module_server.catalogue.count_items()
        before = set(uploads.iterdir()) if uploads.exists() else set()
        sent = api.post("/import/raw", params={"filename": "x.txt", **asked}, data=b"media")
        named = api.post("/import", params={"uri": source.as_uri(), **asked}, json=TITLED)
        assert {sent.status_code, named.status_code} <= {400, 409}
        assert set(uploads.iterdir()) == before
        assert module_server.catalogue.count_items() == items


def test_import_settings_in_xml(api: Any) -> None:
    body = (
        f'<ImportSettingsDocument xmlns="{NS["v"]}"><access><permission>READ</permission>'
        "<group>_special_all</group></access></ImportSettingsDocument>"
    )
    headers = {"Accept": "application/xml", "Content-Type": "application/xml"}
    made = etree.fromstring(api.post("/import/settings", data=body, headers=headers).content)
    assert made.tag == f"{{{NS['v']}}}ImportSettingsDocument"
    assert made.findtext("v:access/v:group", namespaces=NS) == "_special_all"
    text = api.get("/import/settings", headers={"Accept": "text/plain"}).text
    assert made.get("id") in text.split()
    wrong = api.post("/import/settings", json={"access": [{"permission": "OWNER", "user": "admin"}]})
    assert (wrong.status_code, wrong.json()["invalidInput"]["context"]) == (400, "permission")
    assert api.delete(f"/import/settings/{made.get('id')}").status_code == 200


def test_what_a_group_gets_by_itself_ends_with_the_group(api: Any) -> None:
    for group in ("kept", "gone"):
        api.put(f"/group/{group}")
        assert api.put(f"/import/access/group/{group}?permission=WRITE").status_code == 200
    assert api.delete("/group/gone").status_code == 200
    assert api.get("/import/access").json() == {"group": [{"name": "kept", "permission": "WRITE"}]}
    api.put("/group/gone")
    assert api.delete("/import/access/group/gone").status_code == 404
    assert api.delete("/group?name=kept").status_code == 200
    assert api.get("/import/access").json() == {"group": []}


def test_pictures_of_what_is_imported(
    api: Any, end_of: Callable[[Any], dict[str, Any]], source: Path
) -> None:
    wrong = api.post("/import", params={"uri": source.as_uri(), "createPosters": "soon"})
    assert (wrong.status_code, wrong.json()["invalidInput"]["context"]) == (400, "createPosters")
    plain = {"uri": source.as_uri(), "tag": "mp3", "no-transcode": "true"}
    assert end_of(api.post("/import", params=plain))["totalSteps"] == 1
    both = api.post("/import", params={**plain, "createThumbnails": "True", "createPosters": "1@PAL"})
    assert end_of(both)["totalSteps"] == 3
