"""What holds for every request: forms of documents, refusals, parameters, broken input."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from flowhost_devserver import VidispineServer
from lxml import etree

SECONDS = 60.0
XML = {"Accept": "application/xml"}
TEXT = {"Accept": "text/plain"}
NAMESPACE = "{http://xml.vidispine.com/schema/vidispine}"


def raw(
    server: VidispineServer, method: str, target: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    """A request that no library would send."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
    basic = {"Authorization": "Basic YWRtaW46YWRtaW4=", "Accept": "application/json"}
    named = basic | {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, target, body, named)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_xml_is_the_form_of_who_takes_anything(api: Any) -> None:
    for accept in ("*/*", "application/xml", "text/html"):
        answer = api.get("/version", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == "application/xml;charset=UTF-8"
        assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        assert etree.fromstring(answer.content).tag == NAMESPACE + "VersionDocument"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json;q=0.9, application/xml;q=0.5", "application/json"),
        ("application/json; charset=UTF-8", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/plain, application/json", "text/plain"),
        ("APPLICATION/JSON", "application/json"),
        ("*/*, application/json;q=0.5", "application/xml"),
        ("*/*, application/json", "application/json"),
        ("application/json;q=0", "application/xml"),
        ("text/html, text/*;q=0.3", "text/plain"),
        ("garbage;;;q=x", "application/xml"),
    ],
)
def test_the_client_gets_the_form_it_likes_best(api: Any, accept: str, kind: str) -> None:
    answer = api.get("/user/admin/groups", headers={"Accept": accept})
    assert answer.headers["Content-Type"].partition(";")[0] == kind


def test_a_refusal_in_json_has_all_nine_keys_in_order(api: Any, faults: Any) -> None:
    answer = api.get("/group/nobody")
    assert answer.status_code == 404
    assert list(answer.json()) == faults
    assert answer.json()["notFound"] == {"type": "Group", "id": "nobody", "context": None}
    assert [key for key, value in answer.json().items() if value is not None] == ["notFound"]
    wrong = api.get("/user;first=x").json()["invalidInput"]
    assert list(wrong) == ["context", "id", "explanation", "value"]
    assert (wrong["context"], wrong["value"]) == ("first", "x")


def test_a_refusal_in_xml_is_an_exception_document(api: Any) -> None:
    answer = api.get("/group/nobody", headers=XML)
    assert answer.status_code == 404
    root = etree.fromstring(answer.content)
    assert root.tag == NAMESPACE + "ExceptionDocument"
    (fault,) = root
    assert fault.tag == NAMESPACE + "notFound"
    assert [(child.tag.removeprefix(NAMESPACE), child.text) for child in fault] == [
        ("type", "Group"),
        ("id", "nobody"),
    ]


def test_a_refusal_in_text_names_what_is_wrong_in_lines(api: Any) -> None:
    answer = api.get("/group/nobody", headers=TEXT)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain;charset=UTF-8"
    assert answer.text == "404 A resource could not be found\r\nType: Group\r\nID: nobody\r\n"
    lines = api.get("/user;first=0", headers=TEXT).text.split("\r\n")
    assert lines == [
        "400 An invalid parameter was entered",
        "Context: first",
        "ID: ",
        "Reason: expected 1 or more",
        "",
    ]


@pytest.mark.parametrize("accept", ["text/plain", "application/xml", "application/json"])
def test_a_path_that_leads_nowhere_is_told_in_json(api: Any, accept: str) -> None:
    answer = api.get("/no/such/path", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.text == '{"code":404,"message":"HTTP 404 Not Found"}'


def test_another_method_is_told_with_those_there_are(api: Any) -> None:
    answer = api.post("/version")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.json() == {"code": 405, "message": "HTTP 405 Method Not Allowed"}
    asked = api.ask("OPTIONS", "/version")
    assert (asked.status_code, asked.content, asked.headers["Allow"]) == (200, b"", "GET, HEAD, OPTIONS")
    assert api.ask("OPTIONS", "/no/such/path").status_code == 404


def test_head_is_get_without_a_body(api: Any) -> None:
    got, head = api.get("/version"), api.ask("HEAD", "/version")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.content))


@pytest.mark.parametrize("path", ["/whoami", "/group/nobody", "/no/such/path"])
def test_nearly_every_answer_sets_the_cookie(api: Any, path: str) -> None:
    assert api.get(path).headers["Set-Cookie"].startswith("rememberMe=deleteMe;")


def test_a_slash_at_the_end_does_not_matter(api: Any) -> None:
    assert api.get("/whoami/").text == api.get("/whoami").text == "admin"


@pytest.mark.parametrize(
    "path",
    [
        "/group;first=2;number=1",
        "/group?first=2&number=1",
        "/group;first=2?number=1",
        "/group/;first=2;number=1",
    ],
)
def test_parameters_may_stand_in_the_path_and_in_the_query(api: Any, path: str) -> None:
    every = [row["groupName"] for row in api.get("/group?number=1000").json()["group"]]
    assert [row["groupName"] for row in api.get(path).json()["group"]] == every[1:2]


