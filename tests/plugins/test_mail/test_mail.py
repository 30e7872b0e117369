"""The resource `mail` against a real SMTP server: TLS, logins, refusals, faults."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

import flowhost
from flowhost_plugins.mail.addresses import address_of

Start = Callable[..., Any]
# of the test's server, whose library counts STARTTLS only
ignore_auth_warning = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
ANN, BO = address_of("ann@example.com"), address_of("bo@example.com")


@pytest.fixture
def message() -> EmailMessage:
    made = EmailMessage()
    made["Subject"], made["Message-ID"] = "Hello", "<1@example.com>"
    made.set_content("Grüße\n.\nafter a line with a single point\n")
    return made


def test_a_letter_arrives(post: Start, message: EmailMessage) -> None:
    server = post()
    server.make().send([ANN, BO], message)
    assert server.inbox.recipients == [["ann@example.com", "bo@example.com"]]
    assert server.inbox.letters[0].get_content() == "Grüße\n.\nafter a line with a single point\n"
    assert server.inbox.encrypted == [False]
    assert server.inbox.raw[0].isascii()  # other bytes would have to be announced


@ignore_auth_warning
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_in_tls_with_a_login(post: Start, message: EmailMessage, security: str) -> None:
    server = post(security, login=True)
    secret = flowhost.Secret("pä ss")
    server.make(user="archive", password=secret).send([ANN], message)
    assert server.inbox.encrypted == [True]
    server.make(user="archive", password=secret).probe()
    with pytest.raises(flowhost.Permanent, match="530"):
        server.make().send([ANN], message)


@ignore_auth_warning
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_password(post: Start, message: EmailMessage, security: str) -> None:
    mail = post(security, login=True).make(user="archive", password=flowhost.Secret("guessed"))
    with pytest.raises(
        flowhost.Permanent, match=r"localhost:\d+ does not let the user 'archive' in: 535"
    ) as caught:
        mail.send([ANN], message)
    assert "guessed" not in str(caught.value) + repr(mail) + str(vars(mail))
    with pytest.raises(flowhost.Unavailable, match="does not let the user 'archive' in"):
        mail.probe()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_unknown_authority(post: Start, message: EmailMessage, security: str) -> None:
    with pytest.raises(
        flowhost.Unavailable, match=r"cannot trust the mail server .*name its authority with 'ca file'"
    ):
        post(security).make(ca_file=None).send([ANN], message)


def test_authorities_that_cannot_be_read(post: Start, message: EmailMessage) -> None:
    with pytest.raises(
        flowhost.Unavailable, match=r"cannot read the authorities in /nowhere\.pem: No such file"
    ):
        post("starttls").make(ca_file=Path("/nowhere.pem")).send([ANN], message)


def test_a_server_without_starttls_gets_nothing(post: Start, message: EmailMessage) -> None:
    server = post("none")
    with pytest.raises(flowhost.Permanent, match="offers no STARTTLS; set 'security'"):
        server.make(security="starttls").send([ANN], message)
    assert server.inbox.letters == []


def test_tls_where_there_is_none(post: Start, message: EmailMessage) -> None:
    with pytest.raises(flowhost.Unavailable, match=r"cannot speak TLS with .*'security' and 'port'"):
        post("none").make(security="tls").send([ANN], message)


def test_a_recipient_that_is_refused_for_ever(post: Start, message: EmailMessage) -> None:
    server = post()
    server.inbox.answers["bo@example.com"] = "550 no such\x1b[31m user"
    with pytest.raises(
        flowhost.Permanent, match=r"refused bo@example.com \(550 no such.*user\); the others got it"
    ):
        server.make().send([ANN, BO], message)
    assert server.inbox.recipients == [["ann@example.com"]]
    with pytest.raises(flowhost.Permanent, match="nobody got it"):
        server.make().send([BO], message)
    assert len(server.inbox.letters) == 1


def test_a_recipient_that_is_refused_for_now(post: Start, message: EmailMessage) -> None:
    """Nobody gets it, so that the next try sends it to nobody twice."""
    server = post()
    server.inbox.answers["bo@example.com"] = "451 greylisted"
    with pytest.raises(flowhost.Retry, match=r"refused: 451 mail to bo@example.com: greylisted"):
        server.make().send([ANN, BO], message)
    assert server.inbox.letters == []


@pytest.mark.parametrize("at", ["MAIL", "DATA"])
def test_refusals(post: Start, message: EmailMessage, at: str) -> None:
    server = post()
    server.inbox.answers[at] = "452 disk full"
    with pytest.raises(flowhost.Retry, match=r"452 .*disk full"):
        server.make().send([ANN], message)
    server.inbox.answers[at] = "554 spam"
    with pytest.raises(flowhost.Permanent, match=r"554 .*spam"):
        server.make().send([ANN], message)


def test_a_server_that_hangs_up(post: Start, message: EmailMessage) -> None:
    server = post()
    server.inbox.answers["DATA"] = "hang up"
    with pytest.raises(flowhost.Unavailable, match="the mail server localhost:"):
        server.make().send([ANN], message)


@contextmanager
def listening(greeting: bytes | None) -> Iterator[int]:
    """A port that says this, and nothing else."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                if greeting is not None:
                    connection.sendall(greeting)
                    return
                over.wait(30)

        thread = threading.Thread(target=serve, name="odd server")
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


