"""The web interface, over real HTTP on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from flowhost_xmlserver import Web, XmlServer
from flowhost_xmlserver.jobs import REMEMBERED, Jobs, State

import flowhost
from flowhost.registry import Registry
from flowhost.testing.conformance import conforms

PATIENCE = 60.0  # seconds; only what is broken makes anybody wait this long


class Memory(flowhost.Store):
    """A store for tests."""

    name = "memory"

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def open(self) -> None: ...

    def close(self) -> None: ...

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def put(self, key: str, value: Any) -> Any:
        self.values[key] = value
        return value

    def delete(self, key: str) -> bool:
        return self.values.pop(key, None) is not None

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self.values if key.startswith(prefix))


class Site:
    """The source, with a pool of one thread behind it."""

    def __init__(self, **options: Any) -> None:
        self.store = Memory()
        self.source = Web(**{"port": 0, "store": self.store} | options)
        self.worker = XmlServer(store=self.store)
        self.events: list[flowhost.Event] = []
        self.may_work = threading.Event()
        self.may_work.set()
        self.stop = threading.Event()
        self.session = requests.Session()
        self.session.trust_env = False
        self._pool = ThreadPoolExecutor(1)
        self._thread = threading.Thread(target=self.source.run, args=(self.emit, self.stop))

    def emit(self, event: flowhost.Event) -> Future[flowhost.Receipt]:
        if self.stop.is_set():
            raise RuntimeError("the daemon has stopped")
        self.events.append(event)
        return self._pool.submit(self._work, event)

    def _work(self, event: flowhost.Event) -> flowhost.Receipt:
        self.may_work.wait(PATIENCE)
        try:
            return flowhost.Receipt("done", self.worker.work(event))
        except flowhost.Permanent as error:
            return flowhost.Receipt("parked", letter=1, error=str(error))

    def settle(self) -> None:
        """Wait until every job has ended."""
        self._pool.submit(lambda: None).result(PATIENCE)

    def start(self) -> Site:
        self._thread.start()
        deadline = time.monotonic() + PATIENCE
        while not self.source.url:
            assert time.monotonic() < deadline, "it does not listen"
            time.sleep(0.01)
        return self

    def close(self) -> None:
        self.session.close()
        self.may_work.set()
        self.stop.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._pool.shutdown()

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        url = self.source.url.rstrip("/") + path
        return self.session.request(method, url, **{"timeout": PATIENCE} | options)

    def put(self, path: str, data: bytes | str, wait: int = 30) -> requests.Response:
        return self.request("PUT", path, data=data, headers={"Prefer": f"wait={wait}"})


@pytest.fixture(scope="module")
def shared() -> Iterator[Site]:
    site = Site().start()
    yield site
    site.close()


@pytest.fixture
def site(shared: Site) -> Site:
    shared.may_work.set()
    shared.settle()
    shared.store.values.clear()
    shared.events.clear()
    return shared


def test_an_installation_knows_it() -> None:
    registry = Registry.load()
    plugin = next(plugin for plugin in registry.plugins if plugin.name == "xmlserver")
    assert (plugin.distribution, plugin.status) == ("flowhost-xmlserver", "ready")
    assert set(plugin.provides) == {("source", "web"), ("worker", "xmlserver")}


def test_a_stored_document_is_served(site: Site) -> None:
    site.store.put("news-1", "<asset>grün &amp; gut</asset>")
    response = site.request("GET", "/news-1")
    assert (response.status_code, response.content.decode()) == (200, "<asset>grün &amp; gut</asset>")
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="news-1.xml"'


@pytest.mark.parametrize(
    "path", ["/none", "/%3Cscript%3E", "/..%2Fetc", "/.hidden", "/a/b", "/x%0d%0ay", "/" + "x" * 101]
)
def test_what_is_not_there_is_a_page_of_its_own(site: Site, path: str) -> None:
    site.store.put(path.strip("/"), "<a/>") if "none" not in path else None
    response = site.request("GET", path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert b'<error status="404">' in response.content
    assert b"<script>" not in response.content


def test_the_index_lists_what_can_be_asked_for(site: Site) -> None:
    site.store.put("a", "<a/>")
    site.store.put('b"<>&', "<b/>")  # written by somebody else; it could not be asked for
    content = site.request("GET", "/").content
    assert content.endswith(b'<documents><document name="a" href="/a" /></documents>')


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_new_document_is_a_job_for_the_pool(site: Site, method: str) -> None:
    site.may_work.clear()
    response = site.request(method, "/news-1", data="<asset/>")
    assert response.status_code == 202
    assert b'state="waiting"' in response.content
    job = response.headers["Location"]
    assert b'state="waiting"' in site.request("GET", job).content
    site.may_work.set()
    deadline = time.monotonic() + PATIENCE
    while b'state="done"' not in site.request("GET", job).content:
        assert time.monotonic() < deadline
    assert site.store.values == {"news-1": "<asset/>"}
    (event,) = site.events
    assert (event.type, event.subject, event.key, event.data) == (
        "document.put",
        "news-1",
        "news-1",
        b"<asset/>",
    )


def test_a_client_may_wait_for_its_job(site: Site) -> None:
    response = site.put("/news-1", b'<?xml version="1.0" encoding="iso-8859-1"?><a>gr\xfcn</a>')
    assert b'state="done"' in response.content
    assert site.request("GET", "/news-1").content.decode() == "<a>grün</a>"
    site.may_work.clear()
    started = time.monotonic()
    assert b'state="waiting"' in site.put("/news-1", "<b/>", wait=1).content
    assert 1 <= time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<a>", "not well-formed"),
        ("", "not well-formed"),
        ("no xml", "not well-formed"),
        ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "document type"),
        ("<a>" * 300 + "</a>" * 300, "not well-formed"),
    ],
)
def test_a_document_that_is_none_fails_with_its_reason(site: Site, data: str, reason: str) -> None:
    content = site.put("/news-1", data).content.decode()
    assert 'state="failed"' in content
    assert reason in content
    assert site.store.values == {}


@pytest.mark.parametrize("path", ["/.hidden", "/a%20b", "/%3Ca%3E", "/" + "x" * 101])
def test_names_that_are_not_safe_are_refused(site: Site, path: str) -> None:
    response = site.put(path, "<a/>")
    assert response.status_code == 400
    assert site.events == []


def answer_to(site: Site, head: bytes) -> bytes:
    """The first line of what the server answers to a request with this head and no more."""
    host, port = site.source.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as client:
        client.sendall(b"PUT /a HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n<a/>")
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as answer:
            return answer.readline()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Transfer-Encoding: chunked", b" 411 "),
        (b"Content-Length: 11000000", b" 413 "),
        (b"Content-Length: 100", b" 400 "),
    ],
)
def test_the_length_must_be_known_and_right_and_not_too_much(site: Site, head: bytes, status: bytes) -> None:
    assert status in answer_to(site, head)
    assert site.events == []


@pytest.mark.parametrize(("method", "path", "status"), [("DELETE", "/a", 405), ("GET", "/jobs/999999", 404)])
def test_other_requests(site: Site, method: str, path: str, status: int) -> None:
    assert site.request(method, path).status_code == status


def test_a_failed_emit_is_told(site: Site) -> None:
    future: Future[flowhost.Receipt] = Future()
    future.set_exception(flowhost.StateUnavailable("the disk of /srv is full"))
    jobs = Jobs()
    assert jobs.state(jobs.add(future)) == State("failed", "it could not be kept; send it again")


def test_only_the_latest_jobs_are_remembered() -> None:
    jobs = Jobs()
    numbers = [jobs.add(Future()) for _ in range(REMEMBERED + 1)]
    assert jobs.state(numbers[0]) is None
    assert jobs.state(numbers[1]) is not None


def test_stopping_ends_the_waiting_and_takes_no_more() -> None:
    before = set(threading.enumerate())
    site = Site().start()
    site.may_work.clear()
    with ThreadPoolExecutor(1) as client:
        waiting = client.submit(site.put, "/a", "<a/>", 30)
        while not site.events:
            assert not waiting.done(), waiting.result()
            time.sleep(0.01)
        site.stop.set()
        response = waiting.result(PATIENCE)
        assert (response.status_code, b'state="waiting"' in response.content) == (202, True)
    site.close()
    deadline = time.monotonic() + PATIENCE
    while left := set(threading.enumerate()) - before:
        assert time.monotonic() < deadline, f"threads are left: {left}"
        time.sleep(0.01)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # cheroot forgets a socket
def test_a_port_in_use() -> None:
    # an address, not a name: a name may have two of them, and the server takes whichever is free
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            flowhost.Unavailable, match=rf"cannot listen on 127.0.0.1:{port} .*in use.*'port'"
        ):
            Web(interface="127.0.0.1", port=port, store=Memory()).run(
                lambda event: Future(), threading.Event()
            )


@pytest.mark.parametrize(
    ("options", "message"), [({"port": 65536}, "'port' is 65536"), ({"threads": 0}, "'threads' is 0")]
)
def test_wrong_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Web(**options, store=Memory())


def test_the_outermost_element_may_be_prescribed() -> None:
    worker = XmlServer(root="asset", store=Memory())
    worker.work(flowhost.Event("document.put", b'<a:asset xmlns:a="urn:a"/>', subject="x"))
    with pytest.raises(flowhost.Permanent, match="is a 'b', expected 'asset'"):
        worker.work(flowhost.Event("document.put", b"<b/>", subject="x"))
    with pytest.raises(flowhost.Permanent, match="brings no document"):
        worker.work(flowhost.Event("document.put", b"<b/>"))


def test_conformance() -> None:
    conforms(Web, port=0, store=Memory())
    conforms(XmlServer, store=Memory())


def test_the_example_profile(daemon: Callable[..., Any]) -> None:
    profile = (Path(__file__).parents[1] / "xmlserver.ini").read_text().replace("34566", "0")
    running = daemon(profile)
    (named,) = running.daemon.blueprint.sources
    running.wait_until(lambda: bool(named.source.url), "the web server")
    with requests.Session() as session:
        session.trust_env = False
        url = named.source.url + "news-1"
        stored = session.put(url, "<asset/>", headers={"Prefer": "wait=30"}, timeout=PATIENCE)
        assert stored.status_code == 202
        assert session.get(url, timeout=PATIENCE).text == "<asset/>"
        session.put(url, "<other/>", timeout=PATIENCE)
        running.wait_for(2, timeout=PATIENCE)
    (letter,) = running.letters()
    assert (letter.event.data, letter.state) == (b"<other/>", "dead")
