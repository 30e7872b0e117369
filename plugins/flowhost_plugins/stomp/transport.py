"""stomp.py's transport, taught to say why it cannot connect, and to read large messages."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

import flowhost
from flowhost_plugins.stomp.library import stomp
from flowhost_plugins.stomp.settings import Settings
from flowhost_plugins.stomp.tls import TlsSocket
from flowhost_plugins.stomp.url import Address

SMALL_READ, LARGE_READ = 64 * 1024, 4 * 1024 * 1024
"""Bytes asked from the socket at once. stomp.py copies all of an unfinished message for each piece of it, so
its default of 16 KiB takes a minute for 50 MB of zeros, where this takes two seconds. Asking for more than
128 KiB each time would cost small messages a fresh memory mapping."""


class Transport(stomp.transport.Transport):  # type: ignore[misc] # stomp.py ships no types
    """The socket of one connection and the thread that reads it.

    Args:
        address: the broker.
        settings: how to connect.
        deliver: called with each MESSAGE frame, in the reading thread.
        heard: called whenever the broker sent something, be it a part of a message.
    """

    def __init__(
        self,
        address: Address,
        settings: Settings,
        deliver: Callable[[Any], None],
        heard: Callable[[], None],
    ) -> None:
        super().__init__(
            [(address.host, address.port)],
            prefer_localhost=False,
            try_loopback_connect=False,
            reconnect_attempts_max=1,
            auto_decode=False,
        )
        self._address, self._settings = address, settings
        self._deliver, self._heard = deliver, heard
        self._turn = threading.Lock()
        self._read_size = SMALL_READ
        self.override_threading(self._start_reading)

    def _start_reading(self, loop: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=loop, name=f"stomp {self._address.broker}", daemon=True)
        thread.start()
        return thread

    def attempt_connection(self) -> None:
        """Connect once; stomp.py's own tries hide the reason and sleep."""
        self.connection_error = False
        self.socket = open_socket(self._address, self._settings)
        self.current_host_and_port = (self._address.host, self._address.port)

    def receive(self) -> bytes:
        """The next piece from the socket; empty when the connection is gone."""
        try:
            piece: bytes = self.socket.recv(self._read_size)
        except (OSError, AttributeError):  # AttributeError: closed by another thread, the socket is None
            return b""
        if piece:
            self._heard()
        self._read_size = (
            min(self._read_size * 2, LARGE_READ) if len(piece) == self._read_size else SMALL_READ
        )
        return piece

    def send(self, encoded_frame: bytes) -> None:
        """Write one frame; stomp.py's own method logs a traceback when the broker is gone."""
        connection = self.socket
        if connection is None:
            raise stomp.exception.NotConnectedException
        with self._turn:
            connection.sendall(encoded_frame)

    def process_frame(self, f: Any, frame_str: bytes) -> None:
        """Hand a message over directly: the way through all listeners costs a sort and three locks each."""
        if f.cmd == "MESSAGE":
            self._deliver(f)
        else:
            super().process_frame(f, frame_str)


def open_socket(address: Address, settings: Settings) -> socket.socket | TlsSocket:
    """Connect to a broker.

    Raises:
        Unavailable: with the reason, as an operator would put it.
    """
    broker = f"the STOMP broker at {address.broker}"
    tls = settings.context() if address.tls else None
    try:
        connection = socket.create_connection((address.host, address.port), settings.patience)
    except OSError as error:
        raise flowhost.Unavailable(f"cannot connect to {broker}: {_why(error, settings.patience)}") from error
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if (
            settings.silence
        ):  # a broker that stops reading must not hold a writer, with its heart-beats, for ever
            limit = round(settings.silence * 1000)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limit)
        if tls is not None:
            return TlsSocket(tls.wrap_socket(connection, server_hostname=address.host))
        connection.settimeout(None)
        return connection
    except OSError as error:
        connection.close()
        reason = _why_not_tls(error, settings.patience)
        raise flowhost.Unavailable(f"cannot speak TLS with {broker}: {reason}") from error


def _why(error: OSError, seconds: float) -> str:
    if isinstance(error, socket.gaierror):
        return f"its name cannot be resolved ({error.strerror})"
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused; is it running, with a STOMP listener on that port?"
    return error.strerror or str(error)


def _why_not_tls(error: OSError, seconds: float) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{error.verify_message}; name its authority with 'ca file' in [Stomp]"
    if isinstance(error, TimeoutError):
        return f"no answer within {seconds:g} s; is that its TLS port?"
    if isinstance(error, ssl.SSLError):
        return f"{error.reason or error}; is that its TLS port?"
    return f"{error.strerror or error}; is that its TLS port?"
