"""The worker `http-post`, against a real server on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.conformance import conforms
from flowhost_plugins.http_post import HttpPost

EVENT = flowhost.Event(
    "clip.made",
    {"title": "grün"},
    source="/ingest",
    subject='a "b" %ü',
    id="7",
    key="k",
    time=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
    headers={"content-type": "text/csv", "x-secret": "s"},
)


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        return flag.is_set()


class Server(ThreadingHTTPServer):
    """Answers every POST with `answer`: status, headers, body; and keeps what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        self.before: Callable[[BaseHTTPRequestHandler], Any] = lambda handler: None
        self.heads: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.connections: set[Any] = set()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        self.server.heads.append(
            {name.lower(): text for name, text in self.headers.items()} | {"path": self.path}
        )
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.connections.add(self.client_address)
        self.server.before(self)
        status, headers, body = self.server.answer
        self.send_response(status)
        for name, text in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def worker(url: str, **options: Any) -> HttpPost:
    daemon = flowhost.DaemonInfo("test", options.pop("directory", "/"))
    return HttpPost(url=url, clock=StillClock(), daemon=daemon, **options)


def test_an_event_is_sent_as_a_structured_cloudevent(server: Server) -> None:
    assert worker(server.url + "/in?x=1").work(EVENT) == 200
    (head,) = server.heads
    assert head["path"] == "/in?x=1"
    assert head["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert json.loads(server.bodies[0]) == flowhost.cloudevent(EVENT)
    assert "s" not in head.values()


def test_an_event_is_sent_in_binary_mode(server: Server) -> None:
    worker(server.url, format="binary").work(EVENT)
    (head,) = server.heads
    assert {name: text for name, text in head.items() if name.startswith("ce-")} == {
        "ce-specversion": "1.0",
        "ce-id": "7",
        "ce-type": "clip.made",
        "ce-source": "/ingest",
        "ce-subject": "a%20%22b%22%20%25%C3%BC",
        "ce-partitionkey": "k",
        "ce-time": "2026-02-03T04:05:06+00:00",
    }
    assert (head["content-type"], json.loads(server.bodies[0])) == ("application/json", {"title": "grün"})


@pytest.mark.parametrize(
    ("data", "own", "content_type", "body"),
    [
        (b"\x00", "image/png", "image/png", b"\x00"),
        (b"\x00", None, "application/octet-stream", b"\x00"),
        (b"\x00", "im\nage", "application/octet-stream", b"\x00"),
        ("ü", "text/xml; charset=latin-1", "text/xml; charset=utf-8", "ü".encode()),
        ("ü", None, "text/plain; charset=utf-8", "ü".encode()),
        ([1, None], "text/csv", "application/json", b"[1, null]"),
        (None, "text/csv", None, b""),
    ],
)
def test_the_data_alone(
    server: Server, data: Any, own: str | None, content_type: str | None, body: bytes
) -> None:
    headers = {"content-type": own} if own else {}
    worker(server.url, format="data").work(flowhost.Event("x", data, headers=headers))
    assert (server.heads[0].get("content-type"), server.bodies[0]) == (content_type, body)
    assert not [name for name in server.heads[0] if name.startswith("ce-")]


@pytest.mark.parametrize(
    ("form", "data"),
    [
        *[
            (form, data)
            for form in ("cloudevent", "binary", "data")
            for data in ({1, 2}, float("nan"), object())
        ],
        ("binary", "\ud800"),  # half a character; only JSON can escape it
        ("data", "\ud800"),
    ],
)
def test_data_that_cannot_be_written_goes_to_the_dead_letters(server: Server, form: Any, data: Any) -> None:
    with pytest.raises(flowhost.Permanent, match=r"the data of x None is no JSON value"):
        worker(server.url, format=form).work(flowhost.Event("x", data))
    assert server.heads == []


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, None),
        ({"token": flowhost.Secret("t")}, "Bearer t"),
        ({"username": "ü", "password": flowhost.Secret("p:w")}, "Basic w7w6cDp3"),
        ({"headers": {"authorization": flowhost.Secret("Key 1")}}, "Key 1"),
    ],
)
def test_secrets(server: Server, options: dict[str, Any], sent: str | None) -> None:
    worker(server.url, **options).work(EVENT)
    assert server.heads[0].get("authorization") == sent


def test_the_operators_headers_are_sent(server: Server) -> None:
    worker(server.url, headers={"X-Api-Version": flowhost.Secret("2")}).work(EVENT)
    assert server.heads[0]["x-api-version"] == "2"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_done(server: Server, status: int) -> None:
    server.answer = (status, {}, b"")
    assert worker(server.url).work(EVENT) == status


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507])
def test_trouble_that_may_pass_is_tried_again(server: Server, status: int) -> None:
    server.answer = (status, {}, b"the database\n is down")
    with pytest.raises(
        flowhost.Retry, match=rf"^{server.url} answered {status} .*: the database is down$"
    ) as caught:
        worker(server.url + "/secret").work(EVENT)
    assert caught.value.after is None


