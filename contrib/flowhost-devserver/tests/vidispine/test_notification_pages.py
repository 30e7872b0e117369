"""Registering notifications: what is taken, what is refused, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

XML = {"Accept": "application/xml"}
RESOURCES = {
    "item": {"metadata": {"modify": {"field": ["title"]}}},
    "collection": {"collection": {"item": {"add": ""}}},
    "job": {"job": {"stop": "", "filter": {"type": ["EXPORT"], "step": 2}}},
    "storage": {"storage": {"create": ""}},
    "storage/file": {"file": {"close": ""}},
    "file": {"file": {"new": "", "delete": ""}},
    "group": {"group": {"create": ""}},
    "document": {"document": {"create": ""}},
    "quota": {"quota": {"create": ""}},
    "deletion-lock": {"deletionLock": {"create": ""}},
}


def shown(sent: dict[str, Any]) -> dict[str, Any]:
    """How it is read back: the timeout is a text, and what a filter has one of stands alone."""
    (entity,) = sent["trigger"]
    trigger = dict(sent["trigger"][entity])
    if "filter" in trigger:
        trigger["filter"] = trigger["filter"] | {"type": trigger["filter"]["type"][0]}
    http = sent["action"]["http"]
    return {"action": {"http": http | {"timeout": str(http["timeout"])}}, "trigger": {entity: trigger}}


def document(trigger: dict[str, Any] | None = None, **http: Any) -> dict[str, Any]:
    """A NotificationDocument in JSON; a part of the action that is None is left out."""
    action = {
        "synchronous": False,
        "url": "http://127.0.0.1:9/hear",
        "method": "POST",
        "timeout": 5,
        "retry": 3,
        "contentType": "application/json",
        **http,
    }
    action = {key: value for key, value in action.items() if value is not None}
    return {"action": {"http": action}, "trigger": trigger or {"item": {"create": ""}}}


def register(api: Any, resource: str, body: dict[str, Any]) -> str:
    answer = api.post(f"/{resource}/notification" if resource else "/notification", json=body)
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["uri"]
    (made,) = answer.json()["uri"]
    return str(made)


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_resource_has_its_own(api: Any, resource: str) -> None:
    sent = document(RESOURCES[resource])
    made = register(api, resource, sent)
    assert made in api.get(f"/{resource}/notification/").json()["uri"]
    answer = api.get(f"/{resource}/notification/{made}")
    assert (answer.status_code, answer.json()) == (200, shown(sent))
    others = [other for other in RESOURCES if other != resource]
    assert not any(made in api.get(f"/{other}/notification").json().get("uri", []) for other in others)
    assert api.get(f"/{others[0]}/notification/{made}").status_code == 404
    gone = api.delete(f"/{resource}/notification/{made}")
    assert (gone.status_code, gone.content) == (200, b"")
    refused = api.get(f"/{resource}/notification/{made}")
    assert refused.status_code == 404
    assert refused.json()["notFound"] == {"type": "notification", "id": made, "context": None}


def test_put_replaces(api: Any) -> None:
    made = register(api, "item", document())
    other = document({"item": {"delete": ""}}, url="http://127.0.0.1:9/other", method="PUT")
    answer = api.put(f"/item/notification/{made}", json=other)
    assert (answer.status_code, answer.json()) == (200, shown(other))
    assert api.get(f"/item/notification/{made}").json() == shown(other)
    assert api.put("/item/notification/VX-99999", json=other).status_code == 404


def test_one_entity_has_its_own(api: Any, module_server: VidispineServer) -> None:
    item = module_server.catalogue.create_item({}, title="One").id
    answer = api.post(f"/item/{item}/notification", json=document())
    (made,) = answer.json()["uri"]
    assert api.get(f"/item/{item}/notification").json() == {"uri": [made]}
    assert api.get(f"/item/{item}/notification/{made}").json() == shown(document())
    assert api.get(f"/item/notification/{made}").status_code == 404
    refused = api.post("/item/VX-99999/notification", json=document())
    assert (refused.status_code, refused.json()["notFound"]["type"]) == (404, "Item")
    assert api.delete(f"/item/{item}/notification/{made}").status_code == 200
    assert api.get(f"/item/{item}/notification").json() == {}


def test_a_placeholder_is_for_jobs_that_name_it(api: Any) -> None:
    made = register(api, "", document({"job": {"stop": "", "placeholder": True}}))
    assert api.get(f"/notification/{made}").json()["trigger"] == {"job": {"stop": "", "placeholder": True}}
    assert api.post("/notification", json=document()).status_code == 400


def test_xml_is_the_same_document(api: Any) -> None:
    sent = """<NotificationDocument xmlns="http://xml.vidispine.com/schema/vidispine">
      <action><http synchronous="true" group="ours"><url>http://user:secret@127.0.0.1:9/hear</url>
        <method>POST</method><timeout>0</timeout><retry>2</retry><contentType>application/xml</contentType></http></action>
      <trigger><job><finished/><filter><type>EXPORT</type><type>TRANSCODE</type>
        <jobdata><key>a</key><value-regex>b.*</value-regex></jobdata></filter></job></trigger></NotificationDocument>"""
    answer = api.post(
        "/job/notification",
        data=sent,
        headers={"Content-Type": "application/xml", "Accept": "application/xml"},
    )
    name = "{http://xml.vidispine.com/schema/vidispine}"
    root = etree.fromstring(answer.content)
    assert root.tag == f"{name}URIListDocument"
    made = root.findtext(f"{name}uri")
    assert api.get(f"/job/notification/{made}").json() == {
        "action": {
            "http": {
                "synchronous": True,
                "group": "ours",
                "url": "http://user:secret@127.0.0.1:9/hear",
                "method": "POST",
                "timeout": "0",
                "retry": 2,
                "contentType": "application/xml",
            }
        },
        "trigger": {
            "job": {
                "finished": "",
                "filter": {
                    "type": ["EXPORT", "TRANSCODE"],
                    "jobdata": {"key": "a", "value-regex": "b.*"},
                },
            }
        },
    }
    again = etree.fromstring(api.get(f"/job/notification/{made}", headers=XML).content)
    assert _shape(again) == _shape(etree.fromstring(sent))


def _shape(element: Any) -> Any:
    text = (element.text or "").strip()
    return element.tag, dict(element.attrib), text, sorted(map(_shape, element), key=str)


def test_strings_stand_for_numbers_and_flags(api: Any) -> None:
    made = register(api, "item", document(synchronous="false", timeout="5", retry="3"))
    assert api.get(f"/item/notification/{made}").json() == shown(document())


@pytest.mark.parametrize(
    ("change", "id_"),
    [
        ({"url": None}, "url"),
        ({"method": None}, "method"),
        ({"timeout": None}, "timeout"),
        ({"retry": None}, "retry"),
        ({"synchronous": None}, "synchronous"),
        ({"url": "ftp://127.0.0.1/"}, "url"),
        ({"url": "nonsense"}, "url"),
        ({"method": "DELETE"}, "method"),
        ({"timeout": -1}, "timeout"),
        ({"retry": -1}, "retry"),
    ],
)
def test_an_action_that_lacks_something_is_refused(api: Any, change: dict[str, Any], id_: str) -> None:
    answer = api.post("/item/notification", json=document(**change))
    assert answer.status_code == 400
    fault = answer.json()["invalidInput"]
    assert (fault["context"], fault["id"]) == ("notification", id_)


@pytest.mark.parametrize(
    ("resource", "trigger", "explained"),
    [
        ("item", {}, "exactly one kind"),
        ("item", {"job": {"stop": ""}}, "expected one of item, metadata, access, shape"),
        ("item", {"item": ""}, "expected one of create, modify, delete"),
        ("item", {"item": {"creat": ""}}, "did you mean 'create'"),
        ("item", {"item": {"create": ""}, "metadata": {"modify": ""}}, "exactly one kind"),
        ("job", {"job": {"stop": "", "filter": {"jobdata": [{"key-regex": "("}]}}}, "regular expression"),
    ],
)
def test_a_trigger_that_cannot_be_is_refused(
    api: Any, resource: str, trigger: dict[str, Any], explained: str
) -> None:
    body = document() | {"trigger": trigger}
    answer = api.post(f"/{resource}/notification", json=body)
    assert answer.status_code == 400
    assert explained in answer.json()["invalidInput"]["explanation"]


@pytest.mark.parametrize("action", ["ejb", "jms", "sqs", "sns", "javascript"])
def test_actions_besides_http_are_not_there(api: Any, action: str) -> None:
    answer = api.post("/item/notification", json=document() | {"action": {action: {}}})
    assert answer.status_code == 501
    assert "http" in answer.json()["notYetImplemented"]["explanation"]


def test_ids_or_urls_as_wanted(api: Any, module_server: VidispineServer) -> None:
    made = register(api, "quota", document(RESOURCES["quota"]))
    url = f"{module_server.url}/API/quota/notification/{made}"
    assert url in api.get("/quota/notification", params={"url": "true"}).json()["uri"]
    assert made in api.get("/quota/notification", headers={"Accept": "text/plain"}).text.split("\r\n")


def test_they_outlive_a_restart(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any], tmp_path: Any
) -> None:
    with VidispineServer(tmp_path / "kept") as server:
        made = register(api_for(server), "item", document())
    server = make_vidispine_server(tmp_path / "kept")
    assert api_for(server).get(f"/item/notification/{made}").json() == shown(document())
    assert register(api_for(server), "item", document()) != made


def test_external_ids_stand_for_the_id(api: Any, module_server: VidispineServer) -> None:
    item = module_server.catalogue.create_item({}, title="One").id
    for base in ("/group/notification", f"/item/{item}/notification"):
        trigger = {"group": {"create": ""}} if "group" in base else {"item": {"delete": ""}}
        made, other = (api.post(base, json=document(trigger)).json()["uri"][0] for _ in range(2))
        path = f"{base}/{made}/external-id"
        assert api.get(path).json() == {"id": []}
        for name in ("ours", "ours", "second"):
            assert api.put(f"{path}/{name}").content == b""
        assert [one["externalId"] for one in api.get(path).json()["id"]] == ["ours", "second"]
        assert api.get(path).json()["id"][0] == {
            "externalId": "ours",
            "namespace": "default",
            "entityType": "notification",
            "entityId": made,
        }
        assert api.get(f"{base}/ours").json() == shown(document(trigger))
        assert api.put(f"{base}/{other}/external-id/ours").status_code == 409
        assert api.put(f"{base}/{other}/external-id/{made}").status_code == 400
        assert api.delete(f"{path}/second").status_code == 200
        assert api.delete(f"{path}/second").json()["notFound"]["type"] == "external-id"
        assert api.delete(f"{base}/ours").status_code == 200
        assert api.get(f"{base}/{made}").status_code == api.get(f"{base}/ours").status_code == 404
        assert api.put(f"{base}/{other}/external-id/ours").status_code == 200
        assert api.delete(f"{base}/{other}/external-id").status_code == 200
        assert api.get(f"{base}/ours").status_code == 404


@pytest.mark.parametrize("more", [{}, {"create": "", "delete": ""}], ids=["alone", "among others"])
def test_nobody_knows_when_a_storage_has_a_filename(api: Any, more: dict[str, Any]) -> None:
    answer = api.post("/storage/notification", json=document({"storage": {"filename": "", **more}}))
    assert answer.status_code == 501
    assert "storage/filename" in answer.json()["notYetImplemented"]["explanation"]
    assert api.get("/storage/notification").json().get("uri", []) == []
