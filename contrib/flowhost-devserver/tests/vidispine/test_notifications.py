"""Notifications as they arrive: what happened, in which form, and how they are tried again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

import flowhost

SECONDS = 60.0


@dataclass
class Heard:
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def values(self) -> dict[str, Any]:
        """What a JSON body tells."""
        return {one["key"]: one["value"] for one in json.loads(self.body)["field"]}


@dataclass
class Receiver:
    """Hears notifications, and answers what `status` says."""

    heard: list[Heard] = field(default_factory=list)
    status: Callable[[Heard], int] = lambda heard: 200

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _take(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard = Heard(self.command, self.path, dict(self.headers), body)
                status = receiver.status(heard)
                with receiver.changed:
                    receiver.heard.append(heard)
                    receiver.changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_PUT = _take  # noqa: N815  # the names that http.server calls

            def log_message(self, *_: Any) -> None: ...

        self.changed = threading.Condition()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, name="receiver")
        self.thread.start()

    def wait(self, number: int) -> list[Heard]:
        """The first so many."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.heard) >= number, SECONDS), self.heard
            return self.heard[:number]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def register(api: Any, receiver: Receiver) -> Iterator[Callable[..., str]]:
    """Registers: called with the resource, the trigger, and more of the action."""
    made: list[str] = []

    def register(resource: str, trigger: dict[str, Any], **http: Any) -> str:
        action = {
            "synchronous": False,
            "url": f"{receiver.url}/hear",
            "method": "POST",
            "timeout": int(SECONDS),
            "retry": 0,
            "contentType": "application/json",
            **http,
        }
        body = {"action": {"http": action}, "trigger": trigger}
        api.server.settle(SECONDS)  # what happened before but was not told yet would be heard, too
        path = f"/{resource}/notification" if resource else "/notification"
        answer = api.post(path, json=body)
        assert answer.status_code == 200, answer.text
        (id_,) = answer.json()["uri"]
        made.append(f"{path}/{id_}")
        return str(id_)

    yield register
    for path in made:
        api.delete(path)


@pytest.fixture
def server(module_server: VidispineServer) -> Iterator[VidispineServer]:
    yield module_server
    module_server.faults.clear()


def new_item(server: VidispineServer, title: str) -> str:
    """The id of an item that has just been made."""
    return server.catalogue.create_item({}, title=title).id


def settled(server: VidispineServer, receiver: Receiver) -> list[dict[str, Any]]:
    """What was heard of all that happened so far."""
    server.settle(SECONDS)
    return [one.values for one in receiver.heard]