@pytest.mark.parametrize(
    ("header", "after"),
    [
        ("7", 7.0),
        ("0", 0.0),
        (format_datetime(datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC), usegmt=True), 90.0),
        (format_datetime(datetime(2025, 1, 1, tzinfo=UTC), usegmt=True), 0.0),
        ("999999999", 3600.0),
        ("Thu, 01 Jan 2026 00:01:30", None),
        ("soon", None),
        ("-3", None),
        ("", None),
    ],
)
def test_the_servers_word_when_to_come_back(server: Server, header: str, after: float | None) -> None:
    server.answer = (503, {"Retry-After": header}, b"")
    with pytest.raises(flowhost.Retry) as caught:
        worker(server.url).work(EVENT)
    assert caught.value.after == after


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 501])
def test_a_refusal_goes_to_the_dead_letters(server: Server, status: int) -> None:
    server.answer = (status, {}, b"no: " + b"x" * 100_000)
    with pytest.raises(flowhost.Permanent, match=rf"answered {status} .*: no: x+$") as caught:
        worker(server.url).work(EVENT)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(server: Server, status: int) -> None:
    server.answer = (status, {"Location": server.url + "/elsewhere"}, b"")
    with pytest.raises(
        flowhost.Permanent, match=rf"answered {status} .*; set 'url' to where it points: .*/elsewhere"
    ):
        worker(server.url).work(EVENT)
    assert len(server.heads) == 1


def test_nobody_listens() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # taken, but not listening
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(flowhost.Retry, match=rf"^cannot POST to {url}: Connection refused$"):
            worker(url + "/secret").work(EVENT)


def test_an_unknown_host_is_tried_again() -> None:
    with pytest.raises(flowhost.Retry, match=r"^cannot POST to http://nowhere.invalid: "):
        worker("http://nowhere.invalid/secret").work(EVENT)


def test_a_silent_server_times_out(server: Server) -> None:
    gone = threading.Event()
    server.before = lambda handler: gone.wait(5)
    started = time.monotonic()
    with pytest.raises(flowhost.Retry, match=r"^cannot POST to .*: timed out"):
        worker(server.url, timeout=0.1).work(EVENT)
    assert time.monotonic() - started < 3
    gone.set()


def test_an_answer_that_breaks_off_counts_by_its_status(server: Server) -> None:
    server.answer = (200, {"Content-Length": "1000"}, b"abc")
    server.before = lambda handler: setattr(handler, "close_connection", True)
    assert worker(server.url).work(EVENT) == 200


def test_an_endless_answer_is_not_read_to_its_end(server: Server) -> None:
    server.answer = (200, {}, b"x" * 50_000_000)
    started = time.monotonic()
    assert worker(server.url).work(EVENT) == 200
    assert time.monotonic() - started < 5


def test_connections_are_shared_and_used_again(server: Server) -> None:
    one = worker(server.url, pool_size=4)
    server.answer = (200, {}, b"some answer")
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(one.work, [EVENT] * 40)) == [200] * 40
    assert len(server.connections) <= 4


def test_events_do_not_share_cookies(server: Server) -> None:
    server.answer = (200, {"Set-Cookie": "a=b"}, b"")
    one = worker(server.url)
    one.work(EVENT)
    one.work(EVENT)
    assert "cookie" not in server.heads[1]


def test_the_environments_proxy_is_used_only_when_asked_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(flowhost.Retry):
        worker("http://nowhere.invalid/x").work(EVENT)
    assert worker("http://nowhere.invalid/x", proxy_from_environment=True).work(EVENT) == 200
    assert server.heads[0]["path"] == "http://nowhere.invalid/x"


def test_netrc_is_not_read(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    worker(server.url, proxy_from_environment=True).work(EVENT)
    assert "authorization" not in server.heads[0]


def test_missing_authorities() -> None:
    with pytest.raises(
        flowhost.Unavailable, match=r"cannot read the authorities in /profiles/ca.pem; .*'ca file'"
    ):
        worker("https://127.0.0.1:1", ca_file=Path("ca.pem"), directory="/profiles").work(EVENT)


@pytest.mark.parametrize(
    ("url", "options", "message"),
    [
        ("ftp://x/", {}, "'url' starts with 'ftp://x/', expected http:// or https:// and a host"),
        ("http:///x", {}, "expected http:// or https:// and a host"),
        ("http://u:secret@x/", {}, "move it to 'username' and 'password'"),
        ("http://x", {"timeout": 0}, "'timeout' is 0 s"),
        ("http://x", {"pool_size": 0}, "'pool size' is 0"),
        ("http://x", {"username": "u"}, "go together"),
        ("http://x", {"token": flowhost.Secret("a\nb")}, "'token' is empty or holds characters"),
        ("http://x", {"token": flowhost.Secret("")}, "'token' is empty"),
        (
            "http://x",
            {"token": flowhost.Secret("t"), "headers": {"authorization": flowhost.Secret("x")}},
            "more than one of 'token'",
        ),
        (
            "http://x",
            {"headers": {"a b": flowhost.Secret("x")}},
            "'a b' in .* cannot be the name of a header",
        ),
        ("http://x", {"headers": {"a": flowhost.Secret("x\r\ny")}}, "the text of 'a' in .* cannot be sent"),
    ],
)
def test_wrong_options_are_named(url: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        worker(url, **options)
    assert "secret" not in str(caught.value)


def test_conformance(server: Server) -> None:
    conforms(HttpPost, url=server.url, clock=StillClock(), daemon=flowhost.DaemonInfo("test", "/"))