def test_a_content_type_without_a_body_is_tolerated(api: Any) -> None:
    answer = api.put("/group/empty%20body", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.get("/group/empty%20body").json() == {"groupName": "empty body", "role": False}
    assert api.get("/whoami", headers={"Content-Type": "application/xml"}).status_code == 200


def test_an_escaped_slash_is_part_of_a_name(api: Any) -> None:
    assert api.put("/group/news%2Fsports").status_code == 200
    assert api.get("/group/news%2Fsports").json()["groupName"] == "news/sports"
    assert api.get("/group/news/sports").json() == {"code": 404, "message": "HTTP 404 Not Found"}


@pytest.mark.parametrize(
    "target",
    [
        "/API/group/%zz",
        "/API/group/%",
        "/API/group/%ff",
        "/API/group/%00",
        "/API/group/%ed%a0%80",
        "/API/group;first=%zz",
        "/API/group?first=%e2%82",
        "/API/group?%ff=1",
        "/API/group?first=99999999999999999999",
        "/API/group?first=-1",
        "/API/group?first=1_0",
        "/API/group?number=one",
        "/API/user/admin/groups?allgroups=perhaps",
    ],
)
def test_what_cannot_be_read_is_refused(module_server: VidispineServer, target: str, faults: Any) -> None:
    status, body = raw(module_server, "GET", target)
    assert status == 400
    assert list(json.loads(body)) == faults
    assert json.loads(body)["invalidInput"]["explanation"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"5",
        b'"text"',
        b"\xff\xfe",
        b'{"groupName": NaN}',
        b'{"groupName": "a\\u0000b"}',
        b'{"groupName": "\\ud800"}',
        b'{"groupName": {}}',
        b'{"groupName": ["a", "b"]}',
        b'{"metadata": 5}',
        b'{"metadata": {"field": [[]]}}',
        b'{"x": 99999999999999999999999}',
        b'{"x":' * 200 + b"1" + b"}" * 200,
        b"[" * 100_000,
        b"<GroupDocument",
        b"<GroupDocument/>trailing",
        b"<Unknown/>",
        b"<UserDocument/>",
        b'<!DOCTYPE GroupDocument [<!ENTITY a "b">]><GroupDocument>&a;</GroupDocument>',
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_body_that_is_no_such_document_is_refused(module_server: VidispineServer, body: bytes) -> None:
    kind = "application/xml" if body.startswith(b"<") else "application/json"
    status, answer = raw(module_server, "POST", "/API/group", body, Content_Type=kind)
    assert status == 400
    assert json.loads(answer)["invalidInput"]["explanation"]


def test_a_document_that_is_too_large_is_refused_before_it_is_sent(module_server: VidispineServer) -> None:
    place = urlsplit(module_server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
    try:
        connection.putrequest("POST", "/API/group")
        headers = {"Authorization": "Basic YWRtaW46YWRtaW4=", "Accept": "application/json"}
        for name, value in (headers | {"Content-Length": str(64 * 1024**2 + 1)}).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Connection")) == (413, "close")
        assert json.loads(answer.read())["invalidInput"]["context"] == "body"
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/API/group", "/API/no/such/path"])
def test_chunks_that_are_none_are_refused(module_server: VidispineServer, path: str) -> None:
    place = urlsplit(module_server.url)
    with socket.create_connection((place.hostname or "", place.port or 0), SECONDS) as connection:
        lines = [f"POST {path} HTTP/1.1", "Host: x", "Authorization: Basic YWRtaW46YWRtaW4="]
        lines += ["Transfer-Encoding: chunked", "", "what?", ""]
        connection.sendall("\r\n".join(lines).encode())
        with connection.makefile("rb") as answer:
            status = answer.readline()
    assert status.split()[1] == (b"400" if path == "/API/group" else b"404")


def test_scalars_may_come_as_texts_and_single_values_without_a_list(api: Any) -> None:
    sent = {"userName": 5, "disabled": "false", "metadata": {"field": {"key": "a", "value": 1}}}
    answer = api.post("/user", json=sent)
    assert answer.status_code == 200, answer.text
    made = api.get("/user/5").json()
    assert (made["userName"], made["disabled"]) == ("5", False)
    assert made["metadata"] == {"field": [{"key": "a", "value": "1"}]}
    assert api.post("/user", json={"userName": "six", "disabled": "maybe"}).status_code == 400


def test_a_chunked_body_that_nobody_reads_does_no_harm(module_server: VidispineServer) -> None:
    place = urlsplit(module_server.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
    headers = {"Authorization": "Basic YWRtaW46YWRtaW4="}
    try:
        for _ in range(3):
            connection.request("PUT", "/API/no/such/path", iter([b"one", b"two"]), headers)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (404, b'{"code":404,"message":"HTTP 404 Not Found"}')
    finally:
        connection.close()


def test_outside_of_the_api_there_is_nothing(module_server: VidispineServer) -> None:
    for target in ("/", "/APIx/whoami", "/elsewhere"):
        assert raw(module_server, "GET", target)[0] == 404
    assert raw(module_server, "GET", "/APInoauth/whoami")[0] == 404


def test_a_fault_on_order_is_told_as_the_server_tells_its_own(
    module_server: VidispineServer, api: Any, faults: Any
) -> None:
    module_server.faults.add("503:path=/API/version,count=1,retry-after=2")
    answer = api.get("/version")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert list(answer.json()) == faults
    assert answer.json()["internalServer"]
    assert api.get("/version").status_code == 200
