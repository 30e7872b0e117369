"""The resource `mail`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import flowhost

if TYPE_CHECKING:
    from email.headerregistry import Address
    from email.message import EmailMessage

    from flowhost_plugins.mail.sending import Server

PORTS = {"none": 25, "starttls": 587, "tls": 465}
"""Where mail is handed in (RFC 5321, RFC 6409, RFC 8314)."""


class Mail(flowhost.Resource):
    """Hands mail to an SMTP server, each letter in a connection of its own.

    Args:
        server: its name or address.
        port: TCP port.
        security: whether the connection is in TLS.
        user: who logs in.
        password: of the user.
        from_: address of the sender.
        timeout: how long each answer of the server may take.
        ca_file: authorities to trust.
        daemon: whose profile it is.

    Attributes:
        sender: whom letters are from.
    """

    name: ClassVar[str] = "mail"
    section: ClassVar[str] = "Mail"

    def __init__(
        self,
        *,
        server: Annotated[str, "name or address of the SMTP server"],
        from_: Annotated[str, "whom letters are from, e.g. Archive <archive@example.com>"],
        port: Annotated[int | None, "TCP port; empty: 587 for starttls, 465 for tls, 25 for none"] = None,
        security: Annotated[
            Literal["starttls", "tls", "none"], "TLS after STARTTLS, from the beginning, or not at all"
        ] = "starttls",
        user: Annotated[str | None, "who logs in; empty: nobody"] = None,
        password: Annotated[flowhost.Secret | None, "belongs to the user"] = None,
        timeout: Annotated[flowhost.Seconds, "how long each answer of the server may take"] = 30,
        ca_file: Annotated[
            Path | None, "PEM file with the authorities to trust, instead of the system's"
        ] = None,
        daemon: flowhost.DaemonInfo,
    ) -> None:
        if bool(user) != bool(password):
            raise ValueError("'user' and 'password' belong together; one of them is missing")
        if user and security == "none":
            raise ValueError("the password would be readable on its way; set 'security' to starttls or tls")
        if port is not None and not 0 < port < 65536:
            raise ValueError(f"'port' is {port}, expected 1 to 65535")
        if timeout <= 0:
            raise ValueError(f"'timeout' is {timeout:g} s, expected more than 0")
        if not _is_host(server):
            raise ValueError(f"'server' is {server!r}, expected the name of a machine")
        self._server = server
        self._port = PORTS[security] if port is None else port
        self._security: Literal["starttls", "tls", "none"] = security
        self._user, self._password = user or "", password
        self._timeout = timeout
        self._ca_file = Path(daemon.directory) / ca_file if ca_file else None
        self.sender = _sender(from_)

    def open(self) -> None:
        """Nothing has to be made ready: a server that is down now may be up when there is something to send."""

    def close(self) -> None:
        """Nothing is kept open."""

    def send(self, recipients: Sequence[Address], message: EmailMessage) -> None:
        """Hand a message in; it is on its way when this returns.

        Raises:
            Unavailable: the server cannot be reached, or not be trusted; another try may help.
            Retry: the server asks for another try.
            Permanent: it refuses the message, its sender, some recipients or the user.
        """
        from flowhost_plugins.mail.sending import send

        send(self._reached(), self.sender.addr_spec, [one.addr_spec for one in recipients], message)

    def probe(self) -> None:
        """Talk to the server, log in, and leave.

        Raises:
            Unavailable: it cannot be reached or trusted, or it refuses the user.
        """
        from flowhost_plugins.mail.sending import connected

        try:
            with connected(self._reached()) as smtp:
                smtp.noop()
        except (flowhost.Permanent, flowhost.Retry) as error:
            raise flowhost.Unavailable(str(error)) from error

    def _reached(self) -> Server:
        from flowhost_plugins.mail.sending import Server

        return Server(
            self._server,
            self._port,
            self._security,
            self._timeout,
            self._ca_file,
            self._user,
            self._password,
        )


def _is_host(text: str) -> bool:
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return bool(text) and all(one.isprintable() and not one.isspace() for one in text)


def _sender(text: str) -> Address:
    from flowhost_plugins.mail.addresses import address_of

    try:
        return address_of(text)
    except ValueError as error:
        raise ValueError(f"'from': {error}") from error
