"""FXP between two real servers: pyftpdlib and ProFTPD, on addresses of their own, so that each is foreign to the other."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.errors import FtpError, FtpLost, FtpRefused
from flowhost_plugins.viz_one.xml_export.fxp import Fxp
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings, Side

GIVER, TAKER, OTHER = "127.0.0.2", "127.0.0.3", "127.0.0.4"
SETTINGS = FtpSettings(time_out=20)
SHORT = FtpSettings(time_out=3)
CONTENT = bytes(range(256)) * 2000
SECRETS = ("s3cr", "p@ss", "p%40ss")


class Clock:
    """Real time whose waits are noted, and over at once."""

    def __init__(self) -> None:
        self.waited: list[float | None] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, flag: threading.Event, seconds: float | None) -> bool:
        self.waited.append(seconds)
        return flag.is_set()


def move(source: str, destination: str, settings: FtpSettings = SETTINGS, **options: Any) -> list[float]:
    """Move a file; return the per cents that were told."""
    told: list[float] = []
    addresses = FtpAddress.parse(source), FtpAddress.parse(destination)
    Fxp(*addresses, settings, options.pop("clock", Clock()), **options).run(told.append)
    return told


def refusal(source: str, destination: str, settings: FtpSettings = SETTINGS, **options: Any) -> FtpError:
    with pytest.raises(FtpError) as caught:
        move(source, destination, settings, **options)
    text = str(caught.value)
    assert [secret for secret in SECRETS if secret in text] == []
    return caught.value


@pytest.mark.parametrize("passive", ["source", "destination"])
def test_a_file_goes_from_one_to_the_other(serve: Callable[..., Any], passive: Side) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign")
    source = giver.put("/media/my clip.mxf", CONTENT)
    taker.put("/in/older", b"")
    move(source, taker.url("/in/a%20name.mxf"), passive=passive)
    assert taker.read("/in/a name.mxf") == CONTENT


@pytest.mark.parametrize("passive", ["source", "destination"])
def test_over_version_6(serve: Callable[..., Any], passive: Side) -> None:
    giver = serve("::1", "--foreign")
    move(giver.put("/clip.mxf", CONTENT), giver.url("/copy.mxf"), passive=passive)
    assert giver.read("/copy.mxf") == CONTENT


@pytest.mark.ftp
@pytest.mark.parametrize("passive", ["source", "destination"])
def test_with_a_server_of_debian_on_both_sides(proftpd: Callable[..., Any], passive: Side) -> None:
    giver, taker = proftpd(GIVER), proftpd(TAKER)
    move(giver.put("/clip.mxf", CONTENT), taker.url("/copy.mxf"), passive=passive)
    assert taker.read("/copy.mxf") == CONTENT


@pytest.mark.ftp
@pytest.mark.parametrize("passive", ["source", "destination"])
def test_between_servers_of_two_makers(
    serve: Callable[..., Any], proftpd: Callable[..., Any], passive: Side
) -> None:
    one, other = serve(GIVER, "--foreign"), proftpd(TAKER)
    move(one.put("/clip.mxf", CONTENT), other.url("/copy.mxf"), passive=passive)
    move(other.url("/copy.mxf"), one.url("/back.mxf"), passive=passive)
    assert one.read("/back.mxf") == CONTENT


def test_an_empty_file(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign")
    move(giver.put("/empty.mxf", b""), taker.url("/empty.mxf"))
    assert taker.read("/empty.mxf") == b""


def test_several_at_once(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign")
    urls = [(giver.put(f"/{n}.mxf", CONTENT[: 1000 * n]), taker.url(f"/{n}.mxf")) for n in range(8)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda pair: move(*pair), urls))
    assert [taker.read(f"/{n}.mxf") for n in range(8)] == [CONTENT[: 1000 * n] for n in range(8)]


@pytest.mark.slow
def test_the_progress_is_asked_at_the_destination(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign", "--pace", "150000"), serve(TAKER, "--foreign")
    told = move(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"))
    assert told
    assert told == sorted(told)
    assert 0 < told[-1] <= 100
    assert taker.read("/clip.mxf") == CONTENT


# -- refused


@pytest.mark.parametrize("passive", ["source", "destination"])
def test_a_source_that_refuses_other_servers(serve: Callable[..., Any], passive: Side) -> None:
    giver, taker = serve(GIVER), serve(TAKER, "--foreign")
    error = refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"), passive=passive)
    assert isinstance(error, FtpRefused)
    assert f"the source server {GIVER}:{giver.port} refused" in str(error)
    assert "AllowForeignAddress on (proftpd)" in str(error)
    assert taker.read("/clip.mxf") is None


@pytest.mark.parametrize("passive", ["source", "destination"])
def test_a_destination_that_refuses_other_servers(serve: Callable[..., Any], passive: Side) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER)
    error = refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"), passive=passive)
    assert isinstance(error, FtpRefused)
    assert f"the destination server {TAKER}:{taker.port} refused" in str(error)
    assert "permit_foreign_addresses (pyftpdlib)" in str(error)
    assert not taker.read("/clip.mxf")


@pytest.mark.ftp
@pytest.mark.parametrize("passive", ["source", "destination"])
def test_a_server_of_debian_that_refuses_other_servers(
    serve: Callable[..., Any], proftpd: Callable[..., Any], passive: Side
) -> None:
    giver, taker = proftpd(GIVER, foreign=False), serve(TAKER, "--foreign")
    error = refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"), passive=passive)
    assert f"the source server {GIVER}:{giver.port}" in str(error)
    assert "AllowForeignAddress on (proftpd)" in str(error)


def test_a_wrong_password(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign")
    error = refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf", password="wr0ng"))
    assert (
        str(error)
        == f"the destination server {TAKER}:{taker.port} refused to let 'ann' in: 530 Authentication failed."
    )


def test_a_file_that_is_not_there(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign")
    error = refusal(giver.url("/gone.mxf"), taker.url("/gone.mxf"))
    assert f"the source server {GIVER}:{giver.port} refused to do RETR /gone.mxf: 550" in str(error)
    assert taker.read("/gone.mxf") is None


def test_a_destination_that_may_not_be_written_keeps_what_is_there(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign", "--perm", "elrd")
    taker.put("/clip.mxf", b"older")
    error = refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"))
    assert f"the destination server {TAKER}:{taker.port} refused to do STOR /clip.mxf: 550" in str(error)
    assert taker.read("/clip.mxf") == b"older"


def test_no_space(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign"), serve(TAKER, "--foreign", "--room", "100000")
    error = refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"))
    assert f"the destination server {TAKER}:{taker.port} refused to do" in str(error)
    assert "No space left on device" in str(error)
    assert taker.read("/clip.mxf") is None


# -- broken


@pytest.mark.parametrize("passive", ["source", "destination"])
def test_a_broken_transfer_is_continued(
    serve: Callable[..., Any], passive: Side, caplog: pytest.LogCaptureFixture
) -> None:
    giver, taker = serve(GIVER, "--foreign", "--break-at", "200000"), serve(TAKER, "--foreign")
    clock = Clock()
    move(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"), passive=passive, clock=clock)
    assert taker.read("/clip.mxf") == CONTENT
    assert clock.waited == [2.0]
    assert "the transfer broke off, try 2 of 3 follows" in caplog.text


@pytest.mark.ftp
def test_a_broken_transfer_is_continued_on_a_server_of_debian(
    serve: Callable[..., Any], proftpd: Callable[..., Any]
) -> None:
    giver, taker = serve(GIVER, "--foreign", "--break-at", "200000"), proftpd(TAKER)
    move(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"))
    assert taker.read("/clip.mxf") == CONTENT


def test_a_broken_transfer_is_begun_anew_where_that_is_wanted(serve: Callable[..., Any]) -> None:
    giver, taker = (
        serve(GIVER, "--foreign", "--break-at", "200000"),
        serve(TAKER, "--foreign", "--perm", "elrdw"),
    )
    move(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"), resume=False)
    assert taker.read("/clip.mxf") == CONTENT  # without the right to append


def test_nothing_stays_of_a_transfer_that_breaks_at_every_try(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign", "--break-at", "50000", "--times", "9"), serve(TAKER, "--foreign")
    error = refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"), tries=2)
    assert f"the source server {GIVER}:{giver.port} refused to do RETR /clip.mxf: 426" in str(error)
    assert taker.read("/clip.mxf") is None


def test_what_cannot_be_removed_is_told(serve: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    giver = serve(GIVER, "--foreign", "--break-at", "200000", "--times", "9")
    taker = serve(TAKER, "--foreign", "--perm", "elramw")  # all but DELE, which is refused with 550, too
    refusal(giver.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"), tries=1)
    assert taker.read("/clip.mxf")
    assert f"what arrived of ftp://{TAKER}:{taker.port}/clip.mxf could not be removed" in caplog.text


@pytest.mark.parametrize("victim", ["source", "destination"])
def test_a_server_that_dies_in_the_middle(serve: Callable[..., Any], victim: Side) -> None:
    giver, taker = serve(GIVER, "--foreign", "--pace", "100000"), serve(TAKER, "--foreign")
    source = giver.put("/clip.mxf", CONTENT)
    with ThreadPoolExecutor(1) as threads:
        moving = threads.submit(move, source, taker.url("/clip.mxf"), tries=1)
        until(lambda: bool(taker.read("/clip.mxf")))
        (giver if victim == "source" else taker).kill()
        error = moving.exception(60)
    # the source may notice soon enough to complain, too, and what is refused counts more
    assert isinstance(error, FtpLost if victim == "source" else FtpError)
    died = giver if victim == "source" else taker
    assert f"the {victim} server {died.address}:{died.port} closed the connection" in str(error)
    if victim == "source":
        assert taker.read("/clip.mxf") is None


def test_nothing_stays_when_a_server_does_not_come_back(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign", "--pace", "100000"), serve(TAKER, "--foreign")
    source = giver.put("/clip.mxf", CONTENT)
    clock = Clock()
    with ThreadPoolExecutor(1) as threads:
        moving = threads.submit(move, source, taker.url("/clip.mxf"), tries=3, clock=clock)
        until(lambda: bool(taker.read("/clip.mxf")))
        giver.kill()
        error = moving.exception(60)
    assert isinstance(error, FtpLost)
    assert f"the source server {GIVER}:{giver.port} failed to connect" in str(error)
    assert len(clock.waited) == 2  # every try was made
    assert taker.read("/clip.mxf") is None


# -- silent


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that takes connections, and says nothing."""
    with closing(socket.socket()) as listening:
        listening.bind((OTHER, 0))
        listening.listen()
        yield f"ftp://ann:s3cr@{OTHER}:{listening.getsockname()[1]}/clip.mxf"


