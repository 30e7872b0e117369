"""What the site tells becomes events, by the names and with the variables that rules know."""

from __future__ import annotations

import json
from concurrent.futures import Future
from typing import Any

import pytest
import requests

import flowhost
from flowhost_plugins.vidispine.notifications.kinds import NAMES


def test_an_item_from_beginning_to_end(bed: Any, start: Any) -> None:
    run = start()
    item = bed.library.create_item({}, title="One").id
    bed.library.set_metadata(item, {"title": ("Two",)})
    bed.library.delete_item(item)
    created, changed, deleted = (run.one(name) for name in ("item_create", "metadata_modify", "item_delete"))
    for event in (created, changed, deleted):
        assert (event.subject, event.key) == (item, item)
        assert event.data["itemId"] == event.data["item"] == item
        assert event.source == f"{bed.server.url}/API"
    assert created.headers == {"notifications": "item_create"}
    assert (changed.data["title"], changed.data["fields"]) == ("Two", "title")
    assert {"changeSetId", "userName", "sequenceNumber"} <= changed.data.keys()
    assert all(isinstance(value, str) for value in changed.data.values())
    assert len({created.id, changed.id, deleted.id}) == 3


def test_our_own_writes_carry_their_mark(bed: Any, start: Any) -> None:
    run = start()
    with bed.library.marked("run-7"):
        item = bed.library.create_item({}, title="One").id
        bed.library.set_metadata(item, {"title": ("Two",)})
    assert run.one("item_create").data["mark"] == "run-7"
    assert run.one("metadata_modify").data["mark"] == "run-7"
    bed.library.set_metadata(item, {"title": ("Three",)})
    other = run.wait(lambda events: [one for one in events if one.data.get("title") == "Three"])[0]
    assert "mark" not in other.data


def test_what_was_written_before_a_restart_carries_its_mark(bed: Any, make_bed: Any, start: Any) -> None:
    ours, other = (bed.library.create_item({}, title="One").id for _ in range(2))
    start().close()
    with bed.library.marked("run-7"):
        bed.library.set_metadata(ours, {"title": ("Two",)})
    bed.library.set_metadata(other, {"title": ("Three",)})
    run = start(bed=make_bed(bed.server))  # another process: another library on the same store
    found = {
        title: run.wait(lambda events, title=title: [one for one in events if one.data.get("title") == title])
        for title in ("Two", "Three")
    }
    assert found["Two"][0].data["mark"] == "run-7"
    assert "mark" not in found["Three"][0].data


def test_jobs_and_what_they_make(bed: Any, start: Any) -> None:
    run = start(notifications=NAMES)
    with bed.library.marked("run-8"):
        item = bed.new_item()
    created, finished = run.one("job_create"), run.one("job_finish")
    assert finished.headers == {"notifications": "job_finish,job_stop"}
    assert finished.data["status"] == "FINISHED"
    assert finished.data["jobId"] == created.data["jobId"]
    assert finished.subject == finished.key == item
    assert finished.data["mark"] == created.data["mark"] == "run-8"
    assert run.one("shape_create").data["shapeId"]
    assert run.one("file_create").data["fileId"]


def test_collections(bed: Any, start: Any) -> None:
    run = start()
    item = bed.library.create_item({}, title="One").id
    bed.library.add_to_collection(item, "Ours")
    collection = run.one("collection_create").data["collectionId"]
    added = run.one("collection_item_add")
    assert (added.data["itemId"], added.data["collectionId"]) == (item, collection)


def test_access(bed: Any, start: Any) -> None:
    run = start()
    item = bed.library.create_item({}, title="One").id
    bed.server.catalogue.add_group("editors")
    bed.library.grant_access(item, flowhost.AccessEntry("editors", "group", "READ"), origin="rule")
    assert run.one("access_create").data["permission"] == "READ"
    bed.library.withdraw_access("rule")
    assert run.one("access_delete").subject == item


