"""What generic HTTP clients do: other methods, other types, other spellings of the same."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flowhost_devserver import VidispineServer

SECONDS = 60.0
LOGIN = "Authorization: Basic YWRtaW46YWRtaW4="
READ = '{"user":"bj\u00f6rn","permission":"READ"}'


@pytest.fixture(scope="module")
def item(module_server: VidispineServer) -> str:
    return module_server.catalogue.create_item({}, title="One", user="admin").id


@pytest.fixture
def wire(module_server: VidispineServer) -> Iterator[Callable[..., bytes]]:
    """Sends bytes over one connection, and reads until some of these bytes have come."""
    host, port = module_server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), SECONDS) as connection:

        def exchange(sent: str, until: bytes, times: int = 1) -> bytes:
            connection.sendall(sent.encode())
            received = b""
            while received.count(until) < times:
                piece = connection.recv(65536)
                assert piece, received
                received += piece
            return received

        yield exchange


def test_head_is_get_without_a_body(api: Any, item: str) -> None:
    for path, status in ((f"/item/{item}", 200), ("/item/VX-999", 404), ("/nowhere", 404)):
        whole, head = api.get(path), api.ask("HEAD", path)
        assert (head.status_code, head.content) == (status, b"")
        for name in ("Content-Type", "Content-Length"):
            assert head.headers[name] == whole.headers[name]


def test_options_tell_the_methods(api: Any, item: str) -> None:
    assert api.ask("OPTIONS", f"/item/{item}").headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert api.ask("OPTIONS", "/nowhere").status_code == 404
    refused = api.ask("PATCH", f"/item/{item}")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "DELETE, GET, HEAD")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/xml;charset=UTF-8"),
        ("application/*", "application/xml;charset=UTF-8"),
        ("text/html, image/gif, *; q=.2, */*; q=.2", "application/xml;charset=UTF-8"),
        ("image/png", "application/xml;charset=UTF-8"),
        ("application/json;q=0", "application/xml;charset=UTF-8"),
        ("application/json;q=0.5, application/xml;q=0.9", "application/xml;charset=UTF-8"),
        ("application/xml;q=0.5,application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("APPLICATION/JSON,*/*;q=0", "application/json"),
        ("text/*;q=0.3", "text/plain;charset=UTF-8"),
        ("text/plain, application/json", "text/plain;charset=UTF-8"),
    ],
)
def test_the_form_of_the_answer(api: Any, item: str, accept: str, kind: str) -> None:
    answer = api.get(f"/item/{item}/access", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == kind


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=UTF-8", "text/plain", "garbage", "image/png", ""],
)
def test_json_is_known_by_itself(api: Any, item: str, kind: str) -> None:
    answer = api.post(f"/item/{item}/access", data=READ.encode(), headers={"Content-Type": kind})
    assert answer.json()["user"] == "bj\u00f6rn"


@pytest.mark.parametrize("charset", ["iso-8859-1", "UTF-16"])
def test_the_charset_counts(api: Any, item: str, charset: str) -> None:
    headers = {"Content-Type": f"application/json;charset={charset}"}
    answer = api.post(f"/item/{item}/access", data=READ.encode(charset), headers=headers)
    assert answer.json()["user"] == "bj\u00f6rn"


@pytest.mark.parametrize(("charset", "body"), [("nonsense", b"{}"), ("ascii", READ.encode())])
def test_a_charset_that_cannot_be(api: Any, item: str, charset: str, body: bytes) -> None:
    headers = {"Content-Type": f"application/json;charset={charset}"}
    answer = api.post(f"/item/{item}/access", data=body, headers=headers)
    assert (answer.status_code, answer.json()["invalidInput"]["context"]) == (400, "body")


def test_a_type_without_a_body(api: Any) -> None:
    for kind in ("application/json", "application/xml"):
        assert api.post("/collection?name=A", headers={"Content-Type": kind}).status_code == 200


def test_spellings_of_a_path(api: Any, item: str) -> None:
    for path in (
        f"/item/{item}/",
        f"//item/{item}",
        f"/item/{item.replace('-', '%2D')}",
        f"/item;a=b/{item};c",
    ):
        assert api.get(path).json() == {"id": item}
    assert api.get("/library/VX%2A9").json()["notFound"]["id"] == "VX*9"
    assert api.get("/item/a%3Bb%2Fc").json()["notFound"]["id"] == "a;b/c"
    assert api.get(f"/item//{item}").status_code == api.get("/item%3Bfirst=1").status_code == 404


def test_the_names_of_headers_have_no_case(api: Any, module_server: VidispineServer) -> None:
    module_server.add_user("ann", "x")
    for name in ("runas", "RUNAS", "RunAs"):
        assert api.get("/whoami", headers={name: "ann"}).text == "ann"


def test_a_long_query(api: Any) -> None:
    answer = api.get("/user", params={"name": ["x" * 100] * 1000})
    assert answer.json() == {"hits": 0, "user": []}


def test_a_client_that_waits_for_its_turn(wire: Callable[..., bytes], item: str) -> None:
    body = '{"group":"g","permission":"READ"}'
    head = f"POST /API/item/{item}/access HTTP/1.1\r\nHost: x\r\n{LOGIN}\r\nAccept: text/plain\r\n"
    waits = f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    assert wire(head + waits, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert wire(body, b"VX-").startswith(b"HTTP/1.1 200 OK")


def test_one_connection_for_many_requests(wire: Callable[..., bytes]) -> None:
    asked = f"GET /API/whoami HTTP/1.1\r\nHost: x\r\n{LOGIN}\r\n\r\n"
    assert wire(asked, b"\r\n\r\nadmin").startswith(b"HTTP/1.1 200 OK")
    assert wire(asked * 3, b"\r\n\r\nadmin", 3).count(b"HTTP/1.1 200 OK") == 3


def test_a_body_in_chunks(wire: Callable[..., bytes], item: str) -> None:
    body = '{"group":"g","permission":"READ"}'
    head = f"POST /API/item/{item}/access HTTP/1.1\r\nHost: x\r\n{LOGIN}\r\nAccept: application/json\r\n"
    chunks = f"Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n{body}\r\n0\r\n\r\n"
    assert b'"group":"g"' in wire(head + chunks, b"}")
