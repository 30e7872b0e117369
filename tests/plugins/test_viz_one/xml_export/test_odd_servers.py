"""Servers that do what real ones seldom do, played word for word."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from typing import Any

import pytest

import flowhost
from flowhost_plugins.viz_one.xml_export import conversation
from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.connection import FtpConnection, remove
from flowhost_plugins.viz_one.xml_export.errors import FtpError, FtpLost, FtpRefused
from flowhost_plugins.viz_one.xml_export.fxp import Fxp
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings

GIVER, TAKER = "127.0.0.2", "127.0.0.3"
SETTINGS = FtpSettings(time_out=20)
SHORT = FtpSettings(time_out=3)
"""For servers that say nothing."""
USUAL = {
    "USER": "331 and the password?",
    "PASS": "230 in.",
    "TYPE": "200 binary.",
    "SIZE": "500 not here.",
    "PASV": "227 Entering (127,0,0,2,8,1).",
    "PORT": "200 there.",
    "STOR": "150 come.",
    "RETR": "150 going.",
    "DELE": "250 gone.",
    "FEAT": "500 not here.",
    "QUIT": "221 bye.",
}
SILENCE, HANG_UP = "", "HANG UP"


class Played:
    """A server that answers as it was told; a later part of an answer comes after ``|``."""

    def __init__(self, address: str, answers: dict[str, str]) -> None:
        self.heard: list[str] = []
        self.begun = threading.Event()
        """It has said that a transfer begins."""
        self.partner: Played | None = None
        """What comes after ``|`` is said when this one has begun, too."""
        self.address = address
        self._answers = {**USUAL, **answers}
        self._listening = socket.create_server((address, 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="played")]
        self._threads[0].start()

    def url(self, path: str = "/clip.mxf") -> str:
        return f"ftp://ann:s3cret@{self.address}:{self._listening.getsockname()[1]}{path}"

    def close(self) -> None:
        for one in (self._listening, *self._open):
            with suppress(OSError):  # it is closed already
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(60)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), name="played")
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with closing(connection), connection.makefile("r", newline="\r\n") as lines:
                self._say(connection, "220 here.")
                for line in lines:
                    self.heard.append(line.strip())
                    answer = self._answers.get(line.split(" ")[0].strip(), "502 what?")
                    if answer == HANG_UP:
                        return
                    self._say(connection, answer)
        except OSError:
            pass  # the client is gone

    def _say(self, connection: socket.socket, answer: str) -> None:
        for part in filter(None, answer.split("|")):
            if self.begun.is_set() and self.partner:
                self.partner.begun.wait(60)
            connection.sendall(f"{part}\r\n".encode())
            if part.startswith("150"):
                self.begun.set()


@pytest.fixture
def play() -> Iterator[Callable[..., Played]]:
    with ExitStack() as stack:
        yield lambda address, **answers: stack.enter_context(closing(Played(address, answers)))


def failure(giver: Played, taker: Played, settings: FtpSettings = SETTINGS, **options: Any) -> FtpError:
    addresses = FtpAddress.parse(giver.url()), FtpAddress.parse(taker.url())
    with pytest.raises(FtpError) as caught:
        Fxp(*addresses, settings, flowhost.SystemClock(), **{"tries": 1, **options}).run(lambda percent: None)
    assert "s3cret" not in str(caught.value)
    return caught.value


def move(giver: Played, taker: Played) -> None:
    addresses = FtpAddress.parse(giver.url()), FtpAddress.parse(taker.url())
    Fxp(*addresses, SETTINGS, flowhost.SystemClock()).run(lambda percent: None)


def test_a_server_that_does_not_know_port(play: Callable[..., Played]) -> None:
    giver, taker = (
        play(GIVER, RETR="150 x|226 y"),
        play(TAKER, PORT="500 what?", EPRT="200 there.", STOR="150 x|226 y"),
    )
    move(giver, taker)
    assert "EPRT |1|127.0.0.2|2049|" in taker.heard


def test_a_server_that_does_not_know_its_address(play: Callable[..., Played]) -> None:
    giver = play(GIVER, PASV="227 Entering (0,0,0,0,8,1).", RETR="150 x|226 y")
    taker = play(TAKER, STOR="150 x|226 y")
    move(giver, taker)
    assert "PORT 127,0,0,2,8,1" in taker.heard


def test_a_pasv_that_cannot_be_read(play: Callable[..., Played]) -> None:
    error = failure(play(GIVER, PASV="227 somewhere."), play(TAKER))
    assert isinstance(error, FtpRefused)
    assert "the source server 127.0.0.2:" in str(error)


def test_the_destination_is_asked_before_the_source_begins(play: Callable[..., Played]) -> None:
    giver, taker = play(GIVER), play(TAKER, STOR="553 not here.")
    assert "refused to do STOR /clip.mxf: 553 not here." in str(failure(giver, taker))
    assert "DELE /clip.mxf" not in taker.heard


@pytest.mark.slow
def test_a_destination_that_waits_for_the_source_before_it_answers(play: Callable[..., Played]) -> None:
    giver, taker = play(GIVER, RETR="150 x|226 y"), play(TAKER, STOR=SILENCE)
    error = failure(giver, taker, SHORT)
    assert "RETR /clip.mxf" in giver.heard
    assert isinstance(error, FtpLost)
    assert f"the destination server {TAKER}" in str(error)
    assert "AllowForeignAddress" in str(error)


@pytest.mark.slow
@pytest.mark.parametrize(("silent", "other"), [("source", "destination"), ("destination", "source")])
def test_one_that_says_nothing_after_the_other_had_finished(
    play: Callable[..., Played], silent: str, other: str
) -> None:
    done = {"source": {"RETR": "150 x|226 y"}, "destination": {"STOR": "150 x|226 y"}}[other]
    giver = play(GIVER, **(done if other == "source" else {}))
    taker = play(TAKER, **(done if other == "destination" else {}))
    error = failure(giver, taker, SHORT)
    assert isinstance(error, FtpLost)
    assert str(error).startswith(f"the {silent} server")
    assert f"said nothing for 3 s after the {other} server" in str(error)
    assert "DELE /clip.mxf" in taker.heard


@pytest.mark.slow
def test_a_file_that_is_not_whole_although_both_are_content(play: Callable[..., Played]) -> None:
    giver = play(GIVER, SIZE="213 100", RETR="150 x|226 y")
    taker = play(TAKER, SIZE="213 50", STOR="150 x|226 y")
    error = failure(giver, taker, tries=2)
    assert "50 of 100 bytes of ftp://127.0.0.2:" in str(error)
    assert taker.heard.count("STOR /clip.mxf") == 2
    assert "APPE /clip.mxf" not in taker.heard
    assert "DELE /clip.mxf" in taker.heard


@pytest.mark.parametrize("code", ["452 the disk is full.", "552 your quota is used up."])
def test_a_full_disk_is_not_tried_again(play: Callable[..., Played], code: str) -> None:
    giver, taker = play(GIVER), play(TAKER, STOR=f"150 x|{code}")
    assert code in str(failure(giver, taker, tries=3))
    assert taker.heard.count("STOR /clip.mxf") == 1
    assert "DELE /clip.mxf" in taker.heard


def test_both_complaints_are_told(play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "GRACE", 60.0)
    giver, taker = play(GIVER, RETR="150 x|451 disk broken."), play(TAKER, STOR="150 x|426 cut off.")
    taker.partner = giver  # else the source would not be asked any more
    message = str(failure(giver, taker))
    assert "451 disk broken." in message
    assert "426 cut off." in message


def test_a_password_in_an_answer_is_masked(play: Callable[..., Played]) -> None:
    error = failure(play(GIVER, PASS="530 's3cret' is wrong."), play(TAKER))
    assert "530 '********' is wrong." in str(error)


def test_a_server_that_hangs_up(play: Callable[..., Played]) -> None:
    error = failure(play(GIVER, PASS=HANG_UP), play(TAKER))
    assert "closed the connection when it was asked to let 'ann' in" in str(error)


def test_what_cannot_be_removed_is_told_in_the_log(
    play: Callable[..., Played], caplog: pytest.LogCaptureFixture
) -> None:
    remove(FtpAddress.parse(play(TAKER, DELE="450 busy.").url()), SETTINGS)
    assert "could not be removed: the destination server" in caplog.text
    caplog.clear()
    remove(FtpAddress.parse(play(TAKER, DELE="550 no such file.").url()), SETTINGS)
    assert caplog.text == ""


def test_an_answer_of_several_lines(play: Callable[..., Played]) -> None:
    server = play(TAKER, FEAT="211-have|  REST STREAM|211 end")
    with FtpConnection(FtpAddress.parse(server.url()), "destination", SETTINGS) as connection:
        assert connection.can_resume()
        assert connection.size() is None
