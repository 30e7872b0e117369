"""About the server itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

NAMESPACE = "{http://xml.vidispine.com/schema/vidispine}"


def test_version_has_the_three_parts(api: Any) -> None:
    found = api.get("/version").json()
    assert list(found) == ["component", "systemInfo", "licenseInfo"]
    (component,) = found["component"]
    assert list(component) == ["name", "version"]
    assert component["name"] == "API"
    assert found["licenseInfo"]["storageNumber"] == {"current": "1", "allowed": "unlimited"}
    assert api.get("/version", headers={"Accept": "text/plain"}).text == f"API {component['version']}\r\n"


@pytest.mark.parametrize("accept", ["text/plain", "application/json", "application/xml", "*/*"])
def test_whoami_is_text(api: Any, accept: str) -> None:
    answer = api.get("/whoami", headers={"Accept": accept})
    assert (answer.text, answer.headers["Content-Type"]) == ("admin", "text/plain;charset=UTF-8")


def test_the_selftest_leaves_out_what_nobody_wants_to_know(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any]
) -> None:
    server = make_vidispine_server()
    api = api_for(server)
    found = api.get("/selftest?exclude=dbstats").json()
    assert found["status"] == "ok"
    assert {row["status"] for row in found["test"]} == {"ok"}
    names = {row["name"] for row in found["test"]}
    assert {row["name"] for row in api.get("/selftest").json()["test"]} == {*names, "dbstats"}
    (server.root / "media").rename(server.root / "elsewhere")
    found = api.get("/selftest").json()
    assert found["status"] == "failed"
    assert [row["name"] for row in found["test"] if row["status"] == "failed"] == ["storage"]
    assert api.get("/selftest/storage").json() == {
        "name": "storage",
        "status": "failed",
        "took": "0",
        "message": ["the folder of storage media is away"],
    }
    assert api.get("/selftest/storage").status_code == 200
    assert api.get("/selftest/nothing").json()["notFound"]["id"] == "nothing"


def test_every_request_is_in_the_log(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any]
) -> None:
    server = make_vidispine_server(users={"admin": "admin", "ann": "x"})
    api = api_for(server)
    api.get("/whoami;first=1?x=y", headers={"RunAs": "ann"})
    api.put("/group/news", json={"description": "a"})
    api_for(server, "ann", "x").get("/group/nobody")
    api_for(server, "ann", "wrong").get("/whoami")
    found = api.get("/log").json()
    assert list(found) == ["count", "entry"]
    assert found["count"] == 4
    unknown, missing, put, acted = found["entry"]
    assert set(acted) == {
        "timestamp",
        "username",
        "runAs",
        "method",
        "path",
        "matrixParameters",
        "queryParameters",
        "contentLength",
    }
    assert (acted["username"], acted["runAs"], acted["path"]) == ("admin", "ann", "/whoami")
    assert (acted["matrixParameters"], acted["queryParameters"]) == ("first=1", "x=y")
    assert (put["method"], put["contentType"], put["contentLength"]) == ("PUT", "application/json", "20")
    assert (missing["username"], missing["path"]) == ("ann", "/group/nobody")
    assert (unknown["username"], unknown["path"]) == ("", "/whoami")
    assert api.get("/log?method=PUT").json()["entry"] == [put]
    assert api.get("/log/auditLog?runAs=ann&path=/API/whoami").json()["entry"] == [acted]
    assert api.get("/log?path=/group&first=2&rows=1").json() == {"count": 2, "entry": [put]}
    assert api.get("/log?path=/group&sort=asc&performCount=false").json() == {"entry": [put, missing]}
    assert api.get("/log?path=/group/news&wildcard=false").json()["entry"] == [put]
    for nothing in ("path=/gro", "path=/group&wildcard=false", "starttime=2000-01-01&endtime=2000-01-02"):
        assert api.get(f"/log?{nothing}").json() == {"count": 0, "entry": []}
    for wrong in ("starttime=yesterday", "sort=up"):
        assert api.get(f"/log?{wrong}").status_code == 400
    root = etree.fromstring(api.get("/log?rows=1&path=/group", headers={"Accept": "*/*"}).content)
    assert root.tag == NAMESPACE + "AuditLogDocument"
    assert root.find(NAMESPACE + "entry").get("timestamp").endswith("Z")
    whole = etree.fromstring(api.get("/log/export?path=/group").content)
    assert [one.findtext(NAMESPACE + "path") for one in whole.iter(NAMESPACE + "entry")] == [
        "/group/nobody",
        "/group/news",
    ]


def test_other_areas_are_in_the_log_as_they_are(api: Any, module_server: VidispineServer) -> None:
    for path in ("/API/item;first=1/VX-9;a=b/shape", "/APInoauth/thing", "/API/v2/thing"):
        api.session.get(module_server.url + path)
    rows = api.get("/log?rows=3").json()["entry"]
    assert [row["path"] for row in rows] == ["/API/v2/thing", "/APInoauth/thing", "/item/VX-9/shape"]
    assert rows[-1]["matrixParameters"] == "first=1;a=b"


def test_an_index_is_made_anew(api: Any) -> None:
    answer = api.put("/reindex/item").json()
    assert list(answer) == ["index", "priority", "status", "start"]
    assert (answer["index"], answer["status"]) == ("item", "IN_QUEUE")
    assert api.get("/reindex/item").json()["status"] == "FINISHED"
    assert "item" in api.get("/reindex").json()["uri"]
    assert answer["priority"] == 0
    assert api.put("/reindex/item?priority=7").json()["priority"] == 7
    assert api.put("/reindex/item?priority=SOON").status_code == 400
    assert api.put("/reindex/everything").status_code == 400
    assert api.get("/reindex/acl").status_code == 404


def test_configuration_properties_are_kept(api: Any) -> None:
    assert api.get("/configuration").json() == {"uri": ["properties"]}
    path = "/configuration/properties"
    assert api.put(path, json={"key": "concurrentJobs", "value": "3"}).content == b""
    assert api.post(path, json={"property": [{"key": "a", "value": "b"}]}).content == b""
    found = api.get(path).json()["property"]
    assert {one["key"]: one["value"] for one in found} == {"concurrentJobs": "3", "a": "b"}
    assert api.get(f"{path}/a").json() == next(one for one in found if one["key"] == "a")
    assert api.get(f"{path}/a", headers={"Accept": "text/plain"}).text == "b\r\n"
    assert api.delete(f"{path}/a").status_code == 200
    assert api.delete(f"{path}/a").status_code == api.get(f"{path}/a").status_code == 404
    assert api.put(path, json={"value": "3"}).status_code == 400


def test_properties_say_how_long_tokens_are_good(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any], clock: Any
) -> None:
    server = make_vidispine_server(clock=clock)
    api, path = api_for(server), "/configuration/properties"
    assert api.put(path, json={"key": "userTokenDefaultInterval", "value": "soon"}).status_code == 400
    assert api.put(path, json={"key": "userTokenDefaultInterval", "value": "90"}).status_code == 200
    headers = {"Authorization": f"token {api.get('/token').json()['token']}"}
    api.session.auth = None
    clock.advance(89)
    assert api.get("/whoami", headers=headers).text == "admin"
    clock.advance(1)
    assert api.get("/whoami", headers=headers).status_code == 401


def test_properties_say_how_long_tokens_are_good_at_most_and_how_often_they_are_prolonged(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any], clock: Any
) -> None:
    server = make_vidispine_server(users={"admin": "admin", "ann": "x"}, clock=clock)
    for key, value in (("userTokenMaxInterval", "100"), ("userTokenRefreshInterval", "40")):
        answer = api_for(server).put("/configuration/properties", json={"key": key, "value": value})
        assert answer.status_code == 200
    ann = api_for(server, "ann", "x")
    still, refreshed = (
        {"Authorization": f"token {ann.get(f'/token?seconds=3600&autoRefresh={flag}').json()['token']}"}
        for flag in ("false", "true")
    )
    ann.session.auth = None
    clock.advance(39)  # not yet prolonged
    assert ann.get("/whoami", headers=refreshed).status_code == 200
    clock.advance(60)  # prolonged
    assert ann.get("/whoami", headers=refreshed).status_code == 200
    assert ann.get("/whoami", headers=still).status_code == 200
    clock.advance(1)
    assert ann.get("/whoami", headers=still).status_code == 401
    clock.advance(38)
    assert ann.get("/whoami", headers=refreshed).status_code == 200  # again not prolonged
    clock.advance(61)
    assert ann.get("/whoami", headers=refreshed).status_code == 401


def test_the_log_has_paths_as_they_were_sent(api: Any) -> None:
    api.get("/item/VX-1%3Babc=1;d=%3B/shape")
    sent = "/item/VX-1%3Babc=1/shape"
    [row] = api.get("/log?rows=1").json()["entry"]
    assert (row["path"], row["matrixParameters"]) == (sent, "d=%3B")
    assert [one["path"] for one in api.get("/log", params={"path": sent}).json()["entry"]] == [sent]


def test_who_may_not_act_for_another_is_in_the_log(
    make_vidispine_server: Callable[..., VidispineServer], api_for: Callable[..., Any]
) -> None:
    server = make_vidispine_server(users={"admin": "admin", "ann": "x"})
    admin, ann = api_for(server), api_for(server, "ann", "x")
    bearer = {"Authorization": f"token {ann.get('/token').json()['token']}"}
    assert admin.get("/whoami", headers={"RunAs": "nobody"}).status_code == 404
    assert ann.get("/whoami", headers={"RunAs": "admin"}).status_code == 403
    ann.session.auth = None
    assert ann.get("/whoami", headers=bearer | {"RunAs": "admin"}).status_code == 403
    assert ann.get("/whoami", headers=bearer).status_code == 200
    portal = {"RUNAS": "admin"} | bearer
    assert ann.session.get(f"{server.url}/API/v2/auth/tokens/", headers=portal).status_code == 403
    rows = admin.get("/log?rows=5").json()["entry"]
    assert [(row["username"], row["runAs"]) for row in rows] == [
        ("ann", "admin"),
        ("ann", "ann"),
        ("ann", "admin"),
        ("ann", "admin"),
        ("admin", "nobody"),
    ]
