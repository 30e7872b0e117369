"""The action `http-request`, against a real server on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flowhost
from flowhost.testing.clock import START, FakeClock
from flowhost.testing.workbench import workbench
from flowhost_plugins.http_request import HttpRequest

TAGS = {"title": "Night & day/7?", "itemId": "VX-7", "cast": ("Ann", "Bö")}


class Server(ThreadingHTTPServer):
    """Answers everything with `answer`, and keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        self.asked: list[tuple[str, Mapping[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: Any) -> None:
        """Tests print nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((f"{self.command} {self.path}", self.headers, body))
        status, headers, answer = self.server.answer
        self.send_response(status)
        for name, text in ({"Content-Length": str(len(answer))} | headers).items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, name="server")
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def server(running: Server) -> Server:
    running.answer = (200, {}, b"")
    running.asked.clear()
    return running


def action(url: str, **options: Any) -> HttpRequest:
    daemon = flowhost.DaemonInfo("test", "/")
    return HttpRequest(url=flowhost.Template(url), clock=FakeClock(), daemon=daemon, **options)


def context(tags: Mapping[str, Any] = TAGS, **more: Any) -> flowhost.Context:
    event = flowhost.Event("rule.start", time=START)
    return flowhost.Context(event, item="VX-7", tags=tags, **{"rule": "Tell", "run": "1", "step": 2} | more)


def templates(**texts: str) -> dict[str, flowhost.Template]:
    return {name.replace("_", "-"): flowhost.Template(text) for name, text in texts.items()}


def test_values_are_pieces_of_the_url(server: Server) -> None:
    outcome = action(server.url + "/i/${itemId}/${title}?q=${title}&p=${cast}", method="GET").act(context())
    assert (outcome.state, outcome.reason) == ("done", f"{server.url} answered 200 OK")
    quoted = "Night%20%26%20day%2F7%3F"
    assert server.asked[0][0] == f"GET /i/VX-7/{quoted}?q={quoted}&p=Ann%2CB%C3%B6"


def test_json(server: Server) -> None:
    action(server.url, json=templates(title="${title}", text='"${cast}"\n')).act(context())
    asked, headers, body = server.asked[0]
    assert asked == "POST /"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == {"title": "Night & day/7?", "text": '"Ann, Bö"\n'}


def test_a_body_and_headers(server: Server) -> None:
    headers = templates(x_title="${title}\r\nX-Evil: 1", content_type="text/csv", x_cast="${cast}")
    action(server.url, method="PUT", body=flowhost.Template("grün ${itemId}"), headers=headers).act(context())
    asked, told, body = server.asked[0]
    assert (asked, body.decode()) == ("PUT /", "grün VX-7")
    assert told["Content-Type"] == "text/csv"
    assert told["X-Title"] == "Night & day/7? X-Evil: 1"
    assert told["X-Cast"].encode("latin-1").decode() == "Ann, Bö"
    assert "X-Evil" not in told


def test_the_key_names_the_step(server: Server) -> None:
    ask = action(server.url)
    for one in (context(), context(attempt=2), context(step=3), context(run="2"), context(rule="Other")):
        ask.act(one)
    keys = [headers["Idempotency-Key"] for _, headers, _ in server.asked]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_is_tried_again(server: Server, status: int) -> None:
    server.answer = (status, {"Retry-After": "7"}, b"busy \x1b[31m now")
    with pytest.raises(flowhost.Retry, match=rf"answered {status} .*: busy \[31m now") as caught:
        action(server.url).act(context())
    assert caught.value.after == 7


@pytest.mark.parametrize(("text", "after"), [("soon", None), ("999999", 3600), (format_datetime(START), 0)])
def test_when_it_is_tried_again(server: Server, text: str, after: float | None) -> None:
    server.answer = (503, {"Retry-After": text}, b"")
    with pytest.raises(flowhost.Retry) as caught:
        action(server.url).act(context())
    assert caught.value.after == after


@pytest.mark.parametrize("status", [400, 401, 404, 409, 501])
def test_what_is_not_tried_again(server: Server, status: int) -> None:
    server.answer = (status, {}, b"no")
    with pytest.raises(flowhost.Permanent, match=rf"answered {status} .*: no"):
        action(server.url).act(context())


def test_what_is_expected(server: Server) -> None:
    server.answer = (409, {}, b"there already")
    assert action(server.url, expect=(200, 409)).act(context()).state == "done"
    server.answer = (201, {}, b"")
    with pytest.raises(flowhost.Permanent, match="answered 201"):
        action(server.url, expect=(200, 409)).act(context())


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.answer = (302, {"Location": "http://elsewhere.example.com/"}, b"")
    with pytest.raises(flowhost.Permanent, match=r"set 'url' to where it points: http://elsewhere"):
        action(server.url).act(context())


def test_a_server_that_is_down() -> None:
    with socket.socket() as taken:  # it does not listen, and keeps the port from others
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(flowhost.Unavailable, match=rf"cannot POST to http://127.0.0.1:{port}: .*refused"):
            action(f"http://127.0.0.1:{port}").act(context())


def test_authorities_that_cannot_be_read() -> None:
    with pytest.raises(flowhost.Unavailable, match=r"cannot read the authorities in /nowhere\.pem"):
        action("https://127.0.0.1:9", ca_file="nowhere.pem").act(context())


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(codec=None), min_size=1))
def test_no_value_leads_elsewhere(server: Server, value: str) -> None:
    server.asked.clear()
    try:
        action(server.url + "/a/${x}/b?c=${x}", method="GET").act(context({"x": value}))
    except flowhost.Permanent:
        assert value in (".", "..")
        return
    path, _, query = server.asked[0][0].removeprefix("GET ").partition("?")
    assert path.startswith("/a/") and path.endswith("/b") and path.count("/") == 3
    assert query.startswith("c=") and not set(query) & set("&#?")


@pytest.mark.parametrize("value", [".", ".."])
def test_values_that_would_climb(server: Server, value: str) -> None:
    with pytest.raises(flowhost.Permanent, match="would lead to another path"):
        action(server.url + "/a/${x}").act(context({"x": value}))
    assert server.asked == []
    action(server.url + "/a?q=${x}").act(context({"x": value}))
    assert server.asked[0][0] == f"POST /a?q={value}"


def test_values_that_would_climb_together(server: Server) -> None:
    with pytest.raises(flowhost.Permanent, match="would lead to another path"):
        action(server.url + "/a/${x}${y:-}.").act(context({"x": "."}))
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "options", "text"),
    [
        ("${title}", {}, "'url' begins with .*a server without tags"),
        ("https://${title}/", {}, "'url' begins with"),
        ("https://a.${title}.com/", {}, "'url' begins with"),
        ("https://user:pass@host/", {}, "'url' begins with"),
        ("ftp://host/", {}, "'url' begins with"),
        ("http://host", {"timeout": 0}, "'timeout' is 0 s"),
        ("http://host", {"expect": (20,)}, "20 in 'expect' is no status"),
        ("http://host", {"json": {}, "body": flowhost.Template("x")}, "keep one"),
        ("http://host", {"headers": templates(Host="x")}, "set by flowhost"),
        ("http://host", {"headers": {"a b": flowhost.Template("x")}}, "cannot be the name of a header"),
    ],
)
def test_mistakes(url: str, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        action(url, **options)


def test_in_a_rule(server: Server) -> None:
    data = {
        "url": server.url + "/${itemId}",
        "json": {"title": "${title}"},
        "expect": [200],
        "timeout": "5 s",
    }
    made = workbench().make("action", "http-request", data, place=flowhost.Place("rule.yaml"), places={})
    assert made.plan(context()) == f"POST {server.url}/VX-7"
    assert made.act(context()).state == "done"


def test_the_authorization_is_sent_and_comes_from_a_file(server, tmp_path):
    (tmp_path / "token").write_text("s3cret\n")
    data = {"url": server.url, "authorization": "Bearer ${file:token}"}
    bench = workbench(directory=tmp_path)

    made = bench.make("action", "http-request", data, place=flowhost.Place("rule.yaml", 3), places={})

    assert made.act(context()).state == "done"
    assert server.asked[0][1]["Authorization"] == "Bearer s3cret"


def test_a_secret_whose_file_is_missing_is_told_without_it(tmp_path):
    data = {"url": "http://127.0.0.1/", "authorization": "Basic abc ${file:none}"}
    with pytest.raises(flowhost.ConfigError, match=r"rule.yaml:3: .*none' named by 'authorization'") as told:
        workbench(directory=tmp_path).make(
            "action", "http-request", data, place=flowhost.Place("rule.yaml", 3), places={}
        )
    assert "abc" not in str(told.value)


def test_two_authorizations_are_refused():
    with pytest.raises(ValueError, match="keep one"):
        action(
            "http://x/", headers={"authorization": flowhost.Template("a")}, authorization=flowhost.Secret("b")
        )
