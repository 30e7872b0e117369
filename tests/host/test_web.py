"""Receiving over HTTP, as any source can: from the options to the last answer."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import requests

import flowhost
from flowhost.web import Answer, Listener, Request, handed_over, not_now

OPTIONS: dict[str, Any] = {
    "address": "127.0.0.1",
    "port": 0,
    "threads": 2,
    "max_body": 100,
    "wait": 5,
    "receive_timeout": 5,
}


def test_a_source_serves_until_it_is_stopped() -> None:
    def echo(request: Request) -> Answer:
        return Answer(
            "200 OK", {"path": request.path, "query": request.query, "body": request.read().decode()}
        )

    listening, stop = Listener(**OPTIONS).listen(), threading.Event()
    with ThreadPoolExecutor(1) as pool, requests.Session() as session:
        session.trust_env = False
        serving = pool.submit(listening.serve, echo, stop)
        answer = session.put(f"{listening.url}/a%20b?c=d", data="hello", timeout=10)
        assert (answer.status_code, answer.json()) == (200, {"path": "/a b", "query": "c=d", "body": "hello"})
        stop.set()
        serving.result(20)
        with pytest.raises(requests.ConnectionError):
            session.get(listening.url, timeout=10)
    assert listening.only_here


def test_a_port_is_given_back_unused() -> None:
    listening = Listener(**OPTIONS).listen()
    port = int(listening.url.rpartition(":")[2])
    with pytest.raises(flowhost.Unavailable, match=f"cannot listen on 127.0.0.1:{port}"):
        Listener(**OPTIONS | {"port": port}).probe()
    listening.close()
    Listener(**OPTIONS | {"port": port}).probe()


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("port", 70000, "'port' is 70000, expected 0 to 65535"),
        ("threads", 0, "'threads' is 0, expected 1 to 1000"),
        ("max_body", 0, "'max body' is 0"),
        ("wait", 0, "'wait' is 0 s, expected more than 0"),
        ("receive_timeout", -1, "'receive timeout' is -1 s"),
        ("key", "server.key", "'key' is given without 'certificate'"),
    ],
)
def test_wrong_options_are_named(option: str, value: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Listener(**OPTIONS | {option: value})


def future(result: Any) -> Future[flowhost.Receipt]:
    made: Future[flowhost.Receipt] = Future()
    if isinstance(result, Exception):
        made.set_exception(result)
    elif result is not None:
        made.set_result(result)
    return made


@pytest.mark.parametrize(
    ("result", "status", "content"),
    [
        (flowhost.Receipt("done", value=3), "200 OK", {"outcome": "done", "value": 3}),
        (flowhost.Receipt("done", value=object()), "200 OK", {"outcome": "done"}),
        (flowhost.Receipt("duplicate"), "200 OK", {"outcome": "duplicate"}),
        (flowhost.Receipt("parked", letter=7), "202 Accepted", {"outcome": "parked", "letter": 7}),
        (OSError("full"), "503 Service Unavailable", {"error": "the event could not be kept; send it again"}),
        (
            None,
            "503 Service Unavailable",
            {"error": "not done after 0.01 s, but under way; repeat it only with the same id"},
        ),
    ],
)
def test_2xx_is_said_only_when_the_event_is_safe(result: Any, status: str, content: Any) -> None:
    answer = handed_over(flowhost.Event("x"), lambda event: future(result), 0.01)
    assert (answer.status, answer.content) == (status, content)


def test_a_daemon_that_stops_takes_nothing() -> None:
    def emit(event: flowhost.Event) -> Future[flowhost.Receipt]:
        raise RuntimeError("stopping")

    answer = handed_over(flowhost.Event("x"), emit, 1)
    assert answer == not_now("the daemon is stopping; send it again")
    assert ("Retry-After", "10") in answer.headers
