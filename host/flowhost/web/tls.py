"""TLS for the server: the certificate, with clear errors, and connections that need no patience to accept."""

from __future__ import annotations

import ssl
from pathlib import Path
from socket import socket
from typing import Any

from cheroot.makefile import MakeFile
from cheroot.ssl import Adapter

from flowhost.errors import Unavailable


def tls_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """A context that shows this certificate, with the versions and ciphers Python holds for safe.

    Args:
        certificate: PEM file with the certificate, and the chain behind it.
        key: PEM file with its private key; None when it stands in the same file.

    Raises:
        Unavailable: a file cannot be read, or they do not belong together.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    for file in filter(None, (certificate, key)):
        try:
            file.read_bytes()  # OpenSSL does not say which of the two it could not read
        except OSError as error:
            raise Unavailable(
                f"cannot read {file}: {error.strerror}; see the options 'certificate' and 'key'"
            ) from error
    try:
        context.load_cert_chain(certificate, key, password=lambda: _refuse(key or certificate))
    except ssl.SSLError as error:
        found = f"{certificate} and {key}" if key else str(certificate)
        raise Unavailable(
            f"no certificate with its private key in {found} ({error.reason}); expected PEM files of one pair"
        ) from error
    return context


def _refuse(key: Path) -> str:
    # without this OpenSSL would ask for the password on the terminal, and wait
    raise Unavailable(
        f"the private key in {key} has a password; expected one without, in a file only the daemon can read"
    )


class Tls(Adapter):
    """Wraps connections without waiting for the sender: a silent one would hold up everybody else."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context

    def bind(self, sock: socket) -> socket:
        """The listening socket stays as it is."""
        return sock

    def wrap(self, sock: socket) -> tuple[ssl.SSLSocket, dict[str, Any]]:
        """The connection, with the handshake still to do."""
        return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), {}

    def get_environ(self) -> dict[str, Any]:
        """Nothing: requests do not go through WSGI."""
        return {}

    def makefile(self, sock: socket, mode: str = "r", bufsize: int = -1) -> Any:
        """The file through which the server reads or writes."""
        return MakeFile(sock, mode, bufsize)
