"""Servers that do not speak STOMP as they should, played from a script."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import flowhost

Stomp = Callable[..., Any]


def refused(resource: Any, url: str) -> str:
    with pytest.raises(flowhost.FlowhostError) as caught:
        resource.subscribe(url, lambda message: None, lambda error: None)
    return str(caught.value)


class ScriptedBroker:
    """Listens, reads a frame at a time, and answers each with the next text of a script (None: hangs up)."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"stomp://u:hush@127.0.0.1:{self._listener.getsockname()[1]}/?destination=/queue/x"
        self.received: list[str] = []
        self.beats: list[float] = []
        """When each byte after the script arrived."""
        self._threads: list[threading.Thread] = []

    def play(self, *scripts: list[str | None]) -> None:
        """Take one connection for each script."""
        self._threads.append(threading.Thread(target=self._serve, args=(scripts,)))
        self._threads[-1].start()

    def _serve(self, scripts: tuple[list[str | None], ...]) -> None:
        for script in scripts:
            connection, _ = self._listener.accept()
            with connection, connection.makefile("rb") as stream:
                for answer in script:
                    frame = b""
                    while not frame.endswith(b"\0") and (piece := stream.read(1)):
                        frame += piece
                    self.received.append(frame.decode())
                    if answer is None:
                        break
                    connection.sendall(answer.encode())
                else:
                    while stream.read(1):  # until the client hangs up
                        self.beats.append(time.monotonic())

    def close(self) -> None:
        for thread in self._threads:
            thread.join()
        self._listener.close()


@pytest.fixture
def scripted() -> Iterator[ScriptedBroker]:
    broker = ScriptedBroker()
    yield broker
    broker.close()


def test_a_server_that_hangs_up(stomp: Stomp, scripted: ScriptedBroker) -> None:
    scripted.play([None])
    assert "closed the connection when it was asked to log in user 'u'" in refused(stomp(), scripted.url)


def test_a_server_that_says_nothing(stomp: Stomp, scripted: ScriptedBroker) -> None:
    scripted.play([""])
    text = refused(stomp(connect_timeout=0.2), scripted.url)
    assert "did not answer within 0.2 s when it was asked to log in user 'u'" in text


def test_a_server_that_speaks_something_else(stomp: Stomp, scripted: ScriptedBroker) -> None:
    scripted.play(["HTTP/1.1 400 Bad Request\r\n\r\n", None])
    assert "did not answer within 0.2 s" in refused(stomp(connect_timeout=0.2), scripted.url)


def test_a_server_that_repeats_the_password(stomp: Stomp, scripted: ScriptedBroker) -> None:
    scripted.play(["ERROR\nmessage:denied\n\nuser u with password hush\0"])
    text = refused(stomp(), scripted.url)
    assert text.endswith("denied: user u with password ********")


def test_a_server_of_long_ago(stomp: Stomp, scripted: ScriptedBroker) -> None:
    """A STOMP 1.0 server knows no versions: it answers without one, and gets frames of 1.0 from then on."""
    scripted.play(
        ["CONNECTED\nsession:1\n\n\0"],
        [
            "CONNECTED\nsession:2\n\n\0",
            "RECEIPT\nreceipt-id:subscribe-1\n\n\0",
            "RECEIPT\nreceipt-id:bye\n\n\0",
        ],
    )
    subscription = stomp().subscribe(scripted.url, lambda message: None, lambda error: None)
    subscription.close()
    assert [frame.strip().partition("\n")[0] for frame in scripted.received if frame.strip()] == [
        "CONNECT",
        "CONNECT",
        "SUBSCRIBE",
        "DISCONNECT",
    ]


def test_a_server_that_cannot_choose(stomp: Stomp, scripted: ScriptedBroker) -> None:
    error = "ERROR\nmessage:unknown version\n\n\0"
    scripted.play(
        [error], [error], ["CONNECTED\nversion:1.0\n\n\0", "RECEIPT\nreceipt-id:subscribe-1\n\n\0", None]
    )
    stomp().subscribe(scripted.url, lambda message: None, lambda error: None).close()
    offers = [
        frame.split("accept-version:")[1].split("\n")[0] for frame in scripted.received if "accept" in frame
    ]
    assert offers == ["1.0,1.1,1.2", "1.0,1.1", "1.0"]


def test_a_version_that_is_not_there(stomp: Stomp, scripted: ScriptedBroker) -> None:
    scripted.play(["CONNECTED\nversion:1.1\n\n\0"])
    text = refused(stomp(version="1.2"), scripted.url)
    assert text.endswith("speaks STOMP 1.1, but 'version' in [Stomp] allows only 1.2")


def test_an_error_later_on_is_the_end(
    stomp: Stomp, scripted: ScriptedBroker, until: Callable[..., None]
) -> None:
    scripted.play(
        [
            "CONNECTED\nversion:1.2\n\n\0",
            "RECEIPT\nreceipt-id:subscribe-1\n\n\0",
            "ERROR\nmessage:out of beer\n\n\0",
        ]
    )
    lost = list[flowhost.FlowhostError]()
    subscription = stomp(heartbeats=False).subscribe(scripted.url, lambda message: None, lost.append)
    subscription.ack(flowhost.Message({"ack": "1"}, b""))
    until(lambda: lost, "the loss")
    subscription.close()
    assert [str(error).partition(" ended ")[2] for error in lost] == ["the connection: out of beer"]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_beats_come_before_they_are_due(
    stomp: Stomp, scripted: ScriptedBroker, until: Callable[..., None], version: str
) -> None:
    """One that is late must not end the connection: ActiveMQ grants no margin."""
    scripted.play(
        [f"CONNECTED\nversion:{version}\nheart-beat:0,1000\n\n\0", "RECEIPT\nreceipt-id:subscribe-1\n\n\0"]
    )
    resource = stomp(version=version, heartbeat_interval=0.5)
    subscription = resource.subscribe(scripted.url, lambda message: None, lambda error: None)
    until(lambda: len(scripted.beats) >= 4, "four beats")
    subscription.close()
    assert "heart-beat:1000,5000" in scripted.received[0].splitlines()
    gaps = [later - earlier for earlier, later in itertools.pairwise(scripted.beats[:4])]
    assert min(gaps) < 0.9, gaps
