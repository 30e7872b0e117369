"""Requests that are sent again, and answers that do not come."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one import HTTPServerError, NotFound

ENTRY = b'<entry xmlns="http://www.w3.org/2005/Atom"><title>x</title></entry>'


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_passing_trouble_is_tried_again(
    web: Any, client: Any, reply: Any, hurried: Any, method: str, status: int
) -> None:
    web.tell("/x", reply(b"", status, None), reply(b"", status, None), reply(b"fine"))
    arguments = (b"document",) if method == "put" else ()
    assert getattr(client, method)("/x", *arguments).content == b"fine"
    assert len(web.asked) == 3
    assert [len(hurried.waits), 0.25 <= hurried.waits[0] <= 0.5, 0.5 <= hurried.waits[1] <= 1] == [
        2,
        True,
        True,
    ]
    assert {one.body for one in web.asked} == {b"document" if method == "put" else b""}


def test_a_lasting_trouble_is_given_up(web: Any, client_of: Any, reply: Any, hurried: Any) -> None:
    web.tell("/x", reply(b"", 503, None))
    with pytest.raises(HTTPServerError, match="503 Service Unavailable"):
        client_of(web, retries=2).get("/x")
    assert len(web.asked) == 3
    with pytest.raises(HTTPServerError):
        client_of(web, retries=0).get("/x")
    assert len(web.asked) == 4


@pytest.mark.parametrize(("wish", "waited"), [("7", 7), ("Fri, 01 May 2026 12:00:09 GMT", 9), ("0", 0)])
def test_the_server_may_say_when(
    web: Any, client: Any, reply: Any, hurried: Any, wish: str, waited: float
) -> None:
    web.tell("/x", reply(b"", 503, None, {"Retry-After": wish}), reply(b"fine"))
    assert client.get("/x").content == b"fine"
    assert hurried.waits == [waited]


@pytest.mark.parametrize(
    "wish",
    ["\xb2", "soon", "Fri, 01 May 2026 12:00:09 +99999999999999999999", "Mon, 99999999999999999999 May 2026"],
)
def test_a_wish_that_cannot_be_read_is_none(
    web: Any, client: Any, reply: Any, hurried: Any, wish: str
) -> None:
    web.tell("/x", reply(b"", 503, None, {"Retry-After": wish}), reply(b"fine"))
    assert client.get("/x").content == b"fine"
    assert len(hurried.waits) == 1


def test_nobody_is_told_to_wait_for_ever(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 429, None, {"Retry-After": "9" * 400}))
    with pytest.raises(flowhost.Retry) as caught:
        client.get("/x")
    assert caught.value.after == 86_400


def test_who_wants_an_hour_is_not_waited_for(web: Any, client: Any, reply: Any, hurried: Any) -> None:
    web.tell("/x", reply(b"", 503, None, {"Retry-After": "3600"}))
    with pytest.raises(HTTPServerError):
        client.get("/x")
    assert hurried.waits == []


@pytest.mark.parametrize(
    ("status", "headers", "tries"),
    [
        (502, {}, 1),
        (504, {}, 1),
        (503, {}, 1),
        (503, {"Retry-After": "1"}, 2),
        (504, {"Retry-After": "1"}, 1),
    ],
)
def test_a_post_is_sent_again_only_when_nothing_was_done(
    web: Any, client: Any, reply: Any, status: int, headers: dict[str, str], tries: int
) -> None:
    web.tell("/x", reply(b"", status, None, headers), reply(b"fine"))
    if tries == 1:
        with pytest.raises(HTTPServerError):
            client.post("/x", b"document")
    else:
        assert client.post("/x", b"document").content == b"fine"
    assert len(web.asked) == tries


def test_a_delete_whose_answer_was_lost_has_done_its_work(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 504, None), reply(b"gone", 404, "text/plain"))
    assert client.delete("/x").status_code == 204
    with pytest.raises(NotFound):
        client.delete("/x")


def test_a_delete_that_a_busy_server_has_not_done_finds_nothing(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 503, None, {"Retry-After": "1"}), reply(b"nobody", 404, "text/plain"))
    with pytest.raises(NotFound):
        client.delete("/x")
    assert len(web.asked) == 2


def test_a_refused_connection_is_tried_again_also_for_a_post(client_of: Any, hurried: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))

        class Nobody:
            host = f"127.0.0.1:{taken.getsockname()[1]}"
            url = f"http://{host}"

        with pytest.raises(flowhost.Unavailable, match="connection refused; is the server running there"):
            client_of(Nobody).post("/x", b"document")
    assert len(hurried.waits) == 3


@pytest.mark.parametrize(("method", "tries"), [("get", 2), ("put", 2), ("post", 1)])
def test_a_connection_that_breaks_before_the_answer(
    web: Any, client: Any, reply: Any, method: str, tries: int
) -> None:
    web.tell("/x", reply(manner="reset"), reply(b"fine"))
    arguments = () if method == "get" else (b"document",)
    if tries == 1:
        with pytest.raises(flowhost.Unavailable, match=r"POST http.*/x failed"):
            client.post("/x", b"document")
    else:
        assert getattr(client, method)("/x", *arguments).content == b"fine"
    assert len(web.asked) == tries


def test_closing_ends_the_wait_for_another_try(web: Any, client_of: Any, reply: Any) -> None:
    web.tell("/x", reply(b"", 503, None, {"Retry-After": "29"}))
    client = client_of(web, clock=flowhost.SystemClock())
    failed: list[Exception] = []

    def ask() -> None:
        try:
            client.get("/x")
        except flowhost.Unavailable as error:
            failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not web.asked:
        thread.join(0.01)
    client.close()
    thread.join(20)
    assert [
        str(error).endswith("the client was closed") or "is closed" in str(error) for error in failed
    ] == [True]
    with pytest.raises(flowhost.Unavailable, match="is closed"):
        client.get("/x")
    client.open()
    web.tell("/x", reply(b"fine"))
    assert client.get("/x").content == b"fine"


# -- time-outs and broken answers


def test_a_server_that_says_nothing(web: Any, client_of: Any, reply: Any, hurried: Any) -> None:
    web.tell("/x", reply(manner="silent"))
    with pytest.raises(flowhost.Unavailable, match=r"GET http://127.*/x failed: no answer within 0.3 s"):
        client_of(web, time_out=0.3).get("/x")
    assert hurried.waits == [], "it is not asked again"


def test_a_server_that_drips(web: Any, client_of: Any, reply: Any) -> None:
    web.tell("/x", reply(b"x" * 10_000, manner="drip"))
    with pytest.raises(flowhost.Unavailable, match=r"no answer within 0.5 s"):
        client_of(web, time_out=0.5).get("/x")


def test_a_server_that_cannot_be_connected_to(client_of: Any) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = []
        for _ in range(4):  # fills the queue of connections, so that the next one hangs
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(address)

        class Full:
            host = f"127.0.0.1:{address[1]}"
            url = f"http://{host}"

        with pytest.raises(flowhost.Unavailable, match=r"no connection within 0.3 s"):
            client_of(Full, connect_time_out=0.3, time_out=20).get("/x")
        for one in waiting:
            one.close()


def test_a_name_that_nobody_has(client_of: Any) -> None:
    class Unknown:
        host = "one.invalid"
        url = "http://one.invalid"

    with pytest.raises(flowhost.Unavailable, match=r"GET http://one.invalid/x failed: .*(resol|known)"):
        client_of(Unknown).get("/x")


def test_an_answer_that_is_cut_off(web: Any, client: Any, reply: Any) -> None:
    web.tell("/x", reply(ENTRY, announced=500))
    with pytest.raises(
        flowhost.Unavailable, match=rf"/x failed: the answer was cut off \(.*{len(ENTRY)} bytes"
    ):
        client.get("/x")


def test_what_is_no_url_is_said_so(client: Any) -> None:
    with pytest.raises(flowhost.Permanent, match="failed"):
        client.get("ftp://one.test/x")
    with pytest.raises(flowhost.Permanent, match="cannot be read as a URL"):
        client.get("http://[one.test/x")
