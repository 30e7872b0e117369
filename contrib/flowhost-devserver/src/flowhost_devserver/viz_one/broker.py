"""The sender's end of a STOMP broker: connects when needed, again when lost, and sends in order."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import flowhost
from flowhost_devserver.faults import Faults

DEFAULT_PORT = 61613
TRIES = 3  # connections made for one message before it is given up
FORM = "stomp://user:password@host:61613"

PROBE_SECONDS = 5.0  # that finding out why there is no connection may take

log = logging.getLogger(__name__)


class Sender:
    """Sends messages to topics of one broker.

    Args:
        url: the broker: `FORM`.
        prefix: begins the name of each topic, so that several servers can share a broker.
        faults: tells which messages to lose (``drop``) and to send twice (``duplicate``).

    Raises:
        ValueError: the URL cannot be read.
    """

    def __init__(self, url: str, *, prefix: str, faults: Faults) -> None:
        parts = urlsplit(url)
        if parts.scheme != "stomp" or not parts.hostname:
            raise ValueError(f"this is no URL of a STOMP broker, expected {FORM}")
        self.host, self.port = parts.hostname, parts.port or DEFAULT_PORT
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self._prefix, self._faults = prefix, faults
        self._lock = threading.Lock()
        self._connection: Any = None

    def destination(self, name: str) -> str:
        """The topic with this name."""
        return f"/topic/{self._prefix}.{name}"

    def monitor(self, name: str) -> str:
        """The URL under which clients listen to a topic; without credentials, which are the client's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"stomp://{host}:{self.port}/?destination={quote(self.destination(name), safe='/')}"

    def open(self) -> None:
        """Connect, to learn early that the broker cannot be used.

        Raises:
            Unavailable: it cannot.
        """
        with self._lock:
            self._connected()

    def close(self) -> None:
        """End the connection; what was sent before has gone out."""
        with self._lock:
            self._disconnect()

    def send(self, name: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send one message to a topic; a broker that is away costs the message, with a warning."""
        destination = self.destination(name)
        faults = self._faults.hit("SEND", destination, ("drop", "duplicate"))
        copies = 0 if any(fault.kind == "drop" for fault in faults) else 1 + len(faults)
        with self._lock:
            for _ in range(copies):
                self._send(destination, body, dict(headers))

    def _send(self, destination: str, body: bytes, headers: dict[str, str]) -> None:
        from stomp.exception import StompException

        for attempt in range(1, TRIES + 1):
            try:
                connection = self._connected()
                connection.send(destination, body, headers.pop("content-type", None), headers)
            except (StompException, flowhost.Unavailable, OSError) as error:
                self._disconnect()
                if attempt == TRIES:
                    log.warning("a notification for %s is lost: %s", destination, error)
            else:
                return

    def _connected(self) -> Any:
        if self._connection is not None and self._connection.is_connected():
            return self._connection
        import stomp
        from stomp.exception import StompException

        # its warnings lack what to do; what they could say, the exception says
        logging.getLogger("stomp.py").setLevel(logging.CRITICAL)
        connection = stomp.Connection12(
            [(self.host, self.port)],
            vhost="/",
            reconnect_attempts_max=1,
            heartbeats=(0, 0),
            auto_content_length=True,
        )
        try:
            connection.connect(self.user, self.password, wait=True)
        except (StompException, OSError) as error:
            _dropped(connection)
            raise self._unavailable(str(error)) from error
        self._connection = connection
        return connection

    def _unavailable(self, reason: str) -> flowhost.Unavailable:
        """What an operator is told; stomp.py keeps to itself why it could not connect, so that is asked again."""
        place = f"{self.host}:{self.port}"
        try:
            socket.create_connection((self.host, self.port), PROBE_SECONDS).close()
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            return flowhost.Unavailable(
                f"there is no STOMP broker at {place}: {why}; start it, or name another"
            )
        said = f" ({reason})" if reason else ""
        return flowhost.Unavailable(
            f"{place} does not let {self.user!r} in{said}; is it a STOMP broker, and are user and password right?"
        )

    def _disconnect(self) -> None:
        if self._connection is not None:
            _dropped(self._connection)
            self._connection = None


def _dropped(connection: Any) -> None:
    with contextlib.suppress(Exception):  # stomp.py raises all kinds when the peer is gone already
        connection.disconnect()
