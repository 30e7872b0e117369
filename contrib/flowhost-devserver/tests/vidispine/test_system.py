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
        "queryParameters",
        "contentLength",
        "responseCode",
        "duration",
    }
    assert (acted["username"], acted["runAs"], acted["path"]) == ("admin", "ann", "/API/whoami")
    assert acted["queryParameters"] == "first=1&x=y"
    assert (put["method"], put["contentType"], put["contentLength"]) == ("PUT", "application/json", 20)
    assert (missing["username"], missing["responseCode"]) == ("ann", 404)
    assert (unknown["username"], unknown["responseCode"]) == ("", 401)
    assert api.get("/log?method=PUT").json()["entry"] == [put]
    assert api.get("/log/auditLog?runAs=ann&path=/API/whoami").json()["entry"] == [acted]
    assert api.get("/log?responseCode=404&rows=1").json()["entry"] == [missing]
    assert api.get("/log?path=/API/group&first=2&rows=1").json() == {"count": 2, "entry": [put]}
    assert api.get("/log?starttime=2000-01-01&endtime=2000-01-02").json() == {"count": 0, "entry": []}
    assert api.get("/log?starttime=yesterday").status_code == 400
    root = etree.fromstring(api.get("/log?rows=1&path=/API/group", headers={"Accept": "*/*"}).content)
    assert root.tag == NAMESPACE + "AuditLogDocument"
    assert root.find(NAMESPACE + "entry").get("timestamp").endswith("Z")


def test_an_index_is_made_anew(api: Any) -> None:
    answer = api.put("/reindex/item").json()
    assert list(answer) == ["index", "priority", "status", "start"]
    assert (answer["index"], answer["status"]) == ("item", "IN_QUEUE")
    assert api.get("/reindex/item").json()["status"] == "FINISHED"
    assert "item" in api.get("/reindex").json()["uri"]
    assert api.put("/reindex/item?priority=HIGH").json()["priority"] == "HIGH"
    assert api.put("/reindex/item?priority=SOON").status_code == 400
    assert api.put("/reindex/everything").status_code == 400
    assert api.get("/reindex/acl").status_code == 404
