"""Portal's REST API: on the development server, and on servers that answer something else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.portal import NotSignedIn, Portal, PortalRefused

CLOCK = flowhost.SystemClock()
NOT_DELETED = {"operator": "AND", "terms": [{"name": "portal_deleted", "missing": True}]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    try:
        from flowhost_devserver import VidispineServer
    except ImportError:
        missing("no development server is installed; pip install ./contrib/flowhost-devserver")
    with VidispineServer(tmp_path_factory.mktemp("vidispine")) as running:
        yield running


@pytest.fixture
def portal(server: Any) -> Iterator[Portal]:
    portal = Portal(
        url=server.url, username=server.user, password=flowhost.Secret(server.password), clock=CLOCK
    )
    portal.open()
    yield portal
    portal.close()


def test_who_we_are(portal: Portal) -> None:
    assert portal.is_healthy()
    assert portal.user() == "admin"
    portal.probe()


def test_a_wrong_password_is_told(server: Any) -> None:
    portal = Portal(url=server.url, username="admin", password=flowhost.Secret("nope-nope"), clock=CLOCK)
    portal.open()
    with pytest.raises(flowhost.Unavailable, match=r"401.*check 'token'") as refused:
        portal.probe()
    assert "nope-nope" not in str(refused.value)
    portal.close()


def test_an_item_its_formats_and_who_may_see_it(portal: Portal, server: Any, tmp_path: Path) -> None:
    item = server.catalogue.create_item({}, title="Harbour").id
    (tmp_path / "clip.bin").write_bytes(b"media")
    job = server.catalogue.import_media(item, str(tmp_path / "clip.bin"))
    server.catalogue.wait_for_job(job.id, 60)
    server.catalogue.set_access(item, [flowhost.AccessEntry("news", permission="READ", priority=3)])
    assert portal.item(item)["system_metadata"]["title"] == "Harbour"
    (shape,) = portal.formats(item)
    assert [file["filesize"] for file in shape["files"]] == [5]
    assert any(one["source_name"] == "news" and one["priority"] == "3" for one in portal.acl(item))
    with pytest.raises(PortalRefused) as refused:
        portal.item("VX-99999")
    assert refused.value.status == 404


def test_a_search_is_read_page_by_page(portal: Portal, server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowhost_plugins.portal.resource.PAGE", 2)
    items = [server.catalogue.create_item({}, title="Lighthouse").id for _ in range(5)]
    terms = [*NOT_DELETED["terms"], {"name": "title", "value": "Lighthouse"}]
    criteria = {
        "doc_types": ["item"],
        "query": "*",
        "fields": ["id"],
        "filter": {"operator": "AND", "terms": terms},
    }
    assert sorted(one["id"] for one in portal.search(criteria)) == sorted(items)


# -- servers that are no Portal, or have a bad day


Answer = tuple[int, str, bytes]


@pytest.fixture
def answering() -> Iterator[Callable[[Answer], Portal]]:
    """A client of a server that always answers this: status, content type, body."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread, Portal]] = []

    def make(answer: Answer) -> Portal:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the library's name
                status, kind, body = answer
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_PUT = do_GET  # noqa: N815  # as above

            def log_message(self, format: str, *arguments: Any) -> None: ...  # noqa: A002  # as above

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, name="portal")
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        portal = Portal(url=url, token=flowhost.Secret("key"), retries=0, clock=CLOCK)
        portal.open()
        running.append((server, thread, portal))
        return portal

    yield make
    for server, thread, portal in running:
        portal.close()
        server.shutdown()
        thread.join()
        server.server_close()


JSON = "application/json"


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        ((200, "text/html", b"<html><title>Sign in</title></html>"), flowhost.Unavailable, "page for people"),
        ((200, JSON, b'{"id":'), flowhost.Unavailable, "expected JSON"),
        ((200, JSON, b"[]"), flowhost.Unavailable, "expected an object"),
        ((302, "text/plain", b""), NotSignedIn, "302"),
        ((401, "text/html", b"<html><title>Sign in</title></html>"), NotSignedIn, "401"),
        ((503, "text/html", b"<html><title>Gone</title></html>"), flowhost.Unavailable, "503"),
        ((500, JSON, b'{"detail": "oops"}'), flowhost.Unavailable, "oops"),
        ((429, JSON, b'{"detail": "slow down"}'), flowhost.Unavailable, "slow down"),
        ((403, JSON, b'{"detail": "not yours"}'), PortalRefused, "not yours"),
    ],
)
def test_answers_of_other_kinds(answering: Any, answer: Answer, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        answering(answer).item("VX-1")


@pytest.mark.parametrize("body", [{"results": "x"}, {"results": [1]}, {}, []])
def test_a_search_that_is_answered_oddly(answering: Any, body: Any) -> None:
    with pytest.raises(flowhost.Unavailable, match="expected a list"):
        list(answering((200, JSON, json.dumps(body).encode())).search({}))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"token": flowhost.Secret("a"), "username": "b"}, "'token', or 'username'"),
        ({}, "'token', or 'username'"),
        ({"username": "b"}, "go together"),
        ({"token": flowhost.Secret("a"), "url": "portal.example"}, "expected one such as"),
        ({"token": flowhost.Secret("a"), "timeout": 0}, "timeout is 0 s"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Portal(**{"url": "http://portal.example", "clock": CLOCK} | options)
