"""The resource `stomp`: the connections to STOMP brokers, ruled by the section ``[Stomp]``."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import flowhost
from flowhost_plugins.stomp.consumer import Consumer
from flowhost_plugins.stomp.url import Address, parse_url

if TYPE_CHECKING:
    import ssl

    from flowhost_plugins.stomp.connection import Connection

VERSIONS = ("1.2", "1.1", "1.0")
CONFIRM_SECONDS = 60.0
"""How long a broker may take to put a sent message on its disks; heart-beats find a dead one sooner."""


class Stomp(flowhost.Broker):
    """Connections to brokers that speak STOMP: RabbitMQ (with its STOMP plug-in), ActiveMQ and others.

    It holds no address: each source or action names its URL. Everything here is safe for several threads.

    Args:
        heartbeats: whether to send heart-beats and to expect them.
        heartbeat_interval: seconds between ours; brokers are promised one in twice that time.
        heartbeat_timeout: seconds without a sign of life after which a broker counts as lost.
        connect_timeout: seconds for each step: socket, TLS, log-in, subscription.
        version: the only STOMP version to speak; ``auto`` takes the highest the broker knows.
        vhost: virtual host for URLs that name none with ``&vhost=``.
        ca_file: certificates to trust for ``stomp+ssl://`` instead of the system's.
        check_certificates: whether a broker must prove its name; switch it off for tests only.
        client_certificate: our own certificate, with its chain.
        client_key: its key, when that is not in the same file.
        info: the daemon; its worker's time-out bounds the wait for work in flight.
        clock: time.

    Raises:
        ValueError: a time is not positive, or a key comes without its certificate.
    """

    name = "stomp"
    section = "Stomp"
    default = True

    def __init__(
        self,
        *,
        heartbeats: Annotated[bool, "send and expect heart-beats"] = True,
        heartbeat_interval: Annotated[flowhost.Seconds, "time between our heart-beats"] = 5,
        heartbeat_timeout: Annotated[flowhost.Seconds, "silence after which a broker counts as lost"] = 10,
        connect_timeout: Annotated[flowhost.Seconds, "limit for each step of connecting"] = 10,
        version: Annotated[Literal["auto", "1.2", "1.1", "1.0"], "STOMP version to speak"] = "auto",
        vhost: Annotated[str, "virtual host, unless the URL names one"] = "/",
        ca_file: Annotated[Path | None, "certificates to trust instead of the system's (PEM)"] = None,
        check_certificates: Annotated[bool, "refuse brokers that cannot prove their name"] = True,
        client_certificate: Annotated[Path | None, "our certificate for stomp+ssl:// (PEM)"] = None,
        client_key: Annotated[Path | None, "its key, if not in the same file (PEM)"] = None,
        info: flowhost.DaemonInfo | None = None,
        clock: flowhost.Clock | None = None,
    ) -> None:
        for label, seconds in (
            ("heartbeat interval", heartbeat_interval),
            ("heartbeat timeout", heartbeat_timeout),
            ("connect timeout", connect_timeout),
        ):
            if seconds <= 0:
                raise ValueError(f"'{label}' is {seconds:g} s, expected a time longer than 0")
        if client_key and not client_certificate:
            raise ValueError("'client key' needs the 'client certificate' it belongs to")
        self._beats = (heartbeat_interval, heartbeat_timeout) if heartbeats else (0.0, 0.0)
        self._patience, self._vhost = connect_timeout, vhost or "/"
        self._versions = VERSIONS if version == "auto" else (version,)
        self._files: dict[str, Any] = {
            "ca_file": ca_file,
            "check_certificates": check_certificates,
            "certificate": client_certificate,
            "key": client_key,
        }
        self._worker_timeout = info.worker_timeout if info else 0.0
        self._clock = clock or flowhost.SystemClock()
        self._lock = threading.Lock()  # guards the two below
        self._connections: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._senders: dict[Address, Connection] = {}

    def open(self) -> None:
        """Read the certificate files, if any are named; brokers are only connected to when they are needed.

        Raises:
            Unavailable: one of the files cannot be used.
        """
        if any(self._files[name] for name in ("ca_file", "certificate")):
            self._context  # noqa: B018 - making it is what reads them

    def close(self) -> None:
        """Close what is still open."""
        with self._lock:
            connections = list(self._connections)
            self._senders.clear()
        for connection in connections:
            connection.close()

    def subscribe(
        self,
        url: str,
        receive: Callable[[flowhost.Message], None],
        lost: Callable[[flowhost.FlowhostError], None],
        *,
        prefetch: int = 100,
        selector: str = "",
        durable: str = "",
    ) -> flowhost.Subscription:
        """Connect to `url` and subscribe with individual acknowledgement; see `flowhost.Broker.subscribe`."""
        address = _address(url)
        connection = self._connect(address, receive, durable)
        try:
            if selector and connection.server.startswith("RabbitMQ"):
                raise flowhost.ConfigError(
                    f"the broker at {address.broker} is RabbitMQ, which would ignore the selector "
                    f"{selector!r} and deliver everything; bind a queue to the messages you want, or filter "
                    "in the worker"
                )
            connection.subscribe(lost, prefetch=prefetch, selector=selector, durable=durable)
        except flowhost.FlowhostError:
            connection.close()
            raise
        return connection

    def consume(
        self,
        url: str,
        hand_over: Callable[[flowhost.Message], Future[Any] | None],
        stop: threading.Event,
        *,
        prefetch: int = 100,
        selector: str = "",
        durable: str = "",
        ready: Callable[[], None] | None = None,
        end: threading.Event | None = None,
    ) -> None:
        """Consume messages until told not to; see `flowhost.Broker.consume`."""
        subscribe = functools.partial(
            self.subscribe, url, prefetch=prefetch, selector=selector, durable=durable
        )
        consumer = Consumer(subscribe, hand_over, self._clock, self._worker_timeout)
        consumer.run(stop, end or threading.Event(), ready)

    def reach(self, url: str) -> None:
        """Log in at a broker and disconnect.

        Raises:
            Unavailable: it cannot be reached, or refused the user.
        """
        self._connect(_address(url), _drop, "").close()

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send one message and wait for the broker's receipt; see `flowhost.Broker.send`.

        The connection is kept for the next message to this broker.
        """
        address = _address(url)
        sender = self._sender(replace(address, destination="/"))
        try:
            sender.send(address.destination, body, headers, max(CONFIRM_SECONDS, self._patience))
        finally:
            if not sender.alive:
                sender.close()

    def _sender(self, address: Address) -> Connection:
        with self._lock:
            sender = self._senders.get(address)
        if sender is not None and sender.alive:
            return sender
        fresh = self._connect(address, _drop, "")  # without the lock: it may take its time
        with self._lock:
            sender = self._senders.get(address)
            if sender is None or not sender.alive:
                sender, self._senders[address] = fresh, fresh
        if sender is not fresh:  # another thread was quicker
            fresh.close()
        return sender

    def _connect(
        self, address: Address, receive: Callable[[flowhost.Message], None], client_id: str
    ) -> Connection:
        from flowhost_plugins.stomp.connecting import connect
        from flowhost_plugins.stomp.settings import Settings

        beat, silence = self._beats
        settings = Settings(lambda: self._context, self._patience, beat, silence, self._versions, self._vhost)
        connection = connect(address, settings, receive=receive, client_id=client_id)
        with self._lock:
            self._connections.add(connection)
        return connection

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        from flowhost_plugins.stomp.tls import tls_context

        return tls_context(**self._files)


def _drop(message: flowhost.Message) -> None:
    """A connection that only sends gets no messages."""


def _address(url: str) -> Address:
    try:
        return parse_url(url)
    except ValueError as error:
        raise flowhost.ConfigError(str(error)) from None
