"""https:// with an authority of our own."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import flowhost


def test_an_unknown_authority_is_refused(tls_web: Any, client_of: Any) -> None:
    with pytest.raises(flowhost.Unavailable, match=r"not trusted \(.*\); name its authority with 'pem file'"):
        client_of(tls_web).get("/x")
    assert tls_web.asked == []


def test_the_authority_can_be_named(
    tls_web: Any, client_of: Any, reply: Any, authority: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tls_web.tell("/x", reply(b"fine"))
    assert client_of(tls_web, pem_file=str(authority / "ca.pem")).get("/x").content == b"fine"
    monkeypatch.setenv("OUR_FOLDER", str(authority))
    assert client_of(tls_web, pem_file="$OUR_FOLDER/ca.pem").get("/x").content == b"fine"
    monkeypatch.setenv("HOME", str(authority))
    assert client_of(tls_web, pem_file="~/ca.pem").get("/x").content == b"fine"
    daemon = flowhost.DaemonInfo("x", str(authority))
    assert client_of(tls_web, pem_file="ca.pem", daemon=daemon).get("/x").content == b"fine"


def test_a_named_authority_is_used_though_certificates_are_not_checked(
    tls_web: Any, client_of: Any, reply: Any, authority: Path
) -> None:
    tls_web.tell("/x", reply(b"fine"))
    with pytest.raises(flowhost.Unavailable, match="not trusted"):
        client_of(tls_web, check_certificates=False, pem_file=str(authority / "server.pem")).get("/x")


def test_any_certificate_is_accepted_when_told_so(
    tls_web: Any, client_of: Any, reply: Any, caplog: pytest.LogCaptureFixture
) -> None:
    tls_web.tell("/x", reply(b"fine"))
    with caplog.at_level(logging.WARNING):
        client = client_of(tls_web, check_certificates=False)
        assert client.get("/x").content == client.get("/x").content == b"fine"
    assert [message for message in caplog.messages if "any certificate is accepted" in message] == [
        f"any certificate is accepted from {tls_web.host}: 'check certificates' of [Viz One] is off"
    ]


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), ("nothing", "no certificate")])
def test_a_pem_file_that_cannot_be_used(
    tls_web: Any, client_of: Any, tmp_path: Path, content: str | None, why: str
) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    client = client_of(tls_web, pem_file=str(file))
    with pytest.raises(flowhost.Unavailable, match=f"the 'pem file' {file} of .* cannot be used: {why}"):
        client.open()


def test_https_against_a_server_without(web: Any, client_of: Any) -> None:
    with pytest.raises(flowhost.Unavailable, match="is 'use https' of"):
        client_of(web, use_https=True).get("/x")


def test_a_link_without_tls_is_followed_with_a_warning(
    tls_web: Any, web: Any, client_of: Any, reply: Any, authority: Path, caplog: pytest.LogCaptureFixture
) -> None:
    web.tell("/y", reply(b"fine"))
    client = client_of(tls_web, pem_file=str(authority / "ca.pem"))
    with caplog.at_level(logging.WARNING):
        client.get(f"{web.url}/y")
        client.get(f"{web.url}/y")
    assert [message for message in caplog.messages if "plain text" in message] == [
        f"{web.url}/y is a link without TLS: the password goes there as plain text"
    ]
