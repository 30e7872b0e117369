"""One conversation with an SMTP server (RFC 5321): what it answers, in the errors of flowhost."""

from __future__ import annotations

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path
from typing import Literal, TypeAlias

import flowhost

Security: TypeAlias = Literal["none", "starttls", "tls"]

OK = (250, 251)
LOGGED_IN = 235
PERMANENT = 500  # answers from here on will be the same next time


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in, and how.

    Args:
        host: its name or address.
        port: TCP port.
        security: whether the connection is in TLS: not at all, after STARTTLS, from the beginning.
        timeout: seconds each of its answers may take.
        ca_file: PEM file with the authorities to trust; None: those of the system.
        user: who hands mail in; empty: nobody logs in.
        password: of the user; never shown.
    """

    host: str
    port: int
    security: Security
    timeout: float
    ca_file: Path | None = None
    user: str = ""
    password: flowhost.Secret | None = None

    def __str__(self) -> str:
        return f"the mail server {self.host}:{self.port}"


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A conversation, after greeting and login.

    Raises:
        Unavailable: the server cannot be reached, or the conversation broke off; another try may help.
        Retry: the server asks for another try.
        Permanent: it refuses.
    """
    with _explained(server):
        smtp = _greeted(server)
    try:
        with _explained(server):
            _secured(smtp, server)
            _logged_in(smtp, server)
            yield smtp
        with suppress(smtplib.SMTPException, OSError):  # what is done is done, whatever it says to a goodbye
            smtp.quit()
    finally:
        smtp.close()


def send(server: Server, sender: str, recipients: Sequence[str], message: EmailMessage) -> None:
    """Hand a message in.

    When the server refuses a recipient for now, nobody gets it, so that the next try sends it to nobody twice. When it
    refuses some for ever, the others get it.

    Args:
        server: where.
        sender: address that is told when it cannot be delivered.
        recipients: addresses of those who shall get it.
        message: what.

    Raises:
        Unavailable: see `connected`. Whether it was sent may be unknown then; the Message-ID tells two of them apart
            from two messages.
        Retry: the server asks for another try.
        Permanent: it refuses the message, its sender or recipients; the sentence says whether others got it.
    """
    with connected(server) as smtp:
        international = not all(one.isascii() for one in (sender, *recipients))
        if international and not smtp.has_extn("smtputf8"):
            raise flowhost.Permanent(f"{server} takes only addresses of ASCII letters (it has no SMTPUTF8)")
        _check(
            smtp.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if international else []), f"mail from {sender}"
        )
        refused = _recipients(smtp, recipients)
        if len(refused) < len(recipients):
            _check(smtp.data(_bytes(message, international=international)), "the message")
    if refused:
        others = "the others got it" if len(refused) < len(recipients) else "nobody got it"
        raise flowhost.Permanent(f"{server} refused {'; '.join(refused)}; {others}")


def _greeted(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=_context(server))
    return smtplib.SMTP(server.host, server.port, timeout=server.timeout)


def _secured(smtp: smtplib.SMTP, server: Server) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        if not smtp.has_extn("starttls"):
            raise flowhost.Permanent(f"{server} offers no STARTTLS; set 'security' of [Mail] to tls or none")
        smtp.starttls(context=_context(server))
        smtp.ehlo_or_helo_if_needed()


def _logged_in(smtp: smtplib.SMTP, server: Server) -> None:
    if not (server.user and server.password):
        return
    password = server.password.get_secret_value()
    if f"{server.user}{password}".isascii():
        smtp.login(server.user, password)
        return
    # smtplib knows only ASCII; RFC 4616 says UTF-8
    words = b64encode(f"\0{server.user}\0{password}".encode()).decode()
    code, text = smtp.docmd("AUTH", f"PLAIN {words}")
    if code != LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(code, text)


def _recipients(smtp: smtplib.SMTP, recipients: Sequence[str]) -> list[str]:
    """Name them; return those that are refused for ever, with the reason."""
    refused = []
    for one in recipients:
        answer = smtp.rcpt(one)
        if answer[0] >= PERMANENT:
            refused.append(f"{one} ({_said(*answer)})")
        else:
            _check(answer, f"mail to {one}")
    return refused


def _check(answer: tuple[int, bytes], what: str) -> None:
    if answer[0] not in OK:
        raise smtplib.SMTPResponseException(answer[0], f"{what}: {_text(answer[1])}")


def _bytes(message: EmailMessage, *, international: bool) -> bytes:
    """As it goes over the line; in ASCII, unless the server was told of other bytes (BODY=8BITMIME, RFC 6152)."""
    written = BytesIO()
    policy = SMTP.clone(utf8=international, cte_type="8bit" if international else "7bit")
    BytesGenerator(written, policy=policy).flatten(message)
    return written.getvalue()


def _context(server: Server) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except OSError as error:
        raise flowhost.Unavailable(
            f"cannot read the authorities in {server.ca_file}: {error.strerror or error}; see 'ca file' of [Mail]"
        ) from error


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    """Whatever goes wrong in it, as an error of flowhost."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise _refusal(error, f"{server} does not let the user {server.user!r} in") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error, f"{server} refused") from error
    except smtplib.SMTPServerDisconnected as error:
        if isinstance(error.__context__, TimeoutError):
            raise _no_answer(server) from error
        raise flowhost.Unavailable(f"{server} broke off: {error}") from error
    except smtplib.SMTPException as error:
        raise flowhost.Permanent(f"{server} cannot be used: {error}") from error
    except ssl.SSLCertVerificationError as error:
        way_out = "name its authority with 'ca file' of [Mail]"
        raise flowhost.Unavailable(f"cannot trust {server}: {error.verify_message}; {way_out}") from error
    except ssl.SSLError as error:
        hint = "see 'security' and 'port' of [Mail]"
        raise flowhost.Unavailable(
            f"cannot speak TLS with {server}: {error.reason or error}; {hint}"
        ) from error
    except TimeoutError as error:
        raise _no_answer(server) from error
    except OSError as error:
        raise flowhost.Unavailable(f"cannot connect to {server}: {error.strerror or error}") from error


def _no_answer(server: Server) -> flowhost.Unavailable:
    return flowhost.Unavailable(f"no answer from {server} within {server.timeout:g} s")


def _refusal(error: smtplib.SMTPResponseException, what: str) -> flowhost.FlowhostError:
    said = f"{what}: {_said(error.smtp_code, error.smtp_error)}"
    if error.smtp_code < 0:  # what smtplib makes of an answer without a code
        return flowhost.Unavailable(f"{said}; is that a mail server?")
    return flowhost.Permanent(said) if error.smtp_code >= PERMANENT else flowhost.Retry(said)


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {_text(text)}"


def _text(text: bytes | str) -> str:
    """What the server wrote, on one line, without anything that plays tricks on a terminal."""
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())
