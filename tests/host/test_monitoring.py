"""The pages /metrics, /healthz and /readyz, asked for over HTTP."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from flowhost import Unavailable
from flowhost.delivery.tally import DeliveryStats
from flowhost.monitoring.metrics import DaemonSnapshot, SourceSnapshot
from flowhost.monitoring.pages import Monitoring

READY = DaemonSnapshot("import", "running", True, DeliveryStats(done=5))
FAILING = DaemonSnapshot(
    "export",
    "running",
    False,
    DeliveryStats(degraded="the database is full"),
    (SourceSnapshot("queue", "backing-off", 2, "connection refused"),),
)
DEAD = DaemonSnapshot("stuck", "running", True, alive=False)


class Pages:
    """A monitoring server whose daemons a test sets."""

    def __init__(self) -> None:
        self.daemons: list[DaemonSnapshot] = [READY]
        self.monitoring = Monitoring("127.0.0.1", 0, lambda: self.daemons)
        self.monitoring.start()

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.monitoring.port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.monitoring.close()


@pytest.fixture
def pages(shared: Pages) -> Pages:
    shared.daemons = [READY]
    return shared


def test_metrics(pages: Pages) -> None:
    status, body, headers = pages.ask("/metrics")
    assert status == 200
    assert b'flowhost_events_total{daemon="import",outcome="done"} 5.0' in body
    assert headers["Content-Type"].startswith("text/plain; version=")
    assert headers["Cache-Control"] == "no-store"
    assert pages.ask("/metrics", Accept="application/openmetrics-text")[1].endswith(b"# EOF\n")


def test_health_is_the_life_of_the_pools(pages: Pages) -> None:
    pages.daemons = [READY, FAILING]
    assert pages.ask("/healthz")[0] == 200
    pages.daemons = []
    assert pages.ask("/healthz")[0] == 200
    pages.daemons = [READY, DEAD]
    status, body, _ = pages.ask("/healthz")
    assert (status, json.loads(body)) == (503, {"alive": False, "not_alive": ["stuck"]})


def test_readiness_is_all_daemons_and_says_why_not(pages: Pages) -> None:
    status, body, headers = pages.ask("/readyz")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {"ready": True, "daemons": {"import": {"ready": True, "reasons": []}}}
    pages.daemons = [READY, FAILING]
    status, body, _ = pages.ask("/readyz")
    assert status == 503
    assert json.loads(body)["daemons"]["export"] == {
        "ready": False,
        "reasons": ["the database is full", "source queue is backing-off: connection refused"],
    }


def test_nothing_is_ready_before_there_is_a_daemon(pages: Pages) -> None:
    pages.daemons = []
    assert pages.ask("/readyz")[0] == 503


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metricsx", "/../etc/passwd", "/favicon.ico"])
def test_there_is_nothing_else(pages: Pages, path: str) -> None:
    status, body, _ = pages.ask(path)
    assert status == 404
    assert json.loads(body) == {"error": "there are only /metrics, /healthz, /readyz"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_only_reading_is_allowed(pages: Pages, method: str) -> None:
    status, _, headers = pages.ask("/metrics", method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_head_has_the_headers_only(pages: Pages) -> None:
    status, body, headers = pages.ask("/readyz", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == len(pages.ask("/readyz")[1])


def test_the_version_of_the_server_is_nobodys_business(pages: Pages) -> None:
    assert pages.ask("/healthz")[2]["Server"] == "flowhost"


def test_a_daemon_that_cannot_be_looked_at_is_an_answer_and_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> list[DaemonSnapshot]:
        raise RuntimeError("secret detail")

    pages = Pages()
    pages.monitoring.close()
    monitoring = Monitoring("127.0.0.1", 0, broken)
    monitoring.start()
    pages.monitoring = monitoring
    try:
        with caplog.at_level(logging.ERROR):
            answers = [pages.ask(path) for path in ("/metrics", "/healthz", "/readyz")]
    finally:
        monitoring.close()
    assert [answer[0] for answer in answers] == [500, 500, 500]
    assert all(b"secret detail" not in answer[1] for answer in answers)
    assert "the monitoring page /metrics cannot be made" in caplog.messages


def test_a_port_in_use_is_one_sentence(pages: Pages) -> None:
    second = Monitoring("127.0.0.1", pages.monitoring.port, list)
    where = f"127.0.0.1:{pages.monitoring.port}"
    sentence = (
        f"the monitoring pages cannot be served at {where}: address already in use; "
        "set another 'monitoring port' or 'monitoring address'"
    )
    with pytest.raises(Unavailable) as caught:
        second.start()
    assert str(caught.value) == sentence
    second.close()


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(
        Unavailable, match=r"cannot be served at 192\.0\.2\.1:0: cannot assign requested address"
    ):
        Monitoring("192.0.2.1", 0, list).start()


def test_after_close_nobody_listens_and_no_thread_is_left() -> None:
    before = set(threading.enumerate())
    pages = Pages()
    port = pages.monitoring.port
    assert pages.ask("/healthz")[0] == 200
    pages.monitoring.close()
    pages.monitoring.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    deadline = time.monotonic() + 30
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(threading.enumerate()) - before == set()


def test_a_client_that_says_nothing_holds_nobody_up(pages: Pages) -> None:
    started = time.monotonic()
    silent = [socket.create_connection(("127.0.0.1", pages.monitoring.port), timeout=30) for _ in range(50)]
    try:
        assert pages.ask("/healthz")[0] == 200
        assert time.monotonic() - started < 30, "with a thread each until its time-out they take two minutes"
    finally:
        for one in silent:
            one.close()


def test_huge_headers_are_refused(pages: Pages) -> None:
    # small enough to be sent in one piece: nobody is left sending when the server is gone
    assert pages.ask("/healthz", Junk="x" * 20_000)[0] == 413
