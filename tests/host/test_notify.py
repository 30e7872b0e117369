"""What systemd is told, over a real socket."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowhost.service import notify


class Manager:
    """Receives as systemd would."""

    def __init__(self, address: str) -> None:
        self.environ = {"NOTIFY_SOCKET": address.replace("\0", "@")}
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(5)
        self.socket.bind(address)

    def heard(self) -> str:
        return self.socket.recv(4096).decode()


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    where = str(tmp_path / "notify") if request.param == "file" else f"\0flowhost-test-{os.getpid()}"
    manager = Manager(where)
    yield manager
    manager.socket.close()


def test_each_state_is_one_datagram(manager: Manager) -> None:
    notify.ready(manager.environ)
    assert manager.heard() == "READY=1"
    notify.stopping(manager.environ)
    assert manager.heard() == "STOPPING=1"
    notify.watchdog(manager.environ)
    assert manager.heard() == "WATCHDOG=1"


def test_reloading_says_since_when(manager: Manager) -> None:
    before = time.monotonic()
    notify.reloading(manager.environ)
    first, second = manager.heard().splitlines()
    name, _, microseconds = second.partition("=")
    assert (first, name) == ("RELOADING=1", "MONOTONIC_USEC")
    assert before - 1 <= int(microseconds) / 1_000_000 <= time.monotonic() + 1


def test_a_status_is_one_line_and_cannot_say_anything_else(manager: Manager) -> None:
    notify.status("12 done,\nREADY=1 żółw", manager.environ)
    assert manager.heard() == "STATUS=12 done, READY=1 żółw"


def test_the_process_environment_is_the_default(manager: Manager, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", manager.environ["NOTIFY_SOCKET"])
    notify.ready()
    assert manager.heard() == "READY=1"


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}])
def test_outside_of_systemd_nothing_happens(
    environ: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a socket was opened"))
    notify.ready(environ)
    notify.stopping(environ)
    notify.reloading(environ)
    notify.status("fine", environ)
    notify.watchdog(environ)
    assert caplog.records == []


def test_a_socket_nobody_listens_at_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        notify.reloading({"NOTIFY_SOCKET": str(tmp_path / "none")})
    [message] = caplog.messages
    assert message.startswith("systemd cannot be told 'RELOADING=1': ")


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "1500000", "WATCHDOG_PID": str(os.getpid())}, 0.75),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_told_twice_as_often_as_it_must_be(
    environ: dict[str, str], seconds: float | None
) -> None:
    assert notify.watchdog_interval(environ) == seconds
