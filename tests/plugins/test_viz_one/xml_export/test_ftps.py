"""Encrypted control connections, with ProFTPD and its TLS module."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.viz_one.xml_export.address import FtpAddress
from flowhost_plugins.viz_one.xml_export.connection import FtpConnection
from flowhost_plugins.viz_one.xml_export.errors import FtpLost
from flowhost_plugins.viz_one.xml_export.fxp import Fxp
from flowhost_plugins.viz_one.xml_export.settings import FtpSettings

pytestmark = pytest.mark.ftp

GIVER, TAKER = "127.0.0.2", "127.0.0.3"
CONTENT = bytes(range(256)) * 500
MODULE = "/usr/lib/proftpd/mod_tls.so"
TLS = """
LoadModule mod_tls.c
TLSEngine on
TLSRequired ctrl
TLSProtocol TLSv1.2 TLSv1.3
TLSRSACertificateFile {folder}/server.pem
TLSRSACertificateKeyFile {folder}/server.key
TLSVerifyClient off
TLSOptions NoSessionReuseRequired
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    names = [
        "-addext",
        f"subjectAltName=IP:{GIVER},IP:{TAKER}",
        "-keyout",
        "server.key",
        "-out",
        "server.pem",
    ]
    subprocess.run([*command, *names], cwd=folder, check=True, capture_output=True)
    (folder / "server.key").chmod(0o600)
    return folder


@pytest.fixture
def secure(proftpd: Callable[..., Any], certificates: Path) -> Callable[[str], Any]:
    """Starts servers that let nobody in without TLS."""
    if not Path(MODULE).exists():
        missing("ProFTPD has no TLS module; on Debian: apt-get install proftpd-mod-crypto")
    return lambda address: proftpd(address, more=TLS.format(folder=certificates))


def ftps(url: str) -> FtpAddress:
    return FtpAddress.parse(url.replace("ftp://", "ftps://"))


def test_fxp_and_a_file_of_our_own(secure: Callable[[str], Any], certificates: Path) -> None:
    giver, taker = secure(GIVER), secure(TAKER)
    settings = FtpSettings(time_out=20, pem_file=certificates / "server.pem")
    source, destination = ftps(giver.put("/clip.mxf", CONTENT)), ftps(taker.url("/copy.mxf"))
    Fxp(source, destination, settings, flowhost.SystemClock()).run(lambda percent: None)
    assert taker.read("/copy.mxf") == CONTENT
    with FtpConnection(destination.beside(".xml"), "destination", settings) as server:
        server.store(b"<payload/>")
    assert taker.read("/copy.mxf.xml") == b"<payload/>"


def test_the_option_encrypts_where_the_url_does_not(secure: Callable[[str], Any]) -> None:
    server = secure(TAKER)
    address = FtpAddress.parse(server.url("/x.xml"))
    settings = FtpSettings(time_out=20, secure=True, check_certificates=False)
    with FtpConnection(address, "destination", settings) as connection:
        connection.store(b"x")
    assert server.read("/x.xml") == b"x"


def test_a_certificate_that_nobody_trusts(secure: Callable[[str], Any]) -> None:
    server = secure(TAKER)
    with (
        pytest.raises(FtpLost, match=r"failed to let 'ann' in: .*certificate verify failed"),
        FtpConnection(ftps(server.url("/x.xml")), "destination", FtpSettings(time_out=20)),
    ):
        pytest.fail("it was trusted")