@pytest.mark.parametrize("content_type", ["json", "xml", "text"])
def test_every_form_says_the_same(bed: Any, start: Any, content_type: str) -> None:
    run = start(content_type=content_type)
    item = bed.library.create_item({}, title="One").id
    bed.library.set_metadata(item, {"title": ("Zwei & <drei>\nvier",)})
    changed = run.one("metadata_modify")
    assert changed.data["title"].splitlines() == ["Zwei & <drei>", "vier"]


def test_what_is_not_wanted_is_left_out(bed: Any, start: Any) -> None:
    run = start(notifications=("metadata_modify", "item_delete", "job_fail"), fields=("title",))
    item = bed.new_item()
    bed.library.set_metadata(item, {"originalFilename": ("other.mxf",)})
    bed.library.set_metadata(item, {"title": ("Two",)})
    bed.library.delete_item(item)
    run.one("item_delete")
    assert [one.type for one in run.events if one.type != "metadata_modify"] == ["item_delete"]
    assert all(
        "title" in one.data["fields"].split(",") for one in run.events if one.type == "metadata_modify"
    )


def post(run: Any, kind: str, body: bytes, content_type: str = "application/json", **options: Any) -> Any:
    """Tell something, as the site would."""
    (url,) = (one.http["url"] for one in run.registered() if f"/{kind}/" in one.http["url"])
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Content-Type": content_type}
        method = options.pop("method", "POST")
        return session.request(method, options.pop("url", url), data=body, headers=headers, timeout=30)


def body(**values: str) -> bytes:
    return json.dumps({"field": [{"key": key, "value": value} for key, value in values.items()]}).encode()


def test_a_second_try_has_the_same_id(start: Any) -> None:
    run = start()
    for _ in range(2):
        assert post(run, "item-create", body(itemId="VX-900")).status_code == 200
        assert post(run, "job-stop", body(jobId="VX-1", status="FINISHED", started="then")).status_code == 200
        assert post(run, "shape-modify", body(itemId="VX-900", shapeId="VX-1")).status_code == 200
    ids = [one.id for one in run.events]
    assert ids[:3] == ids[3:]
    assert len(set(ids)) == 3
    again = body(jobId="VX-1", status="FINISHED", started="later")
    assert post(run, "job-stop", again).status_code == 200
    assert run.events[-1].id not in ids


def test_a_second_try_after_the_daemon_was_killed(bed: Any, start: Any) -> None:
    told = body(itemId="VX-900", accessId="VX-1", permission="READ")
    ids = []
    for _ in range(2):
        run = start(port=0)
        assert post(run, "access-modify", told).status_code == 200
        ids.append(run.events[-1].id)
        run.close()
    assert len(set(ids)) == 1
    for key in bed.notes.keys("vidispine-notifications/tests/told/"):
        bed.notes.put(key, {"first": "2026-01-01T00:00:00.000Z"})
    run = start(interval=0.05)
    run.until(lambda: not bed.notes.keys("vidispine-notifications/tests/told/"))  # too long ago to be one
    assert post(run, "access-modify", told).status_code == 200
    assert run.events[-1].id not in ids


def test_the_end_of_a_job_is_one_in_every_form(start: Any) -> None:
    run = start()
    for started in ("2015-10-08T10:22:41.540Z", "2015-10-08T12:22:41.540+0200", "2015-10-08 10:22:41.54"):
        post(run, "job-stop", body(jobId="VX-1", status="FINISHED", started=started))
    post(run, "job-stop", body(jobId="VX-1", status="ABORTED"))  # before it began
    first, second, third, aborted = (one.id for one in run.events)
    assert first == second == third != aborted == "job-stop:VX-1:ABORTED:"


def test_fields_have_the_names_that_rules_give_them(bed: Any, start: Any) -> None:
    run = start(fields=("Film/title",))
    (metadata,) = (one for one in run.registered() if "/metadata-modify/" in one.http["url"])
    assert metadata.document["trigger"]["metadata"]["modify"]["field"] == ["title"]
    item = bed.library.create_item({}, title="One").id
    bed.library.set_metadata(item, {"title": ("Two",)})
    changed = run.one("metadata_modify")
    assert changed.data["fields"] == "title"
    assert "Film/title" in changed.data["fieldPaths"].split(",")


