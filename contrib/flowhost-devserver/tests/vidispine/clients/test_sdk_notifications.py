"""Notifications, as the vendor's SDK registers and reads them, and what is heard of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flowhost_devserver import VidispineServer

SECONDS = 60.0
LOCK = {"expiryTime": "2999-01-01T00:00:00.000+0000"}


class Hearing:
    """Hears notifications, and keeps what they tell."""

    def __init__(self) -> None:
        told: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # http.server wants this name
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told.append({one["key"]: one["value"] for one in body["field"]})
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.told = told
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self.server.server_port}/hear"
        self.thread = threading.Thread(target=self.server.serve_forever, name="hearing")
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def hearing() -> Iterator[Hearing]:
    hearing = Hearing()
    yield hearing
    hearing.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_text("notes")
    return file


def registration(sdk: Any, url: str, **trigger: Any) -> Any:
    """A NotificationType; its triggers are dictionaries where the SDK's models lack their events."""
    action = sdk.models.NotificationHttpActionType(
        synchronous=False, url=url, method="POST", timeout="60", retry=1, content_type="application/json"
    )
    return sdk.models.NotificationType(
        action=sdk.models.NotificationTypeAction(http=action),
        trigger=sdk.models.NotificationTypeTrigger(**trigger),
    )


def unread(sdk: Any, kind: str) -> list[str]:
    """What the schema says against the last answer, but for the events that it does not have."""
    body = json.loads(sdk.client.last_response.data)
    return [said for said in sdk.complaints(body, kind) if "TriggerType has no such key" not in said]


Cause = Callable[[VidispineServer, Any, str, Path], object]
"""Lets something happen: told the server, a client, the id of an item, and a file."""

HEARD: list[tuple[str, dict[str, Any], Cause, set[str]]] = [
    ("item", {"item": {"create": {}}}, lambda server, *_: server.catalogue.create_item({}), {"itemId"}),
    (
        "item",
        {"item": {"type": "deletion", "delete": {}}},
        lambda server, _, item, __: server.catalogue.delete_item(item),
        {"itemId"},
    ),
    (
        "item",
        {"metadata": {"modify": {"field": ["title"]}}},
        lambda _, api, item, __: api.put(
            f"/item/{item}/metadata",
            json={"timespan": {"start": "-INF", "end": "+INF", "field": {"name": "title", "value": "Two"}}},
        ),
        {"itemId", "changeSetId", "title", "userName", "sequenceNumber"},
    ),
    (
        "item",
        {"access": {"create": {}}},
        lambda _, api, item, __: api.post(f"/item/{item}/access", json={"user": "a", "permission": "READ"}),
        {"type", "itemId", "accessId", "permission", "user"},
    ),
    (
        "item",
        {"shape": {"create": {}}},
        lambda server, _, item, source: server.catalogue.import_file(item, source),
        {"itemId", "shapeId", "notificationTrigger"},
    ),
    (
        "collection",
        {"collection": {"create": {}}},
        lambda _, api, *__: api.post("/collection?name=A"),
        {"collectionId"},
    ),
    (
        "storage",
        {"storage": {"create": {}}},
        lambda server, *_: server.add_storage("another"),
        {"storageId"},
    ),
    (
        "group",
        {"group": {"create": {}}},
        lambda _, api, *__: api.put("/group/news"),
        {"groupName", "userName"},
    ),
    (
        "deletion-lock",
        {"deletion_lock": {"create": {}}},
        lambda _, api, item, __: api.post(f"/item/{item}/deletion-lock", json=LOCK),
        {"itemId"},
    ),
]


@pytest.mark.parametrize(
    ("resource", "trigger", "cause", "keys"),
    HEARD,
    ids=["-".join((*trigger, *next(iter(trigger.values())))) for _, trigger, *_ in HEARD],
)
def test_what_happens_is_heard(
    sdk: Any,
    api: Any,
    module_server: VidispineServer,
    hearing: Hearing,
    source: Path,
    resource: str,
    trigger: dict[str, Any],
    cause: Cause,
    keys: set[str],
) -> None:
    item = module_server.catalogue.create_item({}, title="One", user="admin").id
    module_server.settle()
    notifications = sdk.api("NotificationApi")
    (made,) = notifications.create_notification(resource, registration(sdk, hearing.url, **trigger)).uri
    cause(module_server, api, item, source)
    module_server.settle()
    notifications.delete_notification(resource, made)
    (told,) = hearing.told
    assert told.keys() >= keys
    assert ("action" in told or "notificationTrigger" in told) != ("metadata" in trigger)


