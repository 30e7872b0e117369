"""Senders that send too much, too slowly, wrongly, or too many at once."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import flowhost
from flowhost.web import connection, listener, server

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


def test_a_body_up_to_the_limit_is_taken(hook: Any) -> None:
    assert hook.request(data=b"x" * 1000).status_code == 200
    assert hook.request(data=iter([b"x" * 600, b"y" * 400])).status_code == 200
    assert [len(event.data) for event in hook.events] == [1000, 1000]


@pytest.mark.parametrize("size", [1001, 30_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_larger_one_is_refused_and_the_sender_gets_to_know(hook: Any, size: int, chunked: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"x" * 500 for _ in range(0, size, 500))

    response = hook.request(data=pieces() if chunked else b"x" * size)
    assert response.status_code == 413
    assert hook.events == []


def test_a_chunk_that_claims_to_be_huge_is_not_waited_for(hook: Any) -> None:
    answer = hook.raw(POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\nabc")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"larger than the 1000 bytes allowed" in answer


@pytest.mark.parametrize(
    "request_bytes",
    [
        POST + b"Content-Length: -1\r\n\r\nabc",
        POST + b"Content-Length: +3\r\n\r\nabc",
        POST + b"Content-Length: 1_0\r\n\r\nabcdefghij",
        POST + b"Content-Length: three\r\n\r\nabc",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc",
        POST + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 5000,
        POST + b"no header at all\r\n\r\n",
        b"POST\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n",
    ],
)
def test_malformed_requests_are_refused(hook: Any, request_bytes: bytes) -> None:
    assert hook.raw(request_bytes).startswith(b"HTTP/1.1 400 ")
    assert hook.events == []


def test_a_body_that_breaks_off_makes_no_event(hook: Any) -> None:
    with socket.create_connection(hook.address, timeout=60) as client:
        client.sendall(POST + b"Content-Length: 10\r\n\r\nabc")
        client.shutdown(socket.SHUT_WR)
        assert b"ended after 3 bytes, its Content-Length is 10" in client.makefile("rb").read()
    with socket.create_connection(hook.address, timeout=60) as client:
        client.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc")
        client.shutdown(socket.SHUT_WR)
        assert b"400 Bad Request" in client.makefile("rb").read()
    assert hook.events == []


def test_unknown_codings_are_refused(hook: Any) -> None:
    answer = hook.raw(POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 501 ")


def test_endless_headers_are_refused(hook: Any) -> None:
    answer = hook.raw(POST, *[b"X-%d: %s\r\n" % (number, b"y" * 1000) for number in range(100)])
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_what_follows_a_chunked_body_is_no_second_request(hook: Any) -> None:
    hidden = POST + b"Content-Length: 0\r\n\r\n"
    answer = hook.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n" + hidden)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert [event.data for event in hook.events] == [b"x"]


def test_a_connection_is_used_again(hook: Any) -> None:
    with socket.create_connection(hook.address, timeout=60) as client, client.makefile("rb") as stream:
        for number in range(3):
            client.sendall(POST + b"Content-Length: 1\r\n\r\n%d" % number)
            assert stream.readline() == b"HTTP/1.1 200 OK\r\n"
            while b'{"outcome"' not in stream.readline():
                pass
    assert [event.data for event in hook.events] == [b"0", b"1", b"2"]


def test_an_old_client_is_answered(hook: Any) -> None:
    answer = hook.raw(b"POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx")
    assert b" 200 OK" in answer.splitlines()[0]
    assert hook.events[0].data == b"x"


@pytest.mark.parametrize("beginning", [b"PO", POST, POST + b"Content-Length: 100\r\n\r\n"])
@pytest.mark.usefixtures("endless_idling")
def test_a_sender_who_drips_is_cut_off(start: Any, beginning: bytes) -> None:
    hook = start(receive_timeout=0.5, threads=1)
    hook.raw(beginning, *[b"x"] * 30, pause=0.1)  # ends only when the server hangs up
    assert hook.events == []
    hook.wait_until_taken()


def test_silent_connections_cost_no_thread(start: Any) -> None:
    hook = start(threads=2)
    silent = [socket.create_connection(hook.address) for _ in range(20)]
    started = time.monotonic()
    assert hook.request().status_code == 200
    assert time.monotonic() - started < server.IDLE_SECONDS, "it did not wait for the end of a silent one"
    for client in silent:
        client.close()


@pytest.mark.usefixtures("endless_idling")
def test_half_a_request_does_not_hold_up_the_stop(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "FINISH_READING_SECONDS", 0.2)
    monkeypatch.setattr(connection, "LINGER_SECONDS", 0.2)
    hook = start()
    with socket.create_connection(hook.address, timeout=60) as client:
        client.sendall(POST + b"Content-Length: 100\r\n\r\nabc")
        hook.close()


def test_more_senders_than_threads_wait_for_their_turn(start: Any) -> None:
    hook = start(threads=2)
    most, now, lock = 0, 0, threading.Lock()

    def work(event: flowhost.Event) -> flowhost.Receipt:
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        return flowhost.Receipt("done")

    hook.work = work

    def send(number: int) -> int:
        with socket.create_connection(hook.address, timeout=60) as client:
            client.sendall(POST + b"Connection: close\r\nContent-Length: 0\r\n\r\n")
            return int(client.makefile("rb").read().split()[1])

    with ThreadPoolExecutor(60) as senders:
        assert set(senders.map(send, range(120))) == {200}
    assert most == 2


def test_nothing_is_left_open(start: Any) -> None:
    hook = start()
    hook.request()
    hook.raw(b"nonsense\r\n\r\n")
    address = hook.address
    hook.close()
    gc.collect()  # a socket left open would raise its ResourceWarning here
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=1)