def test_a_server_that_is_down(post: Start, message: EmailMessage) -> None:
    with socket.socket() as taken:  # it does not listen, and keeps the port from others
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        mail = post().make(port=port)
        with pytest.raises(
            flowhost.Unavailable, match=rf"cannot connect to the mail server localhost:{port}: .*refused"
        ):
            mail.send([ANN], message)
        with pytest.raises(flowhost.Unavailable, match="cannot connect"):
            mail.probe()


@pytest.mark.parametrize(
    ("greeting", "error", "text"),
    [
        (None, flowhost.Unavailable, "no answer from the mail server .* within 0.2 s"),
        (b"421 too busy\r\n", flowhost.Retry, "refused: 421 too busy"),
        (b"554 go away\r\n", flowhost.Permanent, "refused: 554 go away"),
        (b"SSH-2.0-x\r\n", flowhost.Unavailable, "is that a mail server"),
        (b"", flowhost.Unavailable, "broke off"),
    ],
)
def test_odd_servers(
    post: Start, message: EmailMessage, greeting: bytes | None, error: Any, text: str
) -> None:
    with listening(greeting) as port, pytest.raises(error, match=text):
        post().make(server="127.0.0.1", port=port, timeout=20 if greeting is not None else 0.2).send(
            [ANN], message
        )


def test_letters_of_all_scripts(post: Start, message: EmailMessage) -> None:
    international = post(enable_SMTPUTF8=True)
    international.make().send([address_of("jürgen@example.com")], message)
    assert international.inbox.recipients == [["jürgen@example.com"]]
    plain = post(enable_SMTPUTF8=False)
    with pytest.raises(flowhost.Permanent, match="only addresses of ASCII letters"):
        plain.make().send([address_of("jürgen@example.com")], message)
    plain.make().send([address_of("ann@bücher.example")], message)
    assert plain.inbox.recipients == [["ann@xn--bcher-kva.example"]]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"from_": "nobody"}, "'from': 'nobody' is no mail address"),
        ({"user": "x"}, "'user' and 'password' belong together"),
        ({"user": "x", "password": flowhost.Secret("y"), "security": "none"}, "readable on its way"),
        ({"port": 0}, "'port' is 0, expected 1 to 65535"),
        ({"timeout": 0}, "'timeout' is 0 s"),
        ({"server": "two words"}, "'server' is 'two words'"),
        ({"server": "smtp..example.com"}, "'server' is 'smtp..example.com'"),
    ],
)
def test_mistakes(post: Start, options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        post().make(**options)


def test_ports() -> None:
    def port(security: Any) -> str:
        mail = flowhost_mail(security)
        return str(vars(mail)["_port"])

    def flowhost_mail(security: Any) -> Any:
        from flowhost_plugins.mail import Mail

        return Mail(server="x", from_="a@b.c", security=security, daemon=flowhost.DaemonInfo("test", "/"))

    assert [port(one) for one in ("none", "starttls", "tls")] == ["25", "587", "465"]