def test_items_come_and_go(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    register("item", {"item": {"create": "", "delete": ""}})
    item = new_item(server, "One")
    server.catalogue.delete_item(item)
    created, deleted = settled(server, receiver)
    assert created == {"itemId": item, "action": "CREATE"}
    assert deleted == {"itemId": item, "action": "DELETE"}


def test_only_one_item(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    mine, other = (new_item(server, title) for title in ("mine", "other"))
    register(f"item/{mine}", {"item": {"delete": ""}})
    server.catalogue.delete_item(other)
    server.catalogue.delete_item(mine)
    assert [one["itemId"] for one in settled(server, receiver)] == [mine]


def test_metadata_tells_the_change_set(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any
) -> None:
    item = new_item(server, "One")
    register("item", {"metadata": {"modify": ""}})
    answer = api.put(f"/item/{item}/metadata", json=_titled("Two"))
    assert answer.status_code == 200
    (told,) = settled(server, receiver)
    assert told.pop("sequenceNumber").isdigit()
    change_set = answer.json()["item"][0]["metadata"]["revision"].split(",")[-1]
    assert told == {
        "itemId": item,
        "title": "Two",
        "changeSetId": change_set,
        "userName": "admin",
    }


def test_metadata_that_was_changed_in_the_catalogue(
    server: VidispineServer, receiver: Receiver, register: Any
) -> None:
    item = new_item(server, "One")
    register("item", {"metadata": {"modify": ""}})
    server.catalogue.set_metadata(item, {"title": ("Two",)})
    server.settle(SECONDS)
    server.catalogue.set_metadata(item, {"title": ("Three",)})
    assert [(one["itemId"], one["title"]) for one in settled(server, receiver)] == [
        (item, "Two"),
        (item, "Three"),
    ]


@pytest.mark.parametrize(
    ("narrowed", "hears"),
    [
        ({"field": ["title"]}, True),
        ({"field": ["durationSeconds", "title"]}, True),
        ({"field": ["durationSeconds"]}, False),
        ({"language": ["sv"]}, False),
        ({"track": ["A1"]}, False),
        ({"interval": "generic"}, True),
        ({"interval": "all"}, True),
        ({"interval": "timed"}, False),
        ({"language": ["*"]}, True),
        ({"filter": {"field": "title"}}, True),
        ({"filter": {"field": ["durationSeconds"]}}, False),
        ({"filter": {"interval": "timed"}}, False),
    ],
)
def test_metadata_can_be_narrowed(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, narrowed: Any, hears: bool
) -> None:
    item = new_item(server, "One")
    register("item", {"metadata": {"modify": narrowed}})
    assert api.put(f"/item/{item}/metadata", json=_titled("Two")).status_code == 200
    assert len(settled(server, receiver)) == hears


@pytest.mark.parametrize("trigger", [{"metadata": "modify"}, {"collection": "metadata"}], ids=str)
@pytest.mark.parametrize("only", [True, False])
def test_metadata_of_collections(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, trigger: Any, only: bool
) -> None:
    mine, other = (api.post("/collection", params={"name": one}).json()["id"] for one in ("mine", "other"))
    ((entity, event),) = trigger.items()
    register(f"collection/{mine}" if only else "collection", {entity: {event: ""}})
    register("item", {"metadata": {"modify": ""}})
    for one in (other, mine):
        assert api.put(f"/collection/{one}/metadata", json=_titled(f"Now {one}")).status_code == 200
    told = settled(server, receiver)
    assert [one["title"] for one in told] == [
        f"Now {one}" for one in (other, mine) if one == mine or not only
    ]
    assert told[-1].pop("sequenceNumber").isdigit()
    revision = api.get(f"/collection/{mine}/metadata").json()["revision"]
    assert told[-1] == {
        "collectionId": mine,
        "title": f"Now {mine}",
        "changeSetId": revision.split(",")[-1],
        "userName": "admin",
    }


@pytest.mark.parametrize("rename", ["rename", "document"])
def test_a_new_name_of_a_collection_is_metadata(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, rename: str
) -> None:
    made = api.post("/collection?name=Old").json()["id"]
    register("collection", {"metadata": {"modify": {"field": ["title"]}}})
    register("collection", {"collection": {"modify": ""}}, url=f"{receiver.url}/modify")
    if rename == "rename":
        answer = api.put(f"/collection/{made}/rename?name=New")
    else:
        answer = api.put(f"/collection/{made}", json={"name": "New"})
    assert answer.status_code == 200, answer.text
    server.settle(SECONDS)
    told = {one.path: one.values for one in receiver.heard}
    assert told.keys() == {"/hear", "/modify"}
    assert (told["/hear"]["title"], told["/hear"]["userName"]) == ("New", "admin")
    assert told["/modify"] == {"collectionId": made, "action": "MODIFY"}
    assert api.get(f"/collection/{made}").json()["name"] == "New"


@pytest.mark.parametrize(
    ("narrowed", "hears"),
    [
        ({"field": ["title"]}, True),
        ({"field": ["portal_notes"]}, False),
        ({"language": ["sv"]}, False),
        ({"track": ["A1"]}, False),
        ({"interval": "generic"}, True),
        ({"interval": "timed"}, False),
    ],
)
@pytest.mark.parametrize(
    "wrap",
    [lambda one: {"metadata": {"modify": one}}, lambda one: {"collection": {"metadata": {"modify": one}}}],
)
def test_metadata_of_collections_can_be_narrowed(
    api: Any,
    server: VidispineServer,
    receiver: Receiver,
    register: Any,
    wrap: Any,
    narrowed: Any,
    hears: bool,
) -> None:
    made = api.post("/collection?name=One").json()["id"]
    register("collection", wrap(narrowed))
    assert api.put(f"/collection/{made}/metadata", json=_titled("Two")).status_code == 200
    assert len(settled(server, receiver)) == hears


@pytest.mark.parametrize(
    ("track", "wanted", "hears"),
    [
        ("A1", ["A1"], True),
        ("A1", ["V1", "A1"], True),
        ("A1", ["V1"], False),
        ("A1", ["*"], True),
        ("A1", ["A*"], True),
        ("A3", ["A2-4"], True),
        ("A1", ["generic"], False),
        (None, ["generic"], True),
    ],
)
def test_metadata_of_a_track(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, track: Any, wanted: Any, hears: bool
) -> None:
    item = new_item(server, "One")
    register("item", {"metadata": {"modify": {"track": wanted}}})
    document = _titled("Two")
    document["timespan"][0]["field"][0] |= {"track": track} if track else {}
    assert api.put(f"/item/{item}/metadata", json=document).status_code == 200
    assert len(settled(server, receiver)) == hears


def test_metadata_of_a_track_that_goes(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any
) -> None:
    item = new_item(server, "One")
    document = _titled("Two")
    document["timespan"][0]["field"][0] |= {"track": "A1"}
    assert api.put(f"/item/{item}/metadata", json=document).status_code == 200
    register("item", {"metadata": {"modify": {"track": ["A1"]}}})
    document["timespan"][0]["field"][0] |= {"value": []}
    assert api.put(f"/item/{item}/metadata", json=document).status_code == 200
    (told,) = settled(server, receiver)
    assert (told["itemId"], told["title"]) == (item, [])


def test_metadata_in_the_language_of_its_field(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any
) -> None:
    item = new_item(server, "One")
    register("item", {"metadata": {"modify": {"language": ["sv"]}}})
    document = _titled("Two")
    document["timespan"][0]["field"][0] |= {"lang": "sv"}
    assert api.put(f"/item/{item}/metadata", json=document).status_code == 200
    assert [one["title"] for one in settled(server, receiver)] == ["Two"]


def test_access(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    item = new_item(server, "One")
    server.catalogue.add_group("editors")
    register("item", {"access": {"create": "", "modify": "", "delete": ""}})
    made = server.catalogue.add_access(item, flowhost.AccessEntry("editors", "group", "READ", 3))
    server.catalogue.remove_access(item, made.id)
    assert settled(server, receiver) == [
        {
            "type": "access",
            "action": action,
            "itemId": item,
            "accessId": made.id,
            "permission": "READ",
            "priority": "3",
            "group": "editors",
        }
        for action in ("CREATE", "DELETE")
    ]


def test_access_to_a_collection(api: Any, server: VidispineServer, receiver: Receiver, register: Any) -> None:
    made = server.catalogue.create_collection("Kept apart").id
    register("collection", {"access": {"create": "", "delete": ""}})
    given = {"permission": "READ", "user": "admin", "priority": 3}
    entry = api.post(f"/collection/{made}/access", json=given).json()["id"]
    assert api.delete(f"/collection/{made}/access/{entry}").status_code == 200
    assert settled(server, receiver) == [
        {
            "type": "access",
            "action": action,
            "collectionId": made,
            "accessId": entry,
            "permission": "READ",
            "priority": "3",
            "user": "admin",
        }
        for action in ("CREATE", "DELETE")
    ]


@pytest.mark.parametrize("kind", ["item", "collection"])
def test_another_owner(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, kind: str
) -> None:
    made = new_item(server, "One") if kind == "item" else api.post("/collection?name=One").json()["id"]
    assert api.put(f"/{kind}/{made}/access/owner/admin").status_code == 200
    if api.get("/user/olga").status_code == 404:
        assert api.post("/user", json={"userName": "olga", "password": "x"}).status_code == 200
    register(kind, {"access": {"create": "", "modify": "", "delete": ""}})
    entry = api.put(f"/{kind}/{made}/access/owner/olga").json()["id"]
    assert api.put(f"/{kind}/{made}/access/owner/olga").status_code == 200  # nothing changes
    assert settled(server, receiver) == [
        {
            "type": "access",
            "action": "MODIFY",
            f"{kind}Id": made,
            "accessId": entry,
            "permission": "OWNER",
            "user": "olga",
        }
    ]


def test_groups(api: Any, server: VidispineServer, receiver: Receiver, register: Any) -> None:
    register("group", {"group": {"create": "", "modify": "", "delete": ""}})
    assert api.put("/group/news", json={"description": "the news"}).status_code == 200
    register("group/news", {"group": {"modify": ""}})
    assert api.put("/group/news/user/admin").status_code == 200
    assert api.delete("/group/news").status_code == 200
    told = [(one["groupName"], one["userName"], one["action"]) for one in settled(server, receiver)]
    assert sorted(told) == [("news", "admin", word) for word in ("CREATE", "DELETE", "MODIFY", "MODIFY")]
    assert api.post("/group/nobody/notification", json={}).json()["notFound"]["type"] == "Group"


@pytest.mark.parametrize("resource", ["deletion-lock", "item"])
def test_deletion_locks(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, resource: str
) -> None:
    item = new_item(server, "One")
    register(resource, {"deletionLock": {"create": "", "modify": "", "delete": ""}})
    made = api.post(f"/item/{item}/deletion-lock", json={"expiryTime": "2040-01-01T00:00:00Z"}).json()["id"]
    changed = api.put(f"/item/{item}/deletion-lock/{made}", json={"expiryTime": "2041-01-01T00:00:00Z"})
    assert changed.status_code == 200
    assert api.delete(f"/item/{item}/deletion-lock/{made}").status_code == 200
    years = {"CREATE": "2040", "MODIFY": "2041", "DELETE": "2041"}
    assert settled(server, receiver) == [
        {
            "lockId": made,
            "itemId": item,
            "user": "admin",
            "expiryTime": f"{year}-01-01T00:00:00.000+0000",
            "action": action,
        }
        for action, year in years.items()
    ]


def test_collections(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    events = {"create": "", "delete": "", "item": {"add": "", "remove": ""}}
    register("collection", {"collection": events})
    item = new_item(server, "One")
    made = server.catalogue.create_collection("Ours").id
    server.catalogue.add_to_collection(item, "Ours")
    server.catalogue.remove_member(made, item)
    server.catalogue.delete_collection(made)
    assert settled(server, receiver) == [
        {"collectionId": made, "action": "CREATE"},
        {"collectionId": made, "action": "ADD", "itemId": item, "type": "item"},
        {"collectionId": made, "action": "REMOVE", "itemId": item, "type": "item"},
        {"collectionId": made, "action": "DELETE"},
    ]


def test_storages_and_files(
    server: VidispineServer, receiver: Receiver, register: Any, tmp_path: Path
) -> None:
    register("storage", {"storage": {"create": "", "delete": ""}})
    register("storage/file", {"file": {"new": "", "close": "", "delete": ""}})
    storage = server.add_storage("more", tmp_path / "more")
    file = tmp_path / "more" / "a.txt"
    file.write_text("hello")
    server.catalogue.scan(storage)
    server.catalogue.scan(storage)  # seen twice with the same size: complete
    server.settle(SECONDS)
    file.unlink()
    server.catalogue.scan(storage)
    server.catalogue.remove_storage(storage)
    told = settled(server, receiver)
    assert told[0] == {"storageId": storage.id, "action": "CREATE"}
    assert told[-1] == {"storageId": storage.id, "action": "DELETE"}
    assert [one["action"] for one in told[1:-1]][:: len(told[1:-1]) - 1] == ["NEW", "DELETE"]
    assert {one["hash"] for one in told if "hash" in one} == {hashlib.sha1(b"hello").hexdigest()}
    assert {"fileId", "storageId", "path", "state", "size"} <= told[1].keys()


@pytest.fixture
def copied(server: VidispineServer, tmp_path: Path) -> Callable[..., str]:
    """Copies a file from one storage to another; returns the id of the job."""
    number = 0

    def copy() -> str:
        nonlocal number
        number += 1
        source, target = (
            server.add_storage(f"{name}-{tmp_path.name}", tmp_path / name) for name in ("from", "to")
        )
        (tmp_path / "from" / f"{number}.txt").write_text("hello")
        server.catalogue.scan(source)
        server.catalogue.scan(source)  # seen twice with the same size: complete
        file = server.catalogue.file_at(source, f"{number}.txt")
        assert file is not None
        return server.site.jobs.of_catalogue(server.catalogue.copy_file(file, target.id)).id

    return copy


def test_a_job_from_beginning_to_end(
    server: VidispineServer, receiver: Receiver, register: Any, copied: Any
) -> None:
    for event in ("create", "update", "stop", "finished", "fail"):
        register("job", {"job": {event: ""}}, url=f"{receiver.url}/{event}")
    job = copied()
    server.settle(SECONDS)
    heard: dict[str, list[dict[str, Any]]] = {}
    for one in receiver.heard:
        heard.setdefault(one.path, []).append(one.values)
    assert heard.keys() - {"/update"} == {"/create", "/stop", "/finished"}
    (created,), (stopped,), (finished,) = heard["/create"], heard["/stop"], heard["/finished"]
    assert stopped == finished
    assert {one["jobId"] for one in (created, stopped)} == {job}
    assert (created["action"], stopped["action"]) == ("CREATE", "STOP")
    assert (stopped["status"], stopped["type"]) == ("FINISHED", "COPY_FILE")
    assert stopped["user"] == stopped["username"]
    assert {
        "started",
        "currentStepNumber",
        "totalSteps",
        "sequenceNumber",
        "baseUri",
        "fileId",
    } <= stopped.keys()
    assert int(created["sequenceNumber"]) < int(stopped["sequenceNumber"])


def test_a_job_shows_later_what_it_told_at_its_end(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, copied: Any
) -> None:
    register("job", {"job": {"stop": ""}})
    job = copied()
    (told,) = settled(server, receiver)
    server.catalogue.delete_file(told["fileId"], last_copy=True)
    shown = {one["key"]: one["value"] for one in api.get(f"/job/{job}?metadata=true").json()["data"]}
    of_the_notification = {"action", "sequenceNumber"}
    assert {key: told[key] for key in told.keys() - of_the_notification} == {
        key: shown[key] for key in shown.keys() - of_the_notification
    }


@pytest.mark.parametrize(
    ("filter_", "hears"),
    [
        ({"type": "COPY_FILE"}, True),
        ({"type": ["EXPORT", "COPY_FILE"]}, True),
        ({"type": "EXPORT"}, False),
        ({"step": 100}, True),
        ({"step": 1}, False),
        ({"jobdata": {"key": "type", "value": "COPY_FILE"}}, True),
        ({"jobdata": {"key": "type", "value-regex": "COPY_.*"}}, True),
        ({"jobdata": {"key-regex": "ty.e"}}, True),
        ({"jobdata": {"key": "type", "value-regex": "COPY"}}, False),
        ({"jobdata": [{"key": "type"}, {"key": "nonesuch"}]}, False),
    ],
)
def test_jobs_can_be_narrowed(
    server: VidispineServer, receiver: Receiver, register: Any, copied: Any, filter_: Any, hears: bool
) -> None:
    register("job", {"job": {"stop": "", "filter": filter_}})
    copied()
    assert len(settled(server, receiver)) == hears


def test_a_content_filter_leaves_what_it_names(
    server: VidispineServer, receiver: Receiver, register: Any, copied: Any
) -> None:
    register("job", {"job": {"stop": "", "contentFilters": {"contentFilter": ["sta.*"]}}})
    copied()
    (told,) = settled(server, receiver)
    assert told.keys() == {"jobId", "action", "status", "started"}


def test_a_placeholder_hears_of_the_jobs_that_name_it(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any, copied: Any
) -> None:
    made = register("", {"job": {"stop": ""}})
    item = new_item(server, "Without media")
    asked = {"tag": "lowres", "notification": made, "notificationData": "for us"}
    answer = api.post(f"/item/{item}/transcode", params=asked)
    copied()
    assert answer.status_code == 200, answer.text
    (told,) = settled(server, receiver)
    assert (told["jobId"], told["notificationData"]) == (answer.json()["jobId"], "for us")


@pytest.mark.parametrize("content_type", ["application/json", "application/xml", "text/plain", None])
def test_the_forms_of_the_body(
    server: VidispineServer, receiver: Receiver, register: Any, content_type: str | None
) -> None:
    http = {} if content_type else {"contentType": ""}
    register("item", {"item": {"create": ""}}, **({"contentType": content_type} if content_type else http))
    item = new_item(server, "One")
    server.settle(SECONDS)
    (heard,) = receiver.heard
    assert heard.headers["Content-Type"] == (content_type or "text/plain")
    if content_type == "application/json":
        assert json.loads(heard.body) == {
            "field": [{"key": "itemId", "value": item}, {"key": "action", "value": "CREATE"}]
        }
    elif content_type == "application/xml":
        name = "{http://xml.vidispine.com/schema/vidispine}"
        root = etree.fromstring(heard.body)
        assert root.tag == f"{name}SimpleMetadataDocument"
        assert [(one.findtext(f"{name}key"), one.findtext(f"{name}value")) for one in root] == [
            ("itemId", item),
            ("action", "CREATE"),
        ]
    else:
        assert heard.body.decode() == f"itemId={item}\r\naction=CREATE\r\n"


def test_several_values(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    item = new_item(server, "One")
    for kind in ("application/json", "text/plain"):
        register("item", {"metadata": {"modify": ""}}, contentType=kind, group="one after the other")
    server.catalogue.set_metadata(item, {"ours_words": ("first\nline", "b=\\c")})
    server.settle(SECONDS)
    as_json, as_text = receiver.heard
    assert as_json.values["ours_words"] == ["first\nline", "b=\\c"]
    lines = as_text.body.decode().split("\r\n")
    assert lines[:2] == ["ours_words=first\nline", "ours_words=b=\\c"]


def test_put_and_a_login(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    url = receiver.url.replace("//", "//us%40home:s%3Acret@")
    register("item", {"item": {"create": ""}}, method="PUT", url=f"{url}/hear?who=me")
    new_item(server, "One")
    server.settle(SECONDS)
    (heard,) = receiver.heard
    assert (heard.method, heard.path) == ("PUT", "/hear?who=me")
    assert heard.headers["Authorization"] == "Basic dXNAaG9tZTpzOmNyZXQ="


def test_what_is_refused_is_tried_again(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    server.site.notifier.endpoints.first_pause = 0.01
    register("item", {"item": {"create": ""}}, retry=2)
    answers = iter([503, 404, 200, 500, 500, 500])
    receiver.status = lambda heard: next(answers)
    items = [new_item(server, title) for title in ("one", "two")]
    told = settled(server, receiver)
    assert [one["itemId"] for one in told] == [items[0]] * 3 + [items[1]] * 3


def test_a_synchronous_one_holds_up_the_request(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any
) -> None:
    register("item", {"metadata": {"modify": ""}}, synchronous=True)
    item = new_item(server, "One")
    answered, came = threading.Event(), threading.Event()

    def hold(heard: Heard) -> int:
        came.set()
        assert not answered.wait(0.2), "the request was answered before its notification"
        return 200

    receiver.status = hold
    assert api.put(f"/item/{item}/metadata", json=_titled("Two")).status_code == 200
    answered.set()
    assert came.is_set()
    assert len(receiver.wait(1)) == 1


def test_a_synchronous_one_holds_it_up_no_longer_than_its_timeout(
    api: Any, server: VidispineServer, receiver: Receiver, register: Any
) -> None:
    release = threading.Event()
    register("item", {"metadata": {"modify": ""}}, synchronous=True, timeout=1)
    item = new_item(server, "One")
    receiver.status = lambda heard: 200 if release.wait(SECONDS) else 500
    assert api.put(f"/item/{item}/metadata", json=_titled("Two")).status_code == 200
    assert not receiver.heard
    release.set()
    receiver.wait(1)


@pytest.mark.parametrize(("fault", "order"), [("drop", "b"), ("duplicate", "aab"), ("reorder", "ba")])
def test_faults(server: VidispineServer, receiver: Receiver, register: Any, fault: str, order: str) -> None:
    register("item", {"item": {"create": ""}}, url=f"{receiver.url}/{fault}")
    server.faults.add(f"{fault}:path=*/{fault},count=1")
    server.site.notifier.endpoints.together = SECONDS
    made = {new_item(server, title): title for title in "ab"}
    assert "".join(made[one["itemId"]] for one in settled(server, receiver)) == order


def test_each_endpoint_has_its_own_thread(server: VidispineServer, receiver: Receiver, register: Any) -> None:
    held = threading.Event()
    for name in ("slow", "quick"):
        register("item", {"item": {"create": ""}}, url=f"{receiver.url}/{name}", timeout=0)
    receiver.status = lambda heard: 200 if heard.path == "/quick" or held.wait(SECONDS) else 500
    new_item(server, "One")
    new_item(server, "Two")
    assert [one.path for one in receiver.wait(2)] == ["/quick", "/quick"]
    held.set()
    server.settle(SECONDS)
    assert len(receiver.heard) == 4


def test_a_restart_forgets_what_was_not_delivered(
    receiver: Receiver, api_for: Callable[..., Any], tmp_path: Path
) -> None:
    receiver.status = lambda heard: 503
    with VidispineServer(tmp_path / "kept") as server:
        server.site.notifier.endpoints.first_pause = SECONDS  # it ends before the second try
        http = {
            "synchronous": False,
            "url": receiver.url,
            "method": "POST",
            "timeout": int(SECONDS),
            "retry": 9,
            "contentType": "application/json",
        }
        body = {"action": {"http": http}, "trigger": {"item": {"create": ""}}}
        assert api_for(server).post("/item/notification", json=body).status_code == 200
        first = new_item(server, "One")
        receiver.wait(1)
    receiver.status = lambda heard: 200
    with VidispineServer(tmp_path / "kept") as server:
        second = new_item(server, "Two")
        server.settle(SECONDS)
    assert [one.values["itemId"] for one in receiver.heard] == [first, second]


def _titled(title: str) -> dict[str, Any]:
    field = {"name": "title", "value": [{"value": title}]}
    return {"timespan": [{"start": "-INF", "end": "+INF", "field": [field]}]}
