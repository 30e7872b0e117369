"""A few lines of STOMP on a plain socket, so that tests can talk to a broker without the code under test."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Self

_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), (":", "\\c"))


def _escape(text: str) -> str:
    for plain, escaped in _ESCAPES:
        text = text.replace(plain, escaped)
    return text


def _unescape(text: str) -> str:
    parts = text.split("\\\\")
    for plain, escaped in _ESCAPES[1:]:
        parts = [part.replace(escaped, plain) for part in parts]
    return "\\".join(parts)


class StompWire:
    """One STOMP 1.2 connection that sends and reads whole frames, in the caller's thread.

    Args:
        host: name or address of the broker.
        port: its port.
        user: login, empty for none.
        password: passcode.
        timeout: seconds each read may take.

    Raises:
        OSError: no connection, or the broker refused it.
    """

    def __init__(
        self, host: str, port: int, user: str, password: str, *, vhost: str = "/", timeout: float = 60
    ) -> None:
        self._socket = socket.create_connection((host, port), timeout)
        self._buffer = b""
        login = {"login": user, "passcode": password} if user else {}
        lines = "".join(f"{name}:{value}\n" for name, value in {"host": vhost, **login}.items())
        self._socket.sendall(f"CONNECT\naccept-version:1.2\n{lines}\n\0".encode())
        try:
            self.expect("CONNECTED")
        except OSError:
            self._socket.close()
            raise

    def write(self, command: str, headers: Mapping[str, str], body: bytes = b"") -> None:
        """Send one frame."""
        lines = "".join(f"{_escape(name)}:{_escape(value)}\n" for name, value in headers.items())
        self._socket.sendall(f"{command}\n{lines}content-length:{len(body)}\n\n".encode() + body + b"\0")

    def read(self, timeout: float | None = None) -> tuple[str, dict[str, str], bytes]:
        """The next frame: command, headers, body.

        Raises:
            TimeoutError: none came in time.
            ConnectionError: the broker closed the connection.
        """
        if timeout is not None:
            self._socket.settimeout(timeout)
        command, *lines = self._take(b"\n\n").decode().split("\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers.setdefault(_unescape(name), _unescape(value))
        if "content-length" not in headers:
            while b"\0" not in self._buffer:
                self._receive()
            body, _, self._buffer = self._buffer.partition(b"\0")
            return command, headers, body
        length = int(headers["content-length"])
        while len(self._buffer) <= length:
            self._receive()
        body, self._buffer = self._buffer[:length], self._buffer[length + 1 :]
        return command, headers, body

    def expect(self, command: str) -> tuple[dict[str, str], bytes]:
        """The next frame's headers and body; ConnectionError when it is another command."""
        found, headers, body = self.read()
        if found != command:
            raise ConnectionError(f"expected {command}, got {found}: {headers.get('message')} {body!r}")
        return headers, body

    def close(self) -> None:
        """Hang up; what was not acknowledged goes back."""
        self._socket.close()

    def _take(self, end: bytes) -> bytes:
        while end not in self._buffer.lstrip(b"\n"):
            self._receive()
        self._buffer = self._buffer.lstrip(
            b"\n"
        )  # heart-beats, and the line feed RabbitMQ puts after a frame
        taken, _, self._buffer = self._buffer.partition(end)
        return taken

    def _receive(self) -> None:
        chunk = self._socket.recv(1 << 20)
        if not chunk:
            raise ConnectionError("the broker closed the connection")
        self._buffer += chunk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
