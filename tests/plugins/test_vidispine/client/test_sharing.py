"""What many threads ask at once, and what is known for a while."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost_plugins.vidispine import URIList

THREADS = 30


def ask_together(client: Any, *path: str, **options: Any) -> list[Any]:
    """The answers of 30 threads that begin together."""
    together = threading.Barrier(THREADS, timeout=60)

    def ask(_: int) -> Any:
        together.wait()
        return client.get(*path, **options)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(ask, range(THREADS)))


def test_who_waits_shares_the_next_request(
    web: Any, client_of: Any, told: Any, until: Any, waiting: Any
) -> None:
    gate = threading.Event()
    client = client_of(web, connections=THREADS)
    web.tell("/API/x", told({"n": 1}, gate=gate), told({"n": 2}))
    with ThreadPoolExecutor(THREADS + 1) as pool:
        first = pool.submit(client.get, "x")
        until(lambda: len(web.asked) == 1)
        others = [pool.submit(client.get, "x") for _ in range(THREADS)]
        until(lambda: waiting() == THREADS)
        gate.set()
        assert first.result(60) == {"n": 1}
        assert [one.result(60) for one in others] == [{"n": 2}] * THREADS
    assert len(web.asked) == 2


def test_thirty_threads_get_what_they_asked_for(web: Any, client_of: Any, told: Any) -> None:
    client = client_of(web, connections=4)
    web.tell("/API/x", told({"a": [1]}))
    answers = ask_together(client, "x")
    assert answers == [{"a": [1]}] * THREADS
    assert len({id(one) for one in answers}) == THREADS  # each may change its own
    assert len(web.asked) <= THREADS


def test_an_answer_is_never_older_than_the_question(
    web: Any, client_of: Any, told: Any, until: Any, waiting: Any
) -> None:
    """A change is done while a GET is under way; who asks after it must see it."""
    gate = threading.Event()
    client = client_of(web)
    web.tell("/API/x", told({"state": "before"}, gate=gate), told({}), told({"state": "after"}))
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(client.get, "x")
        until(lambda: len(web.asked) == 1)
        client.put("x", document={})
        fresh = pool.submit(client.get, "x")
        until(lambda: waiting() == 1)
        gate.set()
        assert slow.result(60) == {"state": "before"}
        assert fresh.result(60) == {"state": "after"}


def test_a_failure_is_shared_and_then_forgotten(web: Any, client_of: Any, reply: Any, told: Any) -> None:
    client = client_of(web, retries=0)
    web.tell("/API/x", reply(b"", 500, None))
    together = threading.Barrier(THREADS, timeout=60)

    def ask(_: int) -> bool:
        together.wait()
        with pytest.raises(flowhost.Unavailable, match="500"):
            client.get("x")
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(pool.map(ask, range(THREADS)))
    web.tell("/API/x", told({"a": 1}))
    assert client.get("x") == {"a": 1}


def test_different_forms_are_different_questions(web: Any, client: Any, reply: Any) -> None:
    web.tell("/API/x", reply(b"{}"))
    client.get("x")
    assert client.get("x", accept="text") == "{}"
    assert [one.headers["Accept"] for one in web.asked] == ["application/json", "text/plain"]


def known(client: Any, *, seconds: float = 60) -> list[str]:
    uris: list[str] = client.known(seconds, "storage", into=URIList).uri
    return uris


def test_what_is_known_is_not_asked_for_again(web: Any, client_of: Any, clock: Any, told: Any) -> None:
    client = client_of(web, clock=clock)
    web.tell("/API/storage", told({"uri": ["1"]}), told({"uri": ["2"]}), told({"uri": ["3"]}))
    assert [known(client), known(client)] == [["1"], ["1"]]
    clock.advance(59)
    assert [known(client), known(client, seconds=5)] == [["1"], ["2"]]
    clock.advance(60)
    assert known(client) == ["3"]


@pytest.mark.parametrize("path", [("storage", "VX-1"), ("file", "VX-2", "storage", "VX-1")])
def test_what_this_client_changes_is_asked_for_again(
    web: Any, client_of: Any, clock: Any, told: Any, reply: Any, path: tuple[str, ...]
) -> None:
    client = client_of(web, clock=clock)
    web.tell("/API/storage", told({"uri": ["1"]}), told({"uri": ["2"]}), told({"uri": ["3"]}))
    web.tell(f"/API/{'/'.join(path)}", told({}), reply(b"", 500, None))
    assert known(client) == ["1"]
    client.post(*path)
    assert known(client) == ["2"]
    with pytest.raises(flowhost.Unavailable):  # it may have been done
        client.post(*path)
    assert known(client) == ["3"]
    assert known(client) == ["3"]


def test_what_was_asked_for_before_a_change_is_not_kept(
    web: Any, client_of: Any, clock: Any, told: Any, until: Any
) -> None:
    gate = threading.Event()
    client = client_of(web, clock=clock)
    web.tell("/API/storage", told({"uri": ["before"]}, gate=gate), told({"uri": ["after"]}))
    web.tell("/API/storage/VX-1", told({}))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(known, client)
        until(lambda: len(web.asked) == 1)
        client.put("storage", "VX-1")
        gate.set()
        assert slow.result(60) == ["before"]
    assert known(client) == ["after"]


def test_many_who_ask_for_what_is_not_known_yet_ask_once(
    web: Any, client_of: Any, clock: Any, told: Any, until: Any, waiting: Any
) -> None:
    gate = threading.Event()
    client = client_of(web, clock=clock)
    web.tell("/API/storage", told({"uri": ["1"]}, gate=gate))
    with ThreadPoolExecutor(THREADS) as pool:
        asking = [pool.submit(known, client) for _ in range(THREADS)]
        until(lambda: waiting() == THREADS - 1)
        gate.set()
        assert [one.result(60) for one in asking] == [["1"]] * THREADS
    assert len(web.asked) == 1


def test_what_is_forgotten_is_asked_for_again(web: Any, client_of: Any, clock: Any, told: Any) -> None:
    client = client_of(web, clock=clock)
    web.tell("/API/storage", told({"uri": ["1"]}), told({"uri": ["2"]}), told({"uri": ["3"]}))
    assert known(client) == ["1"]
    client.forget("item")
    assert known(client) == ["1"]
    client.forget("storage")
    assert known(client) == ["2"]
    client.forget()
    assert known(client) == ["3"]
