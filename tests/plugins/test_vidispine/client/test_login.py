"""Basic, tokens, and acting for somebody else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost

TOKEN = "/API/token?seconds=60&autoRefresh=false"


def test_a_token_is_asked_for_once_and_renewed_in_time(
    web: Any, client_of: Any, clock: Any, reply: Any, told: Any
) -> None:
    web.tell(TOKEN, reply(b"first\r\n", kind="text/plain"), reply(b"second", kind="text/plain"))
    web.tell("/API/item", told({}))
    client = client_of(web, token=True, run_as="bob", clock=clock)
    for seconds in (0, 44, 1, 30):
        clock.advance(seconds)
        client.get("item")
    asked = [one.headers["Authorization"] for one in web.requests("/API/item")]
    assert asked == ["token first", "token first", "token second", "token second"]
    assert [one.headers["Authorization"][:6] for one in web.requests(TOKEN)] == ["Basic ", "Basic "]
    assert {one.headers.get("RunAs") for one in web.requests("/API/item")} == {"bob"}
    assert {one.headers.get("RunAs") for one in web.requests(TOKEN)} == {None}


def test_a_request_whose_token_is_known_no_more_is_sent_again(
    web: Any, client_of: Any, reply: Any, told: Any
) -> None:
    web.tell(TOKEN, reply(b"old", kind="text/plain"), reply(b"new", kind="text/plain"))
    web.tell("/API/item/VX-1", told({}), told({}, 401), told({"ok": True}))
    client = client_of(web, token=True)
    assert client.post("item", "VX-1") == {}
    assert client.post("item", "VX-1", document={"a": 1}) == {"ok": True}
    sent = [(one.headers["Authorization"], one.body) for one in web.requests("/API/item/VX-1")]
    assert sent == [("token old", b""), ("token old", b'{"a": 1}'), ("token new", b'{"a": 1}')]


def test_it_is_sent_again_once_only(web: Any, client_of: Any, reply: Any, told: Any) -> None:
    web.tell(TOKEN, reply(b"t", kind="text/plain"))
    web.tell("/API/item", told({}, 401))
    with pytest.raises(
        flowhost.Unavailable, match=r"401 .*; check 'username' \(it is 'ada'\) and 'password'"
    ):
        client_of(web, token=True).get("item")
    assert len(web.requests("/API/item")) == 2
    with pytest.raises(flowhost.Unavailable, match="401"):
        client_of(web).get("item")
    assert len(web.requests("/API/item")) == 3


def test_one_renewal_for_many_threads(web: Any, client_of: Any, reply: Any, told: Any, until: Any) -> None:
    gate = threading.Event()
    ids = [f"VX-{number}" for number in range(30)]
    web.tell(TOKEN, reply(b"old", kind="text/plain"), reply(b"new", kind="text/plain"))
    for one in ids:
        web.tell(f"/API/item/{one}", told({}, 401, gate=gate), told({"id": one}))
    client = client_of(web, token=True, connections=30)
    with ThreadPoolExecutor(30) as pool:
        asking = [pool.submit(client.get, "item", one) for one in ids]
        until(lambda: len(web.asked) == 31)  # all of them with the old token
        gate.set()
        assert [one.result(60) for one in asking] == [{"id": one} for one in ids]
    assert len(web.requests(TOKEN)) == 2
    sent = {tuple(each.headers["Authorization"] for each in web.requests(f"/API/item/{one}")) for one in ids}
    assert sent == {("token old", "token new")}


@pytest.mark.parametrize(
    "body", [b"", b"two words", b"<html>Log in</html>", b"x" * 5000, "tökén".encode(), b"a\nb"]
)
def test_what_is_no_token_is_not_used(web: Any, client_of: Any, reply: Any, body: bytes) -> None:
    web.tell(TOKEN, reply(body, kind="text/plain"))
    with pytest.raises(flowhost.Unavailable, match="is no token; try 'authentication = basic'"):
        client_of(web, token=True).get("item")
    assert web.requests("/API/item") == []


def test_whoever_gets_no_token_is_told_why(web: Any, client_of: Any, fault: Any) -> None:
    for status, name in ((409, "conflict"), (403, "forbidden"), (404, "notFound")):
        web.tell(TOKEN, fault(status, name, explanation="the user is disabled"))
        with pytest.raises(
            flowhost.Unavailable, match=r"there is no token for 'ada': .* the user is disabled"
        ):
            client_of(web, token=True).get("item")
    web.tell(TOKEN, fault(401, "notAuthorized"))
    with pytest.raises(flowhost.Unavailable, match="check 'username'"):
        client_of(web, token=True).get("item")


def test_cookies_are_not_sent_back(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/item", reply(b"{}", headers={"Set-Cookie": "rememberMe=deleteMe; Path=/"}))
    client.get("item")
    client.get("item")
    assert all("Cookie" not in one.headers for one in web.asked)


def test_when_no_token_is_to_be_had_many_fail_together(
    web: Any, client_of: Any, reply: Any, until: Any, waiting: Any
) -> None:
    gate = threading.Event()
    web.tell(TOKEN, reply(b"", 500, None, gate=gate))
    client = client_of(web, token=True, connections=30)

    def ask(number: int) -> str:
        with pytest.raises(flowhost.Unavailable) as caught:
            client.get("item", f"VX-{number}")
        return str(caught.value)

    with ThreadPoolExecutor(30) as pool:
        asking = [pool.submit(ask, number) for number in range(30)]
        until(lambda: len(web.asked) == 1 and waiting() == 29)
        gate.set()
        assert all("500" in one.result(60) for one in asking)
    assert len(web.requests(TOKEN)) == 2  # of who asked first, and of all who came meanwhile


def test_a_name_of_any_script(web: Any, client_of: Any, told: Any) -> None:
    web.tell("/API/item", told({}))
    client_of(web, username="Łukasz", run_as="Åsa Łoś").get("item")
    (asked,) = web.asked
    assert asked.headers["RunAs"].encode("latin-1").decode() == "Åsa Łoś"
