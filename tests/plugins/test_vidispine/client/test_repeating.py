"""Requests that are sent again, and answers that do not come."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import flowhost
from flowhost.http_client import Counts
from flowhost_plugins.vidispine import BadAnswer, Item


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_passing_trouble_is_tried_again(
    web: Any, client: Any, reply: Any, told: Any, hurried: Any, method: str, status: int
) -> None:
    web.tell(
        "/API/x", reply(b"", status, None), reply(b"<html>busy</html>", status, "text/html"), told({"a": 1})
    )
    assert getattr(client, method)("x") == {"a": 1}
    assert len(web.asked) == 3
    assert 0.25 <= hurried.waits[0] <= 0.5 <= hurried.waits[1] <= 1


def test_a_post_is_sent_again_only_when_nothing_was_done(
    web: Any, client: Any, reply: Any, told: Any, hurried: Any
) -> None:
    web.tell("/API/x", reply(b"", 503, None), told({"a": 1}))
    assert client.post("x", document={}) == {"a": 1}
    for answer in (
        reply(b"", 502, None),
        reply(b"", 504, None),
        reply(b"", 500, None),
        reply(manner="reset"),
    ):
        web.tell("/API/x", answer, told({"a": 1}))
        before = len(web.asked)
        with pytest.raises(flowhost.Unavailable):
            client.post("x", document={})
        assert len(web.asked) == before + 1


def test_a_minute_of_503_is_got_over(web: Any, client_of: Any, clock: Any, reply: Any, told: Any) -> None:
    client = client_of(web, retries=20, clock=clock)
    web.tell("/API/x", reply(b"", 503, None))
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(client.post("x")), name="asks")
    thread.start()
    clock.elapse(60)
    web.tell("/API/x", told({"a": 1}))
    clock.advance(10)
    thread.join(60)
    assert found == [{"a": 1}]
    assert 8 <= len(web.asked) <= 25  # no storm: it waits longer and longer, up to 8 s


def test_what_retry_after_asks_for_is_waited(
    web: Any, client: Any, reply: Any, told: Any, hurried: Any
) -> None:
    web.tell("/API/x", reply(b"", 503, None, {"Retry-After": "7"}), told({}))
    client.get("x")
    assert hurried.waits == [7]
    web.tell("/API/x", reply(b"", 503, None, {"Retry-After": "3600"}), told({}))
    with pytest.raises(flowhost.Unavailable, match="503"):
        client.get("x")


def test_a_lasting_trouble_is_given_up(web: Any, client_of: Any, reply: Any) -> None:
    web.tell("/API/x", reply(b"<html><title>Busy</title></html>", 503, "text/html"))
    with pytest.raises(flowhost.Unavailable, match="503 Service Unavailable: Busy"):
        client_of(web, retries=2).get("x")
    assert len(web.asked) == 3


def test_a_connection_that_is_reset_is_made_again(web: Any, client: Any, reply: Any, told: Any) -> None:
    web.tell("/API/x", reply(manner="reset"), reply(manner="reset"), told({"a": 1}))
    assert client.get("x") == {"a": 1}


def test_nobody_listens(client_of: Any, hurried: Any) -> None:
    class Nowhere:
        url = "http://127.0.0.1:9"

    with pytest.raises(
        flowhost.Unavailable, match=r"GET http://127\.0\.0\.1:9/API/x failed: connection refused"
    ):
        client_of(Nowhere, retries=2).get("x")
    assert len(hurried.waits) == 2


def test_a_body_that_is_cut_off(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/x", reply(b'{"id": "VX-1"}', announced=500))
    with pytest.raises(flowhost.Unavailable, match="the answer was cut off"):
        client.get("x")


@pytest.mark.parametrize("manner", ["silent", "drip"])
def test_a_slow_server(web: Any, client_of: Any, reply: Any, manner: str) -> None:
    web.tell("/API/x", reply(b'{"a": 1}' + b" " * 5000, manner=manner))
    with pytest.raises(flowhost.Unavailable, match=r"no answer within 0\.2 s"):
        client_of(web, timeout=0.2).get("x")


def test_a_delete_whose_answer_was_lost_is_done(web: Any, client: Any, reply: Any, fault: Any) -> None:
    web.tell("/API/item/VX-1", reply(manner="reset"), fault(404, "notFound", type="Item", id="VX-1"))
    assert client.delete("item", "VX-1") == {}


def test_closing_ends_the_waiting(web: Any, client_of: Any, clock: Any, reply: Any) -> None:
    client = client_of(web, clock=clock)
    web.tell("/API/x", reply(b"", 503, None))
    found: list[BaseException] = []

    def ask() -> None:
        try:
            client.get("x")
        except flowhost.Unavailable as error:
            found.append(error)

    thread = threading.Thread(target=ask, name="asks")
    thread.start()
    clock.wait_for_waiters()
    client.close()
    thread.join(60)
    assert "the client was closed" in str(found[0])
    with pytest.raises(flowhost.Unavailable, match="is closed"):
        client.get("x")
    client.open()
    web.tell("/API/x", reply(b"{}"))
    assert client.get("x") == {}


def test_what_was_counted(web: Any, client: Any, reply: Any, told: Any, fault: Any) -> None:
    web.tell("/API/a", reply(b"", 503, None), told({}))
    web.tell("/API/b", reply(b"", 500, None))
    web.tell("/API/c", fault(404, "notFound", type="Item", id="c"))
    client.get("a")
    with pytest.raises(flowhost.Unavailable):
        client.put("b")
    assert client.found("c") is None
    counted = {(one.name, one.labels["method"]): one.value for one in client.metrics()}
    assert counted == {
        ("flowhost_vidispine_requests", "GET"): 3,
        ("flowhost_vidispine_requests", "PUT"): 1,
        ("flowhost_vidispine_retries", "GET"): 1,
        ("flowhost_vidispine_failures", "PUT"): 1,
    }
    assert all(one.counter for one in client.metrics())
    assert list(Counts().metrics("flowhost_x")) == []


def test_the_log_tells_every_request_and_no_secret(
    web: Any, client_of: Any, reply: Any, told: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    web.tell("/API/token?seconds=60&autoRefresh=false", reply(b"t0ken-of-ada", kind="text/plain"))
    web.tell("/API/x", reply(b"", 503, None), told({"id": 7}), reply(b"<html>lost</html>", 200, "text/html"))
    client = client_of(web, token=True)
    client.get("x")
    with pytest.raises(BadAnswer) as caught:
        client.get("x", into=Item)
    text = caplog.text + repr(caught.value) + repr(client.settings)
    assert f"GET {web.url}/API/x was answered 200 with 9 bytes" in text
    assert "503" in text
    for secret in ("lovelace-1815", "t0ken-of-ada", "bG92ZWxhY2U", "Authorization"):
        assert secret not in text
