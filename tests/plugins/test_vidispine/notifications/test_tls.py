"""The source with a certificate: what it registers is told over https."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests

from flowhost.testing.services import missing


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A PEM file with a certificate for this machine and its key."""
    if not shutil.which("openssl"):
        missing("openssl is not installed (Debian: apt install openssl)")
    made, key = tmp_path / "made.pem", tmp_path / "key.pem"
    words = (
        "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        ["openssl", *words.split(), "-keyout", key, "-out", made], check=True, capture_output=True, timeout=60
    )
    made.write_text(made.read_text() + key.read_text())
    return made


def test_it_is_told_over_https(start: Any, certificate: Path) -> None:
    run = start(certificate=certificate)
    (url,) = (one.http["url"] for one in run.registered() if "/item-create/" in one.http["url"])
    assert url.startswith("https://127.0.0.1:")
    body = {"field": [{"key": "itemId", "value": "VX-1"}]}
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(certificate)
        assert session.post(url, json=body, timeout=30).status_code == 200
    assert run.one("item_create").subject == "VX-1"