RESOURCES: list[tuple[str, dict[str, Any]]] = [
    ("item", {"item": {"create": {}, "modify": {}, "delete": {}}}),
    ("item", {"metadata": {"modify": {}}}),
    ("item", {"access": {"create": {}, "modify": {}, "delete": {}}}),
    ("item", {"shape": {"create": {}, "modify": {}, "delete": {}}}),
    ("collection", {"collection": {"item": {"add": {}, "remove": {}}, "metadata": {"modify": {}}}}),
    ("storage", {"storage": {"create": {}, "delete": {}}}),
    ("file", {"file": {"new": "", "hash": "", "storage": "VX-1"}}),
    ("group", {"group": {"create": {}, "modify": {}, "delete": {}}}),
    ("document", {"document": {"create": {}}}),
    ("quota", {"quota": {"create": {}, "warning": {}, "exceeded": {}}}),
    ("deletion-lock", {"deletion_lock": {"create": {}, "expire": {}}}),
]


@pytest.mark.parametrize(("resource", "trigger"), RESOURCES, ids=str)
def test_a_registration_is_read_back(sdk: Any, resource: str, trigger: dict[str, Any]) -> None:
    notifications = sdk.api("NotificationApi")
    sent = registration(sdk, "http://127.0.0.1:9/hear", **trigger)
    (made,) = notifications.create_notification(resource, sent).uri
    assert unread(sdk, "URIListType") == []
    assert notifications.get_notifications(resource).uri == [made]
    found = notifications.get_notification(resource, made)
    assert unread(sdk, "NotificationType") == []
    assert found.action == sent.action
    (entity,) = trigger
    (shown,) = json.loads(sdk.client.last_response.data)["trigger"].values()
    assert shown.keys() == trigger[entity].keys()
    assert getattr(found.trigger, entity) is not None
    changed = registration(sdk, "http://127.0.0.1:9/elsewhere", **trigger)
    assert notifications.update_notification(resource, made, changed).action == changed.action
    assert unread(sdk, "NotificationType") == []
    notifications.delete_notifications(resource)
    assert notifications.get_notifications(resource).uri is None


def test_a_job_narrowed(
    sdk: Any, api: Any, module_server: VidispineServer, hearing: Hearing, source: Path
) -> None:
    notifications, models = sdk.api("NotificationApi"), sdk.models
    pair = models.NotificationJobTriggerTypeAllOfFilterJobdata(key="mine", value_regex="y.s")
    trigger = models.NotificationJobTriggerType(
        stop="",
        filter=models.NotificationJobTriggerTypeAllOfFilter(type="SHAPE_IMPORT", jobdata=pair),
        content_filters=models.NotificationJobTriggerTypeAllOfContentFilters(
            content_filter=["jobState", "jobType", "totalSteps"]
        ),
    )
    (made,) = notifications.create_notification("job", registration(sdk, hearing.url, job=trigger)).uri
    found = notifications.get_notification("job", made)
    assert sdk.complaints(json.loads(sdk.client.last_response.data), "NotificationType") == []
    assert found.trigger.job == trigger
    assert notifications.update_notification("job", made, found) == found
    item = module_server.catalogue.create_item({}, title="One", user="admin").id
    for pairs in (["mine=yes"], ["mine=no"]):
        sdk.api("ShapeApi").import_shape(item, uri=source.as_uri(), tag=["extra"], jobmetadata=pairs)
    module_server.settle()
    notifications.delete_notification("job", made)
    (told,) = hearing.told
    assert told.keys() == {"jobId", "itemId", "action", "status", "type", "totalSteps"}
    assert (told["status"], told["type"]) == ("FINISHED", "SHAPE_IMPORT")


def test_job_data_are_what_no_other_word_is_for(
    sdk: Any, module_server: VidispineServer, hearing: Hearing, source: Path
) -> None:
    words = sdk.models.NotificationJobTriggerTypeAllOfContentFilters(content_filter=["jobData"])
    trigger = sdk.models.NotificationJobTriggerType(finished="", content_filters=words)
    notifications = sdk.api("NotificationApi")
    (made,) = notifications.create_notification("job", registration(sdk, hearing.url, job=trigger)).uri
    item = module_server.catalogue.create_item({}, title="One", user="admin").id
    sdk.api("ShapeApi").import_shape(item, uri=source.as_uri(), tag=["extra"], jobmetadata=["mine=yes"])
    module_server.settle()
    notifications.delete_notification("job", made)
    (told,) = hearing.told
    assert told["mine"] == "yes"
    assert "baseUri" in told
    assert not told.keys() & {"status", "type", "user", "started", "totalSteps", "currentStepNumber"}


