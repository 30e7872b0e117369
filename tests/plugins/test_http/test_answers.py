"""What the sender is told: done, kept, again, or no."""

from __future__ import annotations

import base64
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

import flowhost


def test_an_event_that_is_done_is_answered_with_what_the_worker_returned(hook: Any) -> None:
    hook.work = lambda event: flowhost.Receipt("done", value={"item": "VX-1"})
    response = hook.request(data=b"x")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == {"outcome": "done", "value": {"item": "VX-1"}}


def test_a_value_that_is_no_json_is_left_out(hook: Any) -> None:
    hook.work = lambda event: flowhost.Receipt("done", value=object())
    assert hook.request().json() == {"outcome": "done"}


def test_a_duplicate_is_answered_like_the_first(hook: Any) -> None:
    hook.work = lambda event: flowhost.Receipt("duplicate")
    response = hook.request()
    assert (response.status_code, response.json()) == (200, {"outcome": "duplicate"})


@pytest.mark.parametrize("error", [None, "the disk of /srv/secret is full"])
def test_a_parked_event_is_accepted_and_the_reason_stays_here(hook: Any, error: str | None) -> None:
    hook.work = lambda event: flowhost.Receipt("parked", letter=7, error=error)
    response = hook.request()
    assert (response.status_code, response.json()) == (202, {"outcome": "parked", "letter": 7})


def test_an_event_that_is_not_safe_must_be_sent_again(hook: Any) -> None:
    hook.work = lambda event: flowhost.StateUnavailable("the disk of /srv/secret is full")
    response = hook.request()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "secret" not in response.text


def test_a_failed_future_that_holds_a_time_out_is_a_failure_at_once(hook: Any) -> None:
    hook.work = lambda event: TimeoutError("the database")
    started = time.monotonic()
    assert "could not be kept" in hook.request().json()["error"]
    assert time.monotonic() - started < 20


def test_a_request_waits_for_its_event_only_so_long(start: Any) -> None:
    hook = start(wait=0.2)
    hook.work = lambda event: Future()
    response = hook.request(headers={"ce-id": "1"})
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "not done after 0.2 s, but under way; repeat it only with the same id" in response.json()["error"]


def test_a_daemon_that_stops_asks_to_send_again(hook: Any) -> None:
    def stopped(event: flowhost.Event) -> None:
        raise RuntimeError("the daemon has stopped")

    hook.work = stopped
    response = hook.request()
    assert (response.status_code, response.headers["Connection"]) == (503, "close")
    assert response.json()["error"] == "the daemon is stopping; send it again"


def test_open_requests_are_answered_before_the_source_returns(start: Any) -> None:
    hook = start()
    taken = threading.Event()
    future: Future[flowhost.Receipt] = Future()

    def begin(event: flowhost.Event) -> Future[flowhost.Receipt]:
        taken.set()
        return future

    hook.work = begin
    with ThreadPoolExecutor(1) as sender:
        response = sender.submit(hook.request, data=b"x")
        assert taken.wait(60)
        hook.stop.set()
        time.sleep(0.2)
        assert not response.done()
        future.set_result(flowhost.Receipt("parked", letter=1))
        assert response.result(60).status_code == 202


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_known(hook: Any, method: str) -> None:
    response = hook.request(method)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert hook.events == []


def test_other_paths_are_not_found(start: Any) -> None:
    hook = start(path="/hooks/")
    assert hook.request(path="").status_code == 200
    assert hook.request(path="/vidispine?x=1").status_code == 200
    assert hook.session.post(hook.source.url.replace("/hooks/", "/hooksy"), timeout=60).status_code == 404
    assert hook.session.post(hook.source.url.replace("/hooks/", "/"), timeout=60).status_code == 404
    assert [event.subject for event in hook.events] == ["/hooks", "/hooks/vidispine"]


def test_a_token_opens(start: Any) -> None:
    hook = start(token=flowhost.Secret("sesame"))
    for wrong in (None, "Bearer", "Bearer sesam", "Bearer sesamé", "Basic sesame", "sesame"):
        response = hook.request(headers={"Authorization": wrong and wrong.encode()})
        assert response.status_code == 401, wrong
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="flowhost"'
    assert hook.events == []
    assert hook.request(headers={"Authorization": "bearer sesame"}).status_code == 200
    assert "sesame" not in repr(hook.events)


def test_a_name_and_password_open(start: Any) -> None:
    hook = start(username="jürgen", password=flowhost.Secret("a:b"))
    right = base64.b64encode("jürgen:a:b".encode()).decode()
    assert hook.request(headers={"Authorization": f"Basic {right}"}).status_code == 200
    for wrong in (base64.b64encode(b"j:a:b").decode(), "%%%", right[:-4], ""):
        response = hook.request(headers={"Authorization": f"Basic {wrong}"})
        assert response.status_code == 401, wrong
        assert response.headers["WWW-Authenticate"] == 'Basic realm="flowhost", charset="UTF-8"'


def test_token_and_password_may_both_open(start: Any) -> None:
    hook = start(token=flowhost.Secret("t"), username="u", password=flowhost.Secret("p"))
    assert hook.request(headers={"Authorization": "Bearer t"}).status_code == 200
    assert hook.request(auth=("u", "p")).status_code == 200
    response = hook.request()
    assert response.raw.headers.getlist("WWW-Authenticate") == [
        'Bearer realm="flowhost"',
        'Basic realm="flowhost", charset="UTF-8"',
    ]


def test_who_may_not_send_need_not_finish_sending(start: Any) -> None:
    hook = start(token=flowhost.Secret("t"), max_body=50_000_000)
    response = hook.request(data=b"x" * 20_000_000)
    assert response.status_code == 401
    assert hook.events == []
