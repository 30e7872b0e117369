"""A real SMTP server on loopback, with TLS, and certificates made for it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

import flowhost
from flowhost.testing.services import missing
from flowhost_plugins.mail import Mail


@dataclass
class Inbox:
    """What a server got; `answers` has its answer to a recipient, or to ``DATA`` and ``MAIL``."""

    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    encrypted: list[bool] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802  # the library's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802  # the library's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        answer = self.answers.get("DATA", "250 OK")
        if answer == "hang up":
            server.transport.abort()
            return "250 never heard"
        if answer.startswith("250"):
            letter = message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.raw.append(envelope.content)
            self.recipients.append(list(envelope.rcpt_tos))
            self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return answer


class Certified:
    """A certificate for localhost, by itself its authority."""

    def __init__(self, folder: Path) -> None:
        openssl = shutil.which("openssl")
        if openssl is None:
            missing("openssl is not installed")
        self.file, key = folder / "certificate.pem", folder / "key.pem"
        words = [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "30",
            "-subj",
            "/CN=localhost",
        ]
        words += [
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(self.file),
        ]
        subprocess.run(words, check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.file, key)


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return Certified(tmp_path_factory.mktemp("certificate"))


@dataclass
class Post:
    """A running server, and the resource that talks to it."""

    inbox: Inbox
    port: int
    make: Callable[..., Mail]


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"archive", "pä ss".encode())
    return AuthResult(success=good, handled=False)


class _Server(Controller):
    """Takes any free port; the library's own needs to know one before."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post(certified: Certified) -> Iterator[Callable[..., Post]]:
    """Starts servers: ``security``, whether they ask for a login, and what else aiosmtpd takes."""
    running: list[Controller] = []

    def start(security: str = "none", *, login: bool = False, **more: Any) -> Post:
        inbox = Inbox()
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "ready_timeout": 30} | more
        if security == "tls":
            options["ssl_context"] = certified.context
        elif security == "starttls":
            options |= {"tls_context": certified.context, "require_starttls": True}
        if login:
            options |= {"auth_required": True, "authenticator": _authenticate}
            options |= {"auth_require_tls": security == "starttls"}
        controller = _Server(inbox, **options)
        running.append(controller)
        controller.start()
        port = controller.port

        def make(**how: Any) -> Mail:
            given = {"server": "localhost", "port": port, "security": security, "timeout": 20}
            given |= {"from_": "Archive <archive@example.com>", "daemon": flowhost.DaemonInfo("test", "/")}
            return Mail(**given | ({} if security == "none" else {"ca_file": certified.file}) | how)

        return Post(inbox, port, make)

    yield start
    for controller in running:
        controller.stop()
