"""TLS for STOMP connections: the operator's files, and a socket that two threads may use at once."""

from __future__ import annotations

import contextlib
import select
import ssl
import threading
from pathlib import Path
from typing import Any

import flowhost

TURN_BYTES = 256 * 1024
"""How much is written in one turn under the lock, so that a large message does not keep the reader out."""


def tls_context(
    *, ca_file: Path | None, check_certificates: bool, certificate: Path | None, key: Path | None
) -> ssl.SSLContext:
    """The rules for TLS connections.

    Raises:
        Unavailable: one of the files cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        raise flowhost.Unavailable(
            f"the 'ca file' {ca_file} of [Stomp] cannot be used: {_reason(error)}"
        ) from error
    if not check_certificates:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        try:
            context.load_cert_chain(certificate, key)
        except OSError as error:
            files = f"{certificate}" + (f" with the 'client key' {key}" if key else "")
            raise flowhost.Unavailable(
                f"the 'client certificate' {files} of [Stomp] cannot be used: {_reason(error)}"
            ) from error
    return context


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


class TlsSocket:
    """A TLS connection that one thread reads while others write.

    An `ssl.SSLSocket` must not be used by two threads at once, so it is put into non-blocking mode and used
    under a lock; the waiting happens outside the lock. stomp.py's own way, a queue in front of the reading
    thread, spins when the broker closes the connection.

    Args:
        connection: a TLS socket after its handshake.
    """

    def __init__(self, connection: ssl.SSLSocket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._use = threading.Lock()

    def recv(self, size: int) -> bytes:
        """Wait for data and take all there is, up to `size`; empty when the peer closed the connection."""
        while True:
            try:
                with self._use:
                    return self._gather(size)
            except ssl.SSLWantReadError:
                self._wait(select.POLLIN)
            except ssl.SSLWantWriteError:
                self._wait(select.POLLOUT)

    def _gather(self, size: int) -> bytes:
        pieces = [self._connection.recv(size)]
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):
            while pieces[-1] and (size := size - len(pieces[-1])):  # OpenSSL gives 16 KiB at a time
                pieces.append(self._connection.recv(size))
        return b"".join(pieces)

    def sendall(self, data: bytes) -> None:
        """Send everything; callers take turns (stomp.py holds a semaphore)."""
        rest = memoryview(data)
        while rest:
            try:
                with self._use:
                    sent = self._connection.send(rest[:TURN_BYTES])
                rest = rest[sent:]
            except ssl.SSLWantReadError:
                self._wait(select.POLLIN)
            except ssl.SSLWantWriteError:
                self._wait(select.POLLOUT)

    def shutdown(self, how: int) -> None:
        """Wake whoever waits in `recv` or `sendall`."""
        with self._use:
            self._connection.shutdown(how)

    def close(self) -> None:
        """Close the connection; STOMP's own DISCONNECT has said goodbye."""
        with self._use:
            self._connection.close()

    def getsockname(self) -> Any:
        """Our end's address; stomp.py asks it to see whether the socket is open."""
        return self._connection.getsockname()

    def _wait(self, what: int) -> None:
        poll = select.poll()  # not select(): a daemon may have more than 1024 files open
        with contextlib.suppress(ValueError):  # closed meanwhile: the next recv or send says so
            poll.register(self._connection, what)
            poll.poll()
