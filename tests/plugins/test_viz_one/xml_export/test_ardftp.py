from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.ardftp import percent_of, send
from flowhost_plugins.viz_one.xml_export.errors import FtpError, FtpLost, FtpRefused
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings

ARDOME, TAKER = "127.0.0.2", "127.0.0.3"
SETTINGS = FtpSettings(time_out=20)
CONTENT = bytes(range(256)) * 1000
SECRETS = ("s3cr", "p@ss", "p%40ss")


def refusal(source: str, destination: str, settings: FtpSettings = SETTINGS) -> FtpError:
    with pytest.raises(FtpError) as caught:
        send(FtpAddress.parse(source), FtpAddress.parse(destination), settings, lambda percent: None)
    assert [secret for secret in SECRETS if secret in str(caught.value)] == []
    return caught.value


def test_the_server_sends_the_file_and_tells_its_progress(
    serve: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    ardome, taker = serve(ARDOME), serve(TAKER)
    source = ardome.put("/media/clip.mxf", CONTENT)
    told: list[float] = []
    send(FtpAddress.parse(source), FtpAddress.parse(taker.url("/clip.mxf")), SETTINGS, told.append)
    assert taker.read("/clip.mxf") == CONTENT
    assert told == [0, 25, 50, 75, 100]
    # what is no progress is shown, not lost
    assert f"the source server {ARDOME}:{ardome.port} says: Transfer of the file begins" in caplog.text


def test_an_unknown_file(serve: Callable[..., Any]) -> None:
    ardome, taker = serve(ARDOME), serve(TAKER)
    error = refusal(ardome.url("/media/gone.mxf"), taker.url("/gone.mxf"))
    assert isinstance(error, FtpRefused)
    expected = f"the source server {ARDOME}:{ardome.port} refused to do SITE ARDENDO USE MXF gone.mxf: 550"
    assert str(error).startswith(expected)


@pytest.mark.ftp
def test_another_server(serve: Callable[..., Any], proftpd: Callable[..., Any]) -> None:
    other, taker = proftpd(ARDOME), serve(TAKER)
    error = refusal(other.put("/clip.mxf", CONTENT), taker.url("/clip.mxf"))
    assert isinstance(error, FtpRefused)
    assert f"the source server {ARDOME}:{other.port} refused to do SITE ARDENDO FORMAT MXF: 500" in str(error)


def test_nothing_stays_of_a_transfer_that_breaks(serve: Callable[..., Any]) -> None:
    ardome, taker = serve(ARDOME), serve(TAKER, "--room", "100000")
    error = refusal(ardome.put("/media/clip.mxf", CONTENT), taker.url("/clip.mxf"))
    assert str(error).startswith(f"the source server {ARDOME}:{ardome.port} refused to go on with status.log")
    assert taker.read("/clip.mxf") is None


def test_a_transfer_that_comes_to_nothing(serve: Callable[..., Any]) -> None:
    ardome, taker = serve(ARDOME, "--sends-nothing"), serve(TAKER)
    error = refusal(ardome.put("/media/clip.mxf", CONTENT), taker.url("/clip.mxf"))
    assert str(error).startswith("status.log ended, but there is no file: the destination server")


def test_nothing_stays_of_a_transfer_that_nobody_confirmed(serve: Callable[..., Any]) -> None:
    ardome, taker = serve(ARDOME, "--never-answers"), serve(TAKER)
    error = refusal(ardome.put("/media/clip.mxf", CONTENT), taker.url("/clip.mxf"), FtpSettings(time_out=5))
    assert isinstance(error, FtpLost)
    assert "took more than 5 s to do SITE ARDENDO STOR ftp://127.0.0.3" in str(error)
    assert taker.read("/clip.mxf") is None


def test_a_log_that_never_goes_on(serve: Callable[..., Any]) -> None:
    ardome, taker = serve(ARDOME, "--falls-silent"), serve(TAKER)
    settings = FtpSettings(time_out=20, stall_time_out=1)
    error = refusal(ardome.put("/media/clip.mxf", CONTENT), taker.url("/clip.mxf"), settings)
    assert isinstance(error, FtpLost)
    assert (
        str(error) == f"the source server {ARDOME}:{ardome.port} took more than 1 s to go on with status.log"
    )


@pytest.mark.parametrize(
    ("line", "percent"),
    [
        ("progress 42% of clip.mxf", 42),
        ("progress 42.5%", 42.5),
        ("a 100%%", 100),
        ("42%", None),
        ("now at 42%", None),
        ("progress 42", None),
        ("progress half%", None),
        ("progress 101%", None),
        ("progress -1%", None),
        ("progress nan%", None),
        ("progress  42%", None),
        ("", None),
    ],
)
def test_lines_with_and_without_progress(line: str, percent: float | None) -> None:
    assert percent_of(line) == percent


@given(st.text())
def test_any_line_is_progress_or_none(line: str) -> None:
    percent = percent_of(line)
    assert percent is None or 0 <= percent <= 100
