"""Options, addresses, certificates: what an operator can get wrong, and what it says."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.web.server import IDLE_SECONDS
from flowhost_plugins.http import Http

DAEMON = flowhost.DaemonInfo("test", "/")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"port": 70000}, "'port' is 70000, expected 0 to 65535"),
        ({"threads": 0}, "'threads' is 0, expected 1 to 1000"),
        ({"max_body": 0}, "'max body' is 0"),
        ({"wait": 0}, "'wait' is 0 s, expected more than 0"),
        ({"receive_timeout": float("nan")}, "'receive timeout' is nan s"),
        ({"path": "hooks"}, "'path' is 'hooks', expected one that starts with '/'"),
        ({"key": Path("k")}, "'key' is given without 'certificate'"),
        ({"username": "u"}, "'username' and 'password' go together"),
        ({"password": flowhost.Secret("p")}, "'username' and 'password' go together"),
        ({"username": "a:b", "password": flowhost.Secret("p")}, "a colon cannot be part of a name"),
        ({"token": flowhost.Secret("")}, "'token' is empty"),
        ({"username": "u", "password": flowhost.Secret("")}, "'password' is empty"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Http(**{"port": 1, "daemon": DAEMON} | options)


def run_once(**options: Any) -> None:
    Http(**{"port": 0, "daemon": DAEMON} | options).run(
        lambda event: pytest.fail("no event"), threading.Event()
    )


def test_a_port_in_use(start: Any) -> None:
    port = start().address[1]
    with pytest.raises(
        flowhost.Unavailable, match=rf"^cannot listen on 127.0.0.1:{port}: address already in use; .*'port'"
    ):
        run_once(port=port)


def test_an_address_of_another_machine() -> None:
    with pytest.raises(
        flowhost.Unavailable, match=r"^cannot listen on 203.0.113.1:0: .*no network interface"
    ):
        run_once(address="203.0.113.1")


def test_an_address_that_is_none() -> None:
    with pytest.raises(flowhost.Unavailable, match=r"^cannot listen on no such host:0: "):
        run_once(address="no such host")


def test_a_port_only_the_privileged_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(
        flowhost.Unavailable, match=r"127\.0\.0\.1:80: permission denied; ports below 1024 need"
    ):
        run_once(port=80)


def test_the_real_port_is_logged(start: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    hook = start(path="/in")
    assert hook.address[1] > 0
    assert f"listening on http://127.0.0.1:{hook.address[1]}/in" in caplog.messages
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(("options", "warned"), [({}, True), ({"token": flowhost.Secret("t")}, False)])
def test_an_open_door_is_warned_of(
    start: Any, caplog: pytest.LogCaptureFixture, options: dict[str, Any], warned: bool
) -> None:
    start(address="0.0.0.0", **options)
    assert any("can send events; set 'token'" in message for message in caplog.messages) == warned


@pytest.fixture
def trust(certificates: Path) -> dict[str, Any]:
    return {"verify": str(certificates / "server.pem")}


def test_https(start: Any, certificates: Path, trust: dict[str, Any], tmp_path: Path) -> None:
    hook = start(directory=str(certificates), certificate=Path("server.pem"), key=Path("server.key"))
    assert hook.source.url.startswith("https://127.0.0.1:")
    for size in (0, 100_000):
        assert hook.request(data=b"x" * size, **trust).status_code == 200
    assert hook.events[0].source.startswith("https://")
    assert len(hook.events[1].data) == 100_000


def test_certificate_and_key_in_one_file(start: Any, certificates: Path, trust: Any, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join((certificates / name).read_bytes() for name in ("server.pem", "server.key")))
    assert start(certificate=both).request(**trust).status_code == 200


def test_too_large_a_body_over_https_is_answered(start: Any, certificates: Path, trust: Any) -> None:
    hook = start(
        directory=str(certificates), certificate=Path("server.pem"), key=Path("server.key"), max_body=10
    )
    assert hook.request(data=b"x" * 5_000_000, **trust).status_code == 413


def test_silent_and_wrong_clients_do_not_hold_up_others(start: Any, certificates: Path, trust: Any) -> None:
    hook = start(
        directory=str(certificates), certificate=Path("server.pem"), key=Path("server.key"), threads=2
    )
    with contextlib.ExitStack() as clients:
        plain, *_ = [
            clients.enter_context(socket.create_connection(hook.address, timeout=60)) for _ in range(4)
        ]
        plain.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n\r\n")
        started = time.monotonic()
        assert hook.request(**trust).status_code == 200
        assert time.monotonic() - started < IDLE_SECONDS, "it did not wait for the end of a silent one"
        with contextlib.suppress(ConnectionResetError):
            assert plain.recv(1000) == b""
        with pytest.raises(ssl.SSLError):
            ssl.create_default_context().wrap_socket(
                clients.enter_context(socket.create_connection(hook.address, timeout=60)),
                server_hostname="localhost",
            )
    assert len(hook.events) == 1


@pytest.mark.usefixtures("endless_idling")
def test_a_handshake_that_stops_half_way_is_cut_off(start: Any, certificates: Path, trust: Any) -> None:
    hook = start(
        directory=str(certificates),
        certificate=Path("server.pem"),
        key=Path("server.key"),
        threads=1,
        receive_timeout=0.5,
    )
    with socket.create_connection(hook.address, timeout=60) as half:
        half.sendall(b"\x16\x03\x01\x02\x00\x01")
        hook.wait_until_taken(**trust)


@pytest.mark.parametrize(
    ("certificate", "key", "message"),
    [
        ("missing.pem", None, "^cannot read .*/missing.pem: No such file or directory; see the options"),
        ("server.pem", "missing.key", "^cannot read .*/missing.key: No such file"),
        ("server.pem", None, "^no certificate with its private key in .*/server.pem "),
        ("server.pem", "other.key", "^no certificate with its private key in .*server.pem and .*other.key "),
        ("server.key", "server.key", "^no certificate"),
        (
            "server.pem",
            "locked.key",
            "^the private key in .*/locked.key has a password; expected one without",
        ),
    ],
)
def test_certificates_that_cannot_be_used(
    certificates: Path, certificate: str, key: str | None, message: str
) -> None:
    with pytest.raises(flowhost.Unavailable, match=message):
        run_once(certificate=certificates / certificate, key=certificates / key if key else None)
