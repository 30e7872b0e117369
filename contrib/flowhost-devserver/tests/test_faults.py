"""Faults on order, as a client meets them."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from flowhost_devserver import Fault, Faults
from flowhost_devserver.faults import read_fault

PATH = "/thirdparty/asset/item"


def test_a_status_is_answered_as_often_as_ordered(client: Any) -> None:
    client.server.faults.add(Fault("status", path=PATH, status=503, count=2, retry_after=1.5))
    assert client.get("/thirdparty")
    for _ in range(2):
        answer = client.ask("GET", PATH)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1.5")
    assert client.get(PATH)
    assert len(client.server.faults.hits) == 2


def test_some_requests_may_pass_first(client: Any) -> None:
    client.server.faults.add("502:after=2,count=1")
    assert [client.ask("GET", PATH).status_code for _ in range(4)] == [200, 200, 502, 200]


@pytest.mark.parametrize(("late", "made"), [("no", 0), ("yes", 1)])
def test_the_work_may_be_done_before_the_answer_is_lost(client: Any, late: str, made: int) -> None:
    client.server.faults.add(f"reset:method=POST,count=1,late={late}")
    with pytest.raises(requests.ConnectionError):
        client.create()
    assert len(client.server.catalogue.items().items) == made


def test_a_cut_body_is_shorter_than_it_says(client: Any) -> None:
    client.server.faults.add(f"truncate:path={PATH},count=1")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.ask("GET", PATH)
    assert client.get(PATH)


def test_a_page_of_html_comes_with_status_200(client: Any) -> None:
    client.server.faults.add("html:count=1")
    answer = client.get(PATH)
    assert answer.headers["Content-Type"].startswith("text/html")


def test_an_answer_may_take_its_time(client: Any) -> None:
    client.server.faults.add("latency:seconds=0.3,count=1")
    before = time.monotonic()
    assert client.get(PATH)
    assert time.monotonic() - before >= 0.3


def test_what_is_cleared_is_over(client: Any) -> None:
    client.server.faults.add("503")
    client.server.faults.clear()
    assert client.get(PATH)


def test_probabilities_are_the_same_in_each_run() -> None:
    def run(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add("503:probability=0.5")
        return [bool(faults.hit("GET", "/", ("status",))) for _ in range(100)]

    assert run(1) == run(1) != run(2)
    assert 20 < sum(run(1)) < 80


def test_faults_are_read_from_texts() -> None:
    assert read_fault("503:path=/api/*,count=3,retry-after=2") == Fault(
        "status", path="/api/*", count=3, retry_after=2.0
    )
    assert read_fault("latency:seconds=0.5,method=get") == Fault("latency", seconds=0.5, method="GET")
    assert read_fault("412:late") == Fault("status", status=412, late=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("latencey", "did you mean 'latency'"),
        ("503:cout=3", "did you mean 'count'"),
        ("503:count=x", "'count' of a fault is 'x'"),
        ("503:probability=2", "0 to 1"),
        ("99", "from 400"),
    ],
)
def test_wrong_faults_are_explained(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_fault(text)