@pytest.mark.slow
@pytest.mark.parametrize("side", ["source", "destination"])
def test_a_server_that_never_answers(serve: Callable[..., Any], silent: str, side: Side) -> None:
    known = serve(GIVER, "--foreign").put("/clip.mxf", CONTENT)
    source, destination = (silent, known) if side == "source" else (known, silent)
    error = refusal(source, destination, SHORT)
    assert isinstance(error, FtpLost)
    assert str(error).startswith(f"the {side} server {OTHER}:")
    assert str(error).endswith("took more than 3 s to connect")


def test_a_server_that_is_not_there(serve: Callable[..., Any]) -> None:
    giver = serve(GIVER, "--foreign")
    error = refusal(giver.put("/clip.mxf", CONTENT), f"ftp://ann:s3cr@{OTHER}:9/clip.mxf")
    assert f"the destination server {OTHER}:9 failed to connect: [Errno 111] Connection refused" in str(error)


@pytest.mark.slow
def test_a_transfer_that_stands_still(serve: Callable[..., Any]) -> None:
    giver, taker = serve(GIVER, "--foreign", "--pace", "100000"), serve(TAKER, "--foreign")
    source = giver.put("/clip.mxf", CONTENT)
    told: list[float] = []
    settings = FtpSettings(time_out=20, stall_time_out=5)  # the source sends every other second
    addresses = FtpAddress.parse(source), FtpAddress.parse(taker.url("/clip.mxf"))
    with ThreadPoolExecutor(1) as threads:
        moving = threads.submit(Fxp(*addresses, settings, Clock(), tries=1).run, told.append)
        until(lambda: len(told) > 1)
        os.kill(giver.process.pid, signal.SIGSTOP)
        error = moving.exception(60)
    assert isinstance(error, FtpLost)
    assert "the transfer stands still: no byte more for 5 s" in str(error)
    assert taker.read("/clip.mxf") is None


def until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    pause = threading.Event()
    while not happens():
        assert time.monotonic() < deadline
        pause.wait(0.02)