@pytest.mark.parametrize(("mine", "heard"), [(True, 1), (False, 0)])
def test_files_of_one_storage(
    sdk: Any, module_server: VidispineServer, hearing: Hearing, source: Path, mine: bool, heard: int
) -> None:
    storage = module_server.catalogue.storages()[0].id
    trigger = sdk.models.NotificationFileTriggerType(new="", storage=storage if mine else "VX-99")
    notifications = sdk.api("NotificationApi")
    (made,) = notifications.create_notification("file", registration(sdk, hearing.url, file=trigger)).uri
    item = module_server.catalogue.create_item({}, title="One", user="admin").id
    module_server.catalogue.import_file(item, source, storage=storage)
    module_server.settle()
    notifications.delete_notification("file", made)
    assert [(one["storageId"], one["action"]) for one in hearing.told] == [(storage, "NEW")] * heard


def test_one_entity(sdk: Any, module_server: VidispineServer, hearing: Hearing) -> None:
    notifications = sdk.api("NotificationApi")
    mine, other = (module_server.catalogue.create_item({}, title=one).id for one in "ab")
    sent = registration(sdk, hearing.url, item={"delete": {}})
    (made,) = notifications.create_entity_notification("item", mine, sent).uri
    assert notifications.get_entity_notifications("item", mine).uri == [made]
    assert notifications.get_entity_notification("item", mine, made).action == sent.action
    assert notifications.update_entity_notification("item", mine, made, sent).action == sent.action
    for item in (other, mine):
        module_server.catalogue.delete_item(item)
    module_server.settle()
    assert [one["itemId"] for one in hearing.told] == [mine]


def test_a_placeholder(sdk: Any, module_server: VidispineServer, hearing: Hearing, source: Path) -> None:
    notifications = sdk.api("NotificationApi")
    trigger = sdk.models.NotificationJobTriggerType(finished="", placeholder=True)
    sent = registration(sdk, hearing.url, job=trigger)
    (made,) = notifications.create_placeholder_notification(sent).uri
    assert notifications.get_placeholder_notifications().uri == [made]
    found = notifications.get_placeholder_notification(made)
    assert found.trigger.job == trigger
    assert notifications.update_placeholder_notification(made, found) == found
    item = module_server.catalogue.create_item({}, title="One", user="admin").id
    shapes = sdk.api("ShapeApi")
    job = shapes.import_shape(
        item, uri=source.as_uri(), tag=["a"], notification=made, notification_data="for us"
    )
    shapes.import_shape(item, uri=source.as_uri(), tag=["b"])
    module_server.settle()
    notifications.delete_placeholder_notification(made)
    notifications.delete_placeholder_notifications()
    assert [(one["jobId"], one["notificationData"]) for one in hearing.told] == [(job.job_id, "for us")]


def test_external_ids(sdk: Any, module_server: VidispineServer) -> None:
    notifications = sdk.api("NotificationApi")
    item = module_server.catalogue.create_item({}, title="One").id
    sent = registration(sdk, "http://127.0.0.1:9/hear", item={"delete": {}})
    (whole,) = notifications.create_notification("item", sent).uri
    (one,) = notifications.create_entity_notification("item", item, sent).uri
    notifications.create_notification_external_id("item", whole, "ours/1")
    notifications.create_entity_notification_external_id("item", item, one, "theirs")
    (found,) = notifications.get_notification_external_ids("item", whole).id
    assert unread(sdk, "ExternalIdentifierListType") == []
    assert (found.external_id, found.entity_id) == ("ours/1", whole)
    assert notifications.get_notification("item", "ours/1").action == sent.action
    assert notifications.get_entity_notification("item", item, "theirs").action == sent.action
    assert len(notifications.get_entity_notification_external_ids("item", item, one).id) == 1
    notifications.delete_notification_external_id("item", whole, "ours/1")
    notifications.delete_entity_notification_external_id("item", item, one, "theirs")
    notifications.delete_notification_external_ids("item", whole)
    notifications.delete_entity_notification_external_ids("item", item, one)
    assert notifications.get_notification_external_ids("item", whole).id == []
    notifications.delete_notification("item", whole)