def test_the_order_of_the_keys_does_not_matter(start: Any) -> None:
    run = start()
    post(run, "shape-modify", body(itemId="VX-900", shapeId="VX-1", sequenceNumber="1"))
    post(run, "shape-modify", body(sequenceNumber="1", shapeId="VX-1", itemId="VX-900"))
    post(run, "shape-modify", body(sequenceNumber="2", shapeId="VX-1", itemId="VX-900"))
    first, second, third = (one.id for one in run.events)
    assert first == second != third


def test_only_who_knows_the_secret_may_tell(start: Any) -> None:
    run = start()
    (url,) = (one.http["url"] for one in run.registered() if "/item-create/" in one.http["url"])
    for wrong in (
        url[:-1],
        url[:-1] + "0",
        url.replace("item-create", "item-delete"),
        url.rpartition("/")[0],
    ):
        assert post(run, "item-create", body(itemId="VX-1"), url=wrong).status_code == 404
    assert post(run, "item-create", b"", method="GET").status_code == 405
    assert run.events == []
    assert post(run, "item-create", body(itemId="VX-1"), method="PUT").status_code == 200


@pytest.mark.parametrize(
    ("garbage", "content_type"),
    [
        (b"", "application/json"),
        (b"\xff\xfe\x00", "text/plain"),
        (b"<html><body>no</body></html>", "application/xml"),
        (b'{"field": 7}', "application/json"),
        (b'{"field": [', "application/json"),
        (b"[" * 5000, "application/json"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><SimpleMetadataDocument>&b;</SimpleMetadataDocument>', "text/xml"),
    ],
)
def test_garbage_is_refused_in_one_line(
    start: Any, caplog: pytest.LogCaptureFixture, garbage: bytes, content_type: str
) -> None:
    run = start()
    answer = post(run, "item-create", garbage, content_type)
    assert answer.status_code == 400, answer.text
    (line,) = (one.getMessage() for one in caplog.records if "was refused" in one.getMessage())
    assert "\n" not in line
    assert len(line) < 500
    assert run.events == []


def test_large_bodies(start: Any) -> None:
    run = start(max_body=200_000)
    document = "<JobDocument>" + "x" * 100_000 + "</JobDocument>"
    told = body(jobId="VX-5", status="FINISHED", jobDocument=document, started="then")
    assert post(run, "job-stop", told).status_code == 200
    assert run.events[0].data["jobDocument"] == document
    assert post(run, "job-stop", told + b" " * 200_000).status_code == 413


def test_the_site_is_told_to_try_again_until_the_event_is_safe(start: Any) -> None:
    run = start(wait=0.2)
    answers: list[Any] = [
        RuntimeError("the daemon stops"),
        flowhost.Receipt("parked", letter=4),
        flowhost.Receipt("duplicate"),
    ]

    def work(event: flowhost.Event) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, RuntimeError):
            raise answer
        return answer

    run.work = work
    codes = [post(run, "item-create", body(itemId="VX-1")).status_code for _ in range(3)]
    assert codes == [503, 202, 200]
    run.work = lambda event: OSError("the disk is full")
    assert post(run, "item-create", body(itemId="VX-2")).status_code == 503
    run.work = lambda event: Future()
    assert post(run, "item-create", body(itemId="VX-3")).status_code == 503


def test_the_recycle_bin_of_portal(start: Any) -> None:
    run = start()
    post(
        run, "metadata-modify", body(itemId="VX-1", changeSetId="VX-7", portal_deleted="2026-01-01T00:00:00Z")
    )
    post(run, "metadata-modify", body(itemId="VX-1", changeSetId="VX-8", portal_deleted=""))
    assert [one.headers["notifications"] for one in run.events] == [
        "item_trash,metadata_modify",
        "item_restore,metadata_modify",
    ]
